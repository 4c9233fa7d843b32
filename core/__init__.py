"""Eidetic without a screen: catalog, media, embedding, vectors, indexing, search, engine, command line.

Nothing here may import Qt or `desktop_app`; import-linter enforces it (see `pyproject.toml`).
"""
