"""A library in a temporary folder, closed when the test ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog import database
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.indexing.listener import ReadPool
from core.settings.schema import IndexingSettings
from tests.unit.indexing.library import ColourGrid, Heard, InlinePool, Library, OpenLibrary


@pytest.fixture
def open_library(tmp_path: Path) -> Iterator[OpenLibrary]:
    """Open the library in `tmp_path/library`; closed at the end of the test."""
    opened: list[Library] = []

    def make(
        *, encoder: ColourGrid | None = None, pool: ReadPool | None = None, settings: IndexingSettings | None = None
    ) -> Library:
        folder = tmp_path / "library"
        folder.mkdir(exist_ok=True)
        library = Library(
            folder,
            Transactions(database.open_for_writing(folder / "catalog.sqlite")),
            ThumbnailStore(folder / "thumbnails.sqlite", read_only=False),
            encoder or ColourGrid(),
            Heard(),
            pool or InlinePool(),
            settings or IndexingSettings(workers=2, pause_on_battery=False),
        )
        opened.append(library)
        return library

    yield make
    for library in opened:
        library.close()


@pytest.fixture
def library(open_library: OpenLibrary) -> Library:
    return open_library()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder
