"""Measures how well and how fast searches are answered, on captioned photos, through the code that answers users."""
