"""A library filled without an engine, and what the window's parts need of it. Without Qt, nothing here is collected."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.settings.paths import LibraryPaths
from tests.unit.desktop_app.library_builder import LibraryBuilder

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from core.catalog.reader import CatalogReader
    from desktop_app.backend.tasks import TaskRunner
    from desktop_app.backend.thumbnails import ThumbnailSource
    from desktop_app.theme.theme import Theme

if importlib.util.find_spec("PySide6") is None:
    collect_ignore_glob = ["*"]


@pytest.fixture
def paths(tmp_path: Path) -> LibraryPaths:
    return LibraryPaths.inside(tmp_path / "library")


@pytest.fixture
def library(paths: LibraryPaths) -> Iterator[LibraryBuilder]:
    """An empty library to put photos into."""
    builder = LibraryBuilder(paths)
    yield builder
    builder.close()


@pytest.fixture
def reader(library: LibraryBuilder) -> "Iterator[CatalogReader]":
    from core.catalog.reader import CatalogReader

    made = CatalogReader.open(library.paths.catalog)
    yield made
    made.close()


@pytest.fixture
def thumbnails(library: LibraryBuilder) -> "Iterator[ThumbnailSource]":
    from desktop_app.backend.thumbnails import ThumbnailSource

    made = ThumbnailSource(library.paths.thumbnails)
    yield made
    made.close()


@pytest.fixture
def tasks(qapp: "QApplication") -> "Iterator[TaskRunner]":
    from desktop_app.backend.tasks import TaskRunner

    made = TaskRunner()
    yield made
    made.close()


@pytest.fixture
def theme(qapp: "QApplication") -> "Iterator[Theme]":
    from PySide6.QtCore import QObject

    from desktop_app.system.english import EnglishPlurals
    from desktop_app.theme.colours import ThemeMode
    from desktop_app.theme.theme import Theme

    owner = QObject()
    plurals = EnglishPlurals(owner)
    qapp.installTranslator(plurals)
    yield Theme(qapp, ThemeMode.LIGHT, owner)
    qapp.removeTranslator(plurals)
    qapp.setStyleSheet("")


@pytest.fixture
def english_numbers() -> Iterator[None]:
    """Numbers and dates as in the United States, whatever the machine says."""
    from PySide6.QtCore import QLocale

    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)
