"""The evaluation drives the small library of the tests of search."""

from tests.unit.search.conftest import empty_catalog, library

__all__ = ["empty_catalog", "library"]
