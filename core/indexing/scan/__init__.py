"""Lists folders and compares them with the catalog; opens no file."""
