"""The bar over the photos: says how many, offers what there is room for, and the rest behind a button."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.grid.drag import stack
from desktop_app.grid.selection_bar import Doing, SelectionBar
from desktop_app.theme.theme import Theme

NAMES = ("Favourite", "Rate", "Tag", "Find similar", "Copy", "Show file", "Trash")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1000, 400)
    made.show()
    return made


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def bar(window: QWidget, theme: Theme, done: list[str]) -> SelectionBar:
    made = SelectionBar(theme, window)
    doings = []
    for name in NAMES:
        action = QAction(name, window)
        action.triggered.connect(lambda _checked=False, name=name: done.append(name))
        doings.append(Doing("tag", name, action))
    made.offer(doings)
    return made


def seen(bar: SelectionBar) -> list[str]:
    return [button.text() for button in bar.findChildren(QToolButton) if button.isVisible() and button.text() in NAMES]


def test_it_floats_over_the_lower_edge_while_photos_are_selected(bar: SelectionBar, done: list[str]) -> None:
    assert not bar.isVisible()
    bar.show_count(3)
    assert bar.isVisible()
    assert bar.geometry().bottom() == 400 - 8 - 1
    assert seen(bar) == list(NAMES)
    button = next(one for one in bar.findChildren(QToolButton) if one.text() == "Tag")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["Tag"]
    bar.show_count(0)
    assert not bar.isVisible()


def test_in_a_narrow_window_the_last_ones_stand_behind_a_button(bar: SelectionBar, window: QWidget) -> None:
    window.resize(420, 400)
    bar.show_count(12_345)
    assert 0 < len(seen(bar)) < len(NAMES)
    assert seen(bar) == list(NAMES[: len(seen(bar))])
    behind = next(one.menu() for one in bar.findChildren(QToolButton) if one.isVisible() and one.menu() is not None)
    assert [action.text() for action in behind.actions()] == list(NAMES[len(seen(bar)) :])
    assert bar.width() <= 420
    window.resize(1000, 400)
    bar.place()
    assert seen(bar) == list(NAMES)


def test_what_is_dragged_is_drawn_as_a_stack_with_its_number(theme: Theme, qapp: object) -> None:
    picture = QPixmap(60, 40)
    picture.fill(QColor("#cc2200"))
    one, many = stack([picture], 1, theme, 1.0), stack([picture] * 3, 128, theme, 1.0)
    assert one.toImage().pixelColor(40, 60).red() > 190
    assert many.toImage().pixelColor(40, 60).red() > 190
    assert one.toImage().pixelColor(105, 115).alpha() == 0
    assert many.toImage().pixelColor(105, 115).alpha() > 0
