"""Follows roots by file events, and gathers which folders must be compared."""
