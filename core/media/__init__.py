"""Reads media files: what they are, their pixels, metadata, thumbnails and the frames of a video. No torch here."""
