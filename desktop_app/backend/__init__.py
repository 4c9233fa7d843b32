"""What stands behind the widgets: engine, catalog, thumbnails, settings and tasks, as signals in the main thread."""
