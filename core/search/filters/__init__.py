"""Filters of a query as SQL conditions on photos."""
