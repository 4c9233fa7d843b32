"""The grid: keeps its place while photos come and go, by mouse and by keys, and bears fifty thousand."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QKeyEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.catalog.reader import CatalogReader
from core.values.photo import FileRole, MediaKind, PhotoId, PhotoState
from core.values.query import Hit, Order
from desktop_app.backend.tasks import TaskRunner
from desktop_app.backend.thumbnails import ThumbnailSource
from desktop_app.grid.listing import Listing
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.grid.photo_model import PhotoModel
from desktop_app.grid.scrubber import EDGE
from desktop_app.grid.thumbnail_cache import ThumbnailCache
from desktop_app.theme.theme import Theme
from tests.qt.plugin import Wait
from tests.unit.desktop_app.grid.catalog import ThreadCatalog
from tests.unit.desktop_app.library_builder import LibraryBuilder, colour_of

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@dataclass
class Shown:
    """A grid on the screen, and what it is filled from."""

    grid: PhotoGrid
    catalog: ThreadCatalog
    reader: CatalogReader

    def browse(self, *, keep_place: bool = True) -> None:
        listing = Listing.of_ids(self.reader.photo_ids(), self.reader.facts())
        self.grid.show_listing(listing, keep_place=keep_place)

    def search(self, hits: list[Hit], order: Order = Order.RELEVANCE) -> None:
        listing = Listing.of_hits(hits, self.reader.facts(), order, has_line=True)
        self.grid.show_listing(listing, keep_place=False)

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseClick(self.grid.viewport(), LEFT, modifiers, at)

    def tick(self, place: int) -> QPoint:
        return self.grid.place_box(place).topLeft() + QPoint(14, 14)

    def middle(self, place: int) -> QPoint:
        return self.grid.place_box(place).center()

    def drawn(self, at: QPoint) -> QColor:
        return self.grid.viewport().grab().toImage().pixelColor(at)


Make = Callable[[], Shown]


@pytest.fixture
def make(
    qtbot: QtBot, reader: CatalogReader, thumbnails: ThumbnailSource, tasks: TaskRunner, theme: Theme
) -> Iterator[Make]:
    """Make the grid once the library is filled."""

    def show() -> Shown:
        catalog = ThreadCatalog(reader, tasks)
        grid = PhotoGrid(PhotoModel(catalog), ThumbnailCache(thumbnails, tasks), catalog, theme)
        qtbot.addWidget(grid)
        grid.resize(900, 600)
        grid.set_tile_px(120)
        grid.show()
        qtbot.waitExposed(grid)
        shown = Shown(grid, catalog, reader)
        shown.browse(keep_place=False)
        return shown

    yield show
    tasks.close()


def test_whole_pictures_stand_in_rows_under_their_days(library: LibraryBuilder, make: Make, wait: Wait) -> None:
    ids = [library.add(f"{number}.jpg", day=9 - number // 6, width=432, height=288) for number in range(12)]
    shown = make()
    grid = shown.grid
    assert grid.sections.first.tolist() == [0, 6, 12]
    box = grid.place_box(0)
    assert abs(box.width() / box.height() - 1.5) < 0.03
    assert grid.place_box(6).top() > grid.place_box(5).bottom() + 40

    def pictures_came() -> bool:
        return all(
            abs(shown.drawn(shown.middle(place)).red() - colour_of(photo_id)[0]) < 12
            for place, photo_id in enumerate(ids)
        )

    wait(pictures_came)


def test_selection_and_place_stay_when_photos_come(library: LibraryBuilder, make: Make) -> None:
    ids = [library.add(f"{number}.jpg", day=500 - number // 7) for number in range(200)]
    shown = make()
    grid = shown.grid
    grid.select(ids[150])
    grid.selection.toggle(150)
    top = grid.place_box(150).top()
    for number in range(7):
        library.add(f"new {number}.jpg", day=501 + number)
    shown.browse()
    assert grid.selected_ids() == [ids[150]]
    assert grid.current == ids[150]
    assert grid.place_box(157).top() == top


def test_at_the_top_new_photos_are_seen_at_once(library: LibraryBuilder, make: Make) -> None:
    for number in range(60):
        library.add(f"{number}.jpg", day=-number)
    shown = make()
    new = library.add("new.jpg", day=5)
    shown.browse()
    assert shown.grid.verticalScrollBar().value() == 0
    assert shown.grid.model.photo_at(0) == new


def test_a_picture_that_comes_moves_nothing(library: LibraryBuilder, make: Make, wait: Wait) -> None:
    ids = [library.add(f"{number}.jpg", width=300, height=400, thumbnail=False) for number in range(9)]
    shown = make()
    before = [shown.grid.place_box(place) for place in range(9)]
    for photo_id in ids:
        library.put_thumbnail(photo_id, (300, 400))
    wait(lambda: shown.grid.model.row_at(8) is not None)
    shown.grid.canvas.cache.forget_absent()
    shown.grid.refresh(None)
    wait(lambda: abs(shown.drawn(shown.middle(0)).red() - colour_of(ids[0])[0]) < 12)
    assert [shown.grid.place_box(place) for place in range(9)] == before


def test_unreadable_photos_are_not_between_the_others_and_undated_ones_at_the_end(
    library: LibraryBuilder, make: Make
) -> None:
    undated = library.add("undated.jpg", taken_wall=None, day=900)
    library.add("broken.jpg", day=5, state=PhotoState.FAILED, reason="cut short")
    dated = library.add("dated.jpg", day=3)
    assert make().grid.model.ids(slice(None)) == [dated, undated]


def test_click_looks_at_a_photo_and_its_tick_selects_it(library: LibraryBuilder, make: Make) -> None:
    ids = [library.add(f"{number}.jpg") for number in range(8)]
    shown = make()
    looked: list[PhotoId] = []
    shown.grid.preview_wanted.connect(looked.append)
    shown.click(shown.middle(2))
    assert looked == [ids[2]]
    assert not shown.grid.selected_ids()
    shown.click(shown.tick(1))
    shown.click(shown.middle(4), CONTROL)
    assert shown.grid.selected_ids() == [ids[1], ids[4]]
    shown.click(shown.middle(6), SHIFT)
    assert shown.grid.selected_ids() == ids[4:7]
    assert looked == [ids[2]]
    QTest.keyClick(shown.grid, KEY.Key_Escape)
    assert not shown.grid.selected_ids()


def test_a_band_around_photos_selects_them_and_a_click_beside_them_nothing(library: LibraryBuilder, make: Make) -> None:
    ids = [library.add(f"{number}.jpg", width=300, height=300) for number in range(5)]
    shown = make()
    view = shown.grid.viewport()
    start = shown.grid.place_box(4).bottomRight() + QPoint(60, 30)
    QTest.mousePress(view, LEFT, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(view, shown.middle(4))
    QTest.mouseMove(view, shown.middle(3))
    assert shown.grid.selected_ids() == ids[3:]
    QTest.mouseRelease(view, LEFT, Qt.KeyboardModifier.NoModifier, shown.middle(3))
    assert shown.grid.selected_ids() == ids[3:]
    shown.click(start)
    assert not shown.grid.selected_ids()


def test_the_tick_of_a_day_selects_the_day(library: LibraryBuilder, make: Make, wait: Wait) -> None:
    ids = [library.add(f"{number}.jpg", day=9 - number // 3) for number in range(6)]
    shown = make()
    shown.grid.viewport().grab()
    tick = shown.grid.canvas.header_ticks[1].center().toPoint()
    shown.click(tick)
    assert shown.grid.selected_ids() == ids[3:]
    shown.click(tick)
    assert not shown.grid.selected_ids()


def test_keys_go_through_photos_rows_and_days(library: LibraryBuilder, make: Make) -> None:
    ids = [library.add(f"{number}.jpg", day=400 - number // 10, width=300, height=300) for number in range(200)]
    shown = make()
    grid = shown.grid
    grid.focus_first()
    assert grid.current == ids[0]
    QTest.keyClick(grid, KEY.Key_Right)
    assert grid.current == ids[1]
    QTest.keyClick(grid, KEY.Key_Down)
    below = grid.selection.current
    assert below is not None
    assert abs(grid.place_box(below).left() - grid.place_box(1).left()) < 20
    QTest.keyClick(grid, KEY.Key_Up)
    assert grid.current == ids[1]
    QTest.keyClick(grid, KEY.Key_Down, CONTROL)
    assert grid.current == ids[10]
    QTest.keyClick(grid, KEY.Key_Up, CONTROL)
    assert grid.current == ids[0]
    QTest.keyClick(grid, KEY.Key_End)
    assert grid.current == ids[-1]
    assert grid.viewport().rect().contains(grid.place_box(199))
    QTest.keyClick(grid, KEY.Key_Home)
    assert grid.verticalScrollBar().value() == 0
    QTest.keyClick(grid, KEY.Key_Right, SHIFT)
    QTest.keyClick(grid, KEY.Key_Right, SHIFT)
    assert grid.selected_ids() == ids[:3]
    QTest.keyClick(grid, KEY.Key_A, CONTROL)
    assert grid.selected_ids() == ids
    QTest.keyClick(grid, KEY.Key_Space, CONTROL)
    assert grid.selected_ids() == ids[:2] + ids[3:]
    looked: list[PhotoId] = []
    grid.preview_wanted.connect(looked.append)
    QTest.keyClick(grid, KEY.Key_Return)
    assert looked == [ids[2]]


@pytest.mark.parametrize(("key", "text"), [(KEY.Key_Z, "z"), (KEY.Key_A, "A"), (KEY.Key_9, "9"), (KEY.Key_Plus, "+")])
def test_bare_letters_are_kept_from_the_search_box(library: LibraryBuilder, make: Make, key: Qt.Key, text: str) -> None:
    library.add("a.jpg")
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    QCoreApplication.sendEvent(make().grid, event)
    assert event.isAccepted()


def test_i_and_the_slash_are_told(library: LibraryBuilder, make: Make) -> None:
    library.add("a.jpg")
    shown = make()
    asked: list[str] = []
    shown.grid.action_wanted.connect(asked.append)
    QTest.keyClick(shown.grid, KEY.Key_I)
    QTest.keyClick(shown.grid, KEY.Key_Slash)
    assert asked == ["details", "search"]


def test_below_the_line_lies_a_closed_card_that_opens(library: LibraryBuilder, make: Make) -> None:
    ids = [library.add(f"{number}.jpg") for number in range(12)]
    shown = make()
    grid = shown.grid
    shown.search([Hit(photo_id, 1 - place / 20, relevant=place < 4) for place, photo_id in enumerate(ids)])
    assert grid.line.isVisible()
    assert grid.count == 4
    assert grid.line.card_title == "8 less certain"
    QTest.mouseClick(grid.line.toggle, LEFT)
    assert grid.count == 12
    assert grid.place_box(4).top() > grid.line.geometry().bottom() - 10
    QTest.mouseClick(grid.line.toggle, LEFT)
    assert grid.count == 4


def test_the_line_is_dragged_stepped_by_key_and_set_back(library: LibraryBuilder, make: Make) -> None:
    ids = [library.add(f"{number}.jpg", width=300, height=300) for number in range(60)]
    shown = make()
    grid, pill = shown.grid, shown.grid.line.pill
    shown.search([Hit(photo_id, 1 - place / 90, relevant=place < 12) for place, photo_id in enumerate(ids)])
    moved: list[int] = []
    grid.line_moved.connect(lambda: moved.append(grid.model.listing.photos_above))
    in_row = int(grid.layout_.row_first[1])
    QTest.keyClick(pill, KEY.Key_Down)
    assert grid.model.listing.above > 12
    assert grid.model.listing.above % in_row == 0
    QTest.keyClick(pill, KEY.Key_Up)
    QTest.keyClick(pill, KEY.Key_Up)
    fewer = grid.model.listing.above
    assert fewer < 12
    assert grid.line.automatic.isVisible()
    middle = pill.rect().center()
    QTest.mousePress(pill, LEFT, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(pill, middle + QPoint(0, 260))
    QTest.mouseRelease(pill, LEFT, Qt.KeyboardModifier.NoModifier, middle)
    assert grid.model.listing.above > fewer + in_row
    assert moved[-1] == grid.model.listing.above
    shown.grid.show_listing(
        Listing.of_hits(
            [Hit(photo_id, 1 - place / 90, relevant=place < 12) for place, photo_id in enumerate(ids)],
            shown.reader.facts(),
            Order.RELEVANCE,
            has_line=True,
        ),
        keep_place=True,
    )
    assert grid.model.listing.above == moved[-1], "a newer answer to the same keeps the line"
    QTest.mouseDClick(pill, LEFT, Qt.KeyboardModifier.NoModifier, pill.rect().center())
    assert grid.model.listing.above == 12
    assert not grid.line.automatic.isVisible()


def test_photos_are_never_pale_below_the_line(library: LibraryBuilder, make: Make, wait: Wait) -> None:
    strong, weak = library.add("a.jpg"), library.add("b.jpg")
    shown = make()
    shown.search([Hit(strong, 0.5), Hit(weak, 0.1, relevant=False)])
    shown.grid.line.set_open(True)
    for place, photo_id in ((0, strong), (1, weak)):
        wait(lambda place=place, photo_id=photo_id: shown.drawn(shown.middle(place)).red() in near(photo_id))  # type: ignore[misc]


def near(photo_id: PhotoId) -> range:
    red = colour_of(photo_id)[0]
    return range(red - 12, red + 12)


def test_a_stack_unfolds_and_folds_again_in_its_place(library: LibraryBuilder, make: Make, wait: Wait) -> None:
    ids = [library.add(f"{number}.jpg", width=300, height=300) for number in range(5)]
    shown = make()
    grid = shown.grid
    shown.search([Hit(ids[0], 0.9), Hit(ids[1], 0.8, stack=(ids[3], ids[4])), Hit(ids[2], 0.7)])
    stack = grid.place_box(1).topRight() + QPoint(-14, 14)
    shown.click(stack)
    assert grid.model.ids(slice(None)) == [ids[0], ids[1], ids[3], ids[4], ids[2]]
    shown.click(stack)
    assert grid.model.ids(slice(None)) == ids[:3]


def test_a_screen_reader_hears_name_day_and_state(library: LibraryBuilder, make: Make, wait: Wait) -> None:
    video = library.add("clip.mov", day=19_154, kind=MediaKind.VIDEO, duration_ms=65_000, favourite=True)
    library.go_offline("The drive is not connected.")
    model = make().grid.model
    wait(lambda: model.rows.get(video) is not None)
    heard = model.describe(0)
    assert heard.startswith("clip.mov, Sat ")
    assert heard.endswith("favourite, video, 1:05, offline")


def test_the_photo_in_focus_is_told_through_the_accessibility_tree(
    library: LibraryBuilder, make: Make, wait: Wait
) -> None:
    for number in range(3):
        library.add(f"photo {number}.jpg", day=19_154 - number)
    grid = make().grid
    wait(lambda: grid.model.row_at(2) is not None)
    heard = QAccessible.queryAccessibleInterface(grid)

    def told() -> str:
        return heard.text(QAccessible.Text.Description)

    assert heard.text(QAccessible.Text.Name) == "Photos"
    QTest.keyClick(grid, KEY.Key_Home)
    assert told().startswith("photo 0.jpg, Sat ")
    QTest.keyClick(grid, KEY.Key_Right)
    assert told().startswith("photo 1.jpg, Fri ")
    QTest.keyClick(grid, KEY.Key_Space, CONTROL)
    assert told().endswith(", selected")
    QTest.keyClick(grid, KEY.Key_Escape)
    assert not told().endswith(", selected")


def test_companions_are_marked(library: LibraryBuilder, reader: CatalogReader) -> None:
    photo_id = library.add("a.jpg")
    library.add_companion(photo_id, "a.mov", FileRole.COMPANION_MOVIE)
    row = reader.rows([photo_id])[photo_id]
    assert row.has_movie
    assert not row.has_raw
    assert row.path.endswith("a.jpg")


def test_fifty_thousand_photos_are_scrolled_through_and_only_rows_in_view_are_read(
    library: LibraryBuilder, make: Make, wait: Wait
) -> None:
    library.add_many(50_000)
    shown = make()
    grid, bar = shown.grid, shown.grid.verticalScrollBar()
    assert grid.count == 50_000
    wait(lambda: grid.model.row_at(0) is not None)
    for value in np.linspace(0, bar.maximum(), 9).astype(int):
        bar.setValue(int(value))
        grid.viewport().grab()
    wait(lambda: grid.model.row_at(49_999) is not None)
    assert sum(map(len, shown.catalog.counting.asked)) < 5_000


def test_a_refresh_with_forty_thousand_selected_reads_what_is_in_view(
    library: LibraryBuilder, make: Make, wait: Wait
) -> None:
    library.add_many(50_000)
    shown = make()
    grid = shown.grid
    wait(lambda: grid.model.row_at(0) is not None)
    grid.selection.set_range(0, 40_000, True)
    changes: list[None] = []
    grid.selection_changed.connect(lambda: changes.append(None))
    asked = len(shown.catalog.counting.asked)
    shown.browse()
    grid.refresh(None)
    grid.viewport().grab()
    wait(lambda: len(shown.catalog.counting.asked) > asked)
    assert len(grid.selection) == 40_000
    assert not changes
    assert sum(map(len, shown.catalog.counting.asked[asked:])) < 500


def test_the_strip_jumps_by_the_share_of_photos(library: LibraryBuilder, make: Make) -> None:
    for number in range(300):
        library.add(f"{number}.jpg", day=9000 - number * 10, width=300, height=300)
    grid = make().grid
    strip = grid.strip
    assert not strip.is_histogram
    room = strip.height() - 2 * EDGE
    QTest.mousePress(strip, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(40, EDGE + room // 2))
    place = grid.first_place_in_view()
    assert place is not None
    assert abs(place - 150) <= 2
    assert strip.bubble.isVisible()
    assert re.fullmatch(r"[A-Z][a-z]+ 19\d\d", strip.bubble.text)
    QTest.mouseMove(strip, QPoint(40, strip.height() - 2))
    QTest.mouseRelease(strip, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(40, strip.height() - 2))
    assert grid.verticalScrollBar().value() == grid.verticalScrollBar().maximum()
    grid.verticalScrollBar().setValue(0)
    assert strip.width() - strip.marker_left() < 14  # behind the name of the first year
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() // 9)
    assert strip.width() - strip.marker_left() > 40  # between two years


def test_brushing_over_the_hits_of_a_search_chooses_dates(library: LibraryBuilder, make: Make) -> None:
    ids = [library.add(f"{year}.jpg", day=(date(year, 5, 5) - date(1970, 1, 1)).days) for year in (2020, 2021, 2022)]
    shown = make()
    strip = shown.grid.strip
    shown.search([Hit(photo_id, 0.5) for photo_id in ids])
    assert strip.is_histogram
    chosen: list[tuple[date, date]] = []
    shown.grid.dates_chosen.connect(lambda first, last: chosen.append((first, last)))
    top, bottom = (QPoint(50, round(strip.y_of_bar(number))) for number in (1, 2))
    QTest.mousePress(strip, LEFT, Qt.KeyboardModifier.NoModifier, bottom)
    QTest.mouseMove(strip, top)
    QTest.mouseRelease(strip, LEFT, Qt.KeyboardModifier.NoModifier, top)
    assert chosen == [(date(2020, 1, 1), date(2021, 12, 31))]
