"""Typed settings and the folders of a library."""
