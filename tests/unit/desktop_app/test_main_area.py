"""The middle of the window in a small window: messages and chips are read whole, whatever page is below them."""

import pytest
from PySide6.QtWidgets import QFrame, QLabel
from pytestqt.qtbot import QtBot

from core.catalog.reader import CatalogReader
from core.settings.paths import LibraryPaths
from core.settings.schema import Settings
from desktop_app.backend.tasks import TaskRunner
from desktop_app.backend.thumbnails import ThumbnailSource
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.grid.photo_model import PhotoModel
from desktop_app.grid.thumbnail_cache import ThumbnailCache
from desktop_app.library.message import Message
from desktop_app.main_area import LEAST_HEIGHT, MainArea
from desktop_app.navigation.view import Page
from desktop_app.theme.theme import Theme
from tests.qt.plugin import Wait
from tests.unit.desktop_app.grid.catalog import ThreadCatalog


@pytest.mark.parametrize("page", [Page.GRID, Page.EMPTY])
def test_several_messages_are_shown_whole(
    qtbot: QtBot,
    theme: Theme,
    reader: CatalogReader,
    thumbnails: ThumbnailSource,
    tasks: TaskRunner,
    paths: LibraryPaths,
    wait: Wait,
    page: Page,
) -> None:
    cache = ThumbnailCache(thumbnails, tasks)
    catalog = ThreadCatalog(reader, tasks)
    grid = PhotoGrid(PhotoModel(catalog), cache, catalog, theme)
    centre = MainArea(theme, tasks, grid, Settings(), paths)
    qtbot.addWidget(centre)
    centre.resize(520, 480)
    centre.show_page(page)
    centre.show()
    for number in range(3):
        centre.messages.show_message(Message(str(number), "What went wrong, and what can be done about it. " * 3))
    strips = centre.messages.findChildren(QFrame, "message")
    texts = [label for strip in strips for label in strip.findChildren(QLabel) if label.wordWrap()]
    assert len(texts) == 3
    wait(lambda: all(text.height() >= text.heightForWidth(text.width()) > 0 for text in texts))
    assert centre.height() == 480
    pages = centre.grid.parentWidget()
    assert pages is not None
    assert pages.height() >= LEAST_HEIGHT
