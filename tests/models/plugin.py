"""Fixtures for small models; filled in by the embedding room's tests."""
