"""Enrichment works on the small library of the tests of search, and in engines as the tests of the engine make them."""

from tests.unit.engine.conftest import tiny_library
from tests.unit.search.conftest import empty_catalog, library

__all__ = ["tiny_library", "empty_catalog", "library"]
