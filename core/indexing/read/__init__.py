"""Reads, embeds and commits what the catalog lists as waiting."""
