"""The grid: keeps its place while photos come and go, leaves letters to the search box, bears a hundred thousand."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.catalog.reader import CatalogReader
from core.values.photo import PhotoId, PhotoState
from core.values.query import Hit
from desktop_app.backend.tasks import TaskRunner
from desktop_app.backend.thumbnails import ThumbnailSource
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.grid.photo_list_model import Listing, PhotoListModel
from desktop_app.grid.thumbnail_cache import ThumbnailCache
from desktop_app.theme.theme import Theme
from tests.qt.plugin import Wait
from tests.unit.desktop_app.library_builder import LibraryBuilder, colour_of

Make = Callable[[], PhotoGrid]


@pytest.fixture
def make(qtbot: QtBot, reader: CatalogReader, thumbnails: ThumbnailSource, tasks: TaskRunner, theme: Theme) -> Make:
    """Make the grid once the library is filled."""
    cache = ThumbnailCache(thumbnails, tasks)

    def show() -> PhotoGrid:
        grid = PhotoGrid(PhotoListModel(reader), cache, theme)
        qtbot.addWidget(grid)
        grid.resize(640, 480)
        grid.set_tile_px(120)
        grid.show()
        qtbot.waitExposed(grid)
        grid.show_listing(Listing.of_ids(reader.photo_ids()), keep_place=False)
        return grid

    return show


def middle(grid: PhotoGrid, row: int) -> QPoint:
    return grid.visualRect(grid.model().index(row, 0)).center()


def drawn(grid: PhotoGrid, at: QPoint) -> QColor:
    return grid.viewport().grab().toImage().pixelColor(at)


def test_tiles_fill_the_width_and_pictures_come(library: LibraryBuilder, make: Make, wait: Wait) -> None:
    ids = [library.add(f"{number}.jpg", day=-number) for number in range(12)]
    grid = make()
    last = grid.visualRect(grid.model().index(grid.columns - 1, 0))
    assert 0 <= grid.viewport().width() - last.right() <= grid.columns + 1
    assert grid.visualRect(grid.model().index(grid.columns, 0)).top() > last.top()

    def pictures_came() -> bool:
        return all(
            abs(drawn(grid, middle(grid, row)).red() - colour_of(photo_id)[0]) < 12
            for row, photo_id in enumerate(ids[:8])
        )

    wait(pictures_came)


def test_selection_and_place_stay_when_photos_come(library: LibraryBuilder, reader: CatalogReader, make: Make) -> None:
    ids = [library.add(f"{number}.jpg", day=-number) for number in range(200)]
    grid = make()
    grid.select(ids[150])
    top = grid.visualRect(grid.model().index(150, 0)).top()
    for number in range(7):
        library.add(f"new {number}.jpg", day=1 + number)
    grid.show_listing(Listing.of_ids(reader.photo_ids()), keep_place=True)
    assert grid.selected_ids() == [ids[150]]
    row = grid.currentIndex().row()
    assert row == 157
    moved = grid.visualRect(grid.model().index(row, 0)).top() - top
    assert abs(moved) <= grid.visualRect(grid.model().index(row, 0)).height(), "at most the line it moved to"


def test_at_the_top_new_photos_are_seen_at_once(library: LibraryBuilder, reader: CatalogReader, make: Make) -> None:
    for number in range(60):
        library.add(f"{number}.jpg", day=-number)
    grid = make()
    library.add("new.jpg", day=5)
    grid.show_listing(Listing.of_ids(reader.photo_ids()), keep_place=True)
    assert grid.verticalScrollBar().value() == 0
    assert grid.indexAt(QPoint(20, 20)).data() == "new.jpg"


def test_letters_are_left_to_the_search_box(library: LibraryBuilder, make: Make) -> None:
    library.add("a.jpg", day=1)
    library.add("zebra.jpg")
    grid = make()
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(0, 0))
    QTest.keyClick(grid, Qt.Key.Key_Z)
    assert grid.currentIndex().row() == 0


def test_space_and_double_click_ask_for_the_preview(library: LibraryBuilder, make: Make) -> None:
    first, second = library.add("a.jpg", day=1), library.add("b.jpg")
    grid = make()
    asked: list[PhotoId] = []
    grid.preview_wanted.connect(asked.append)
    grid.setCurrentIndex(grid.model().index(0, 0))
    QTest.keyClick(grid, Qt.Key.Key_Space)
    at = middle(grid, 1)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked == [first, second]


def test_the_heart_of_a_tile_is_clicked_without_selecting(library: LibraryBuilder, make: Make) -> None:
    photo_id = library.add("a.jpg", favourite=True)
    grid = make()
    grid.viewport().grab()
    asked: list[PhotoId] = []
    grid.favourite_wanted.connect(asked.append)
    box = grid.visualRect(grid.model().index(0, 0))
    at = QPoint(box.left() + 4 + 18, box.bottom() - 4 - 18)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked == [photo_id]


def test_neighbours_skip_the_relevance_line(library: LibraryBuilder, make: Make) -> None:
    ids = [library.add(f"{number}.jpg") for number in range(3)]
    grid = make()
    hits = [Hit(photo_id, 0.5, relevant=place == 0) for place, photo_id in enumerate(ids)]
    grid.show_listing(Listing.of_hits(hits), keep_place=False)
    assert grid.neighbour(ids[0], 1) == ids[1]
    assert grid.neighbour(ids[1], -1) == ids[0]
    assert grid.neighbour(ids[0], -1) is None
    assert grid.neighbour(ids[2], 1) is None


def test_weaker_hits_are_drawn_fainter(library: LibraryBuilder, make: Make, wait: Wait) -> None:
    strong, weak = library.add("a.jpg"), library.add("b.jpg", thumbnail=False)
    grid = make()
    library.put_thumbnail(weak)
    listing = Listing.of_hits([Hit(strong, 0.5), Hit(weak, 0.1, relevant=False)])
    grid.show_listing(listing, keep_place=False)

    def fainter() -> bool:
        return drawn(grid, middle(grid, 2)).blue() > colour_of(weak)[2] + 20 and (
            abs(drawn(grid, middle(grid, 0)).red() - colour_of(strong)[0]) < 12
        )

    wait(fainter)


def test_photos_without_a_picture_are_drawn(library: LibraryBuilder, make: Make) -> None:
    library.add("waiting.jpg", day=3, state=PhotoState.WAITING)
    library.add("failed with a long name that does not fit.jpg", day=2, state=PhotoState.FAILED, reason="broken")
    library.add("clip.mov", day=1, duration_ms=61_000, favourite=True)
    library.go_offline("The drive is not connected.")
    grid = make()
    grid.selectAll()
    assert not grid.viewport().grab().isNull()
    assert len(grid.selected_ids()) == 3


def test_a_hundred_thousand_photos_are_scrolled_through(
    library: LibraryBuilder, reader: CatalogReader, make: Make, qtbot: QtBot
) -> None:
    library.add_many(100_000)
    grid = make()
    bar = grid.verticalScrollBar()
    grid.executeDelayedItemsLayout()
    assert bar.maximum() > 100_000
    for value in np.linspace(0, bar.maximum(), 25).astype(int):
        bar.setValue(int(value))
        grid.viewport().grab()
    assert grid.indexAt(QPoint(20, grid.viewport().height() - 30)).row() > 99_900
    QTest.keyClick(grid, Qt.Key.Key_Home)
    assert bar.value() == 0
