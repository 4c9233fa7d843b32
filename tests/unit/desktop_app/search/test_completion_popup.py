"""The list below the box: what it offers of a library, and what keys and mouse do there."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.backend.tasks import TaskRunner
from desktop_app.search.completions import Completions
from desktop_app.search.search_box import SearchBox
from desktop_app.theme.theme import Theme
from tests.qt.plugin import Wait
from tests.unit.desktop_app.library_builder import LibraryBuilder

KEY = Qt.Key


@pytest.fixture
def box(qtbot: QtBot, theme: Theme, tasks: TaskRunner, library: LibraryBuilder) -> Iterator[SearchBox]:
    """A box in a window, over a library of two photos and three recent searches."""
    library.add("a.jpg", town="New York", country="United States", camera_model="X-T3")
    library.add("b.jpg", town="Newark", country="United States")
    library.remember("beach", "dog date:2019", "red car")
    window = QWidget()
    window.resize(700, 500)
    made = SearchBox(theme)
    layout = QVBoxLayout(window)
    layout.addWidget(made)
    layout.addWidget(QLineEdit())
    layout.addStretch(1)
    completions = Completions(library.paths, tasks, made)
    made.completion_wanted.connect(completions.ask)
    completions.answered.connect(made.offer)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    made.line.setFocus(Qt.FocusReason.OtherFocusReason)
    qtbot.waitUntil(made.line.hasFocus)
    yield made
    window.close()


def offered(box: SearchBox) -> list[str]:
    return [completion.label for completion in box.popup.completions] if box.popup.isVisible() else []


def press(box: SearchBox, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(box.line, key)


def test_a_filter_and_its_value_are_completed_by_keys(box: SearchBox, wait: Wait) -> None:
    QTest.keyClicks(box.line, "dog pla")
    wait(lambda: offered(box) == ["place:"])
    press(box, KEY.Key_Tab)
    assert box.text == "dog place:"
    wait(lambda: offered(box) == ["United States", "New York", "Newark"])
    press(box, KEY.Key_Down, KEY.Key_Down, KEY.Key_Return)
    assert box.text == 'place:"New York" dog '
    assert box.line.text() == "dog ", "a filter stands as a chip"
    wait(lambda: not box.popup.isVisible())
    QTest.keyClicks(box.line, "cam")
    wait(lambda: offered(box) == ["camera:"])
    press(box, KEY.Key_Escape)
    assert not box.popup.isVisible()
    assert box.text == 'place:"New York" dog cam'


def test_a_word_that_begins_a_place_offers_the_place(box: SearchBox, wait: Wait) -> None:
    QTest.keyClicks(box.line, "newa")
    wait(lambda: offered(box) == ["place:Newark"])
    press(box, KEY.Key_Tab)
    assert box.text == "place:Newark "
    assert box.line.text() == ""
    press(box, KEY.Key_Backspace)
    assert box.line.text() == "place:Newark"


def test_return_searches_for_what_is_typed_while_nothing_is_chosen(qtbot: QtBot, box: SearchBox, wait: Wait) -> None:
    QTest.keyClicks(box.line, "new")
    wait(lambda: bool(offered(box)))
    with qtbot.waitSignal(box.submitted):
        press(box, KEY.Key_Return)
    assert box.text == "new"
    assert not box.popup.isVisible()


def test_the_arrows_go_round_by_way_of_what_is_typed(box: SearchBox, wait: Wait) -> None:
    QTest.keyClicks(box.line, "new")
    wait(lambda: len(offered(box)) == 2)
    chosen = []
    for _ in range(3):
        press(box, KEY.Key_Down)
        chosen.append(box.popup.current)
    press(box, KEY.Key_Up)
    assert [*chosen, box.popup.current] == [0, 1, None, 1]


def test_the_mouse_takes_a_completion(box: SearchBox, wait: Wait) -> None:
    QTest.keyClicks(box.line, "place:newa")
    wait(lambda: offered(box) == ["Newark"])
    row = box.popup.rows[0]
    middle = QPointF(row.rect().center())
    row.enterEvent(QEnterEvent(middle, middle, middle))
    assert box.popup.current == 0
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert box.text == "place:Newark "
    assert box.line.hasFocus()


def test_recent_searches_are_shown_when_the_empty_box_is_clicked_and_taken(
    qtbot: QtBot, box: SearchBox, wait: Wait
) -> None:
    QTest.mouseClick(box.line, Qt.MouseButton.LeftButton)
    wait(lambda: offered(box) == ["red car", "dog date:2019", "beach"])
    press(box, KEY.Key_Down, KEY.Key_Down)
    with qtbot.waitSignal(box.submitted):
        press(box, KEY.Key_Return)
    assert box.text == "date:2019 dog"
    assert not box.popup.isVisible()


def test_one_recent_search_is_removed_and_all_are_cleared(qtbot: QtBot, box: SearchBox, wait: Wait) -> None:
    press(box, KEY.Key_Down)
    wait(lambda: bool(offered(box)))
    cross = box.popup.rows[1].remove
    assert cross is not None
    with qtbot.waitSignal(box.popup.removed) as asked:
        QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert asked.args[0].text == "dog date:2019"
    press(box, KEY.Key_Down)
    with qtbot.waitSignal(box.popup.removed) as asked:
        press(box, KEY.Key_Delete)
    assert asked.args[0].text == "red car"
    press(box, KEY.Key_Up, KEY.Key_Up)
    with qtbot.waitSignal(box.popup.cleared):
        press(box, KEY.Key_Return)


def test_with_nothing_to_offer_the_arrow_goes_to_the_photos(
    qtbot: QtBot, theme: Theme, library: LibraryBuilder, box: SearchBox, wait: Wait
) -> None:
    QTest.keyClicks(box.line, "zzz")
    with qtbot.waitSignal(box.left):
        press(box, KEY.Key_Down)


def test_the_list_goes_away_with_the_focus(box: SearchBox, wait: Wait) -> None:
    press(box, KEY.Key_Down)
    wait(lambda: bool(offered(box)))
    press(box, KEY.Key_Tab)
    assert not box.line.hasFocus()
    assert not box.popup.isVisible()


def test_the_list_is_as_wide_as_the_box_and_stays_in_the_window(box: SearchBox, wait: Wait) -> None:
    press(box, KEY.Key_Down)
    wait(lambda: bool(offered(box)))
    window = box.window()
    window.resize(520, 200)
    wait(lambda: box.popup.width() == box.width())
    assert window.rect().contains(box.popup.geometry())


def test_a_list_that_follows_another_is_as_high_as_its_rows(box: SearchBox, wait: Wait) -> None:
    QTest.keyClicks(box.line, "pla")
    wait(lambda: offered(box) == ["place:"])
    press(box, KEY.Key_Tab)
    wait(lambda: offered(box) == ["United States", "New York", "Newark"])
    assert box.popup.height() > sum(row.height() for row in box.popup.rows) >= 3 * 30
    QTest.keyClicks(box.line, "newa")
    wait(lambda: offered(box) == ["Newark"])
    (row,) = box.popup.rows
    assert row.height() < box.popup.height() < 2 * row.height()
