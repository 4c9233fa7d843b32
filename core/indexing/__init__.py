"""Keeps the catalog equal to the folders: scan, watch, read, embed, commit; moves and failures."""
