"""What differs between Linux, Windows and macOS: opening files, showing them, one instance, crash reports."""
