"""The command line, `eidetic`."""
