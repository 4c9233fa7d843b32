"""The grid of photos: its model, thumbnails, drawing and keys."""
