"""Chips: filters leave the line, say what they are in plain words, can be changed, and become text again."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from core.query.context import Context
from core.query.parser import parse
from core.query.understanding import understand
from desktop_app.search.chip_words import choices, words
from desktop_app.search.chips_row import ChipsRow, ShownChip
from desktop_app.search.pinned import split, together
from desktop_app.search.search_box import SearchBox
from desktop_app.theme.theme import Theme
from tests.qt.plugin import Wait

CONTEXT = Context(date(2024, 6, 12))
KEY = Qt.Key


def shown(text: str) -> list[ShownChip]:
    return [ShownChip(chip, chip.text) for chip in understand(text, CONTEXT).chips]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("date:2022", "2022"),
        ("date:2019..2022", "2019\N{EN DASH}2022"),
        ("date:2022-06", "June 2022"),
        ("date:2022-06-12", "12 June 2022"),
        ("before:2020", "before 1 January 2020"),
        ("folder:Trips", "in Trips"),
        ("camera:X100V", "X100V"),
        ("tag:dog", "tagged dog"),
        ("-tag:dog", "not tagged dog"),
        ("near:Brest,25km", "near Brest, 25 km"),
        ("type:video", "Videos"),
        ("is:favourite", "Favourites"),
        ("rating:4..", "4 stars and up"),
        ("iso:100..400", "iso:100..400"),
    ],
)
def test_filters_are_said_in_plain_words(english_numbers: None, typed: str, said: str) -> None:
    (chip,) = shown(typed)
    assert words(chip.chip.part, typed) == said


@pytest.mark.parametrize(
    ("text", "pinned", "line"),
    [
        ("dog date:2022 beach ", ("date:2022",), "dog beach "),
        ('folder:"My trips" tag:a', ('folder:"My trips"', "tag:a"), ""),
        ("dog ", (), "dog "),
        ("date:", (), "date:"),
        ('folder:"My tr', (), 'folder:"My tr'),
        ("sort:newest dog", (), "sort:newest dog"),
        ("date:2022 OR date:2021", (), "date:2022 OR date:2021"),
    ],
)
def test_complete_filters_leave_the_line_and_nothing_else_does(text: str, pinned: tuple[str, ...], line: str) -> None:
    assert split(text) == (pinned, line)
    assert parse(together(pinned, line), CONTEXT).spec.filters == parse(text, CONTEXT).spec.filters


def test_a_typed_filter_becomes_a_chip_on_space_and_text_again_on_backspace(qtbot: QtBot, theme: Theme) -> None:
    box = SearchBox(theme)
    qtbot.addWidget(box)
    box.resize(700, 40)
    box.show()
    asked: list[str] = []
    box.edited.connect(asked.append)
    QTest.keyClicks(box.line, "date:2022")
    assert box.line.text() == "date:2022"
    QTest.keyClicks(box.line, " dog")
    assert (box.line.text(), box.text) == ("dog", "date:2022 dog")
    box.line.setCursorPosition(0)
    QTest.keyClick(box.line, KEY.Key_Backspace)
    assert (box.line.text(), box.text) == ("date:2022 dog", " date:2022 dog".strip())
    QTest.keyClick(box.line, KEY.Key_Return)
    assert box.line.text() == "dog"
    assert asked[-1] == "date:2022 dog"
    QTest.keyClick(box.line, KEY.Key_Escape)
    assert box.text == ""


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard|propagateSizeHints)", extend=True)
def test_chips_are_changed_by_a_menu_and_give_way_to_a_number(qtbot: QtBot, theme: Theme, wait: Wait) -> None:
    row = ChipsRow(theme)
    box = SearchBox(theme)
    box.put_chips(row.strip)
    qtbot.addWidget(box)
    box.resize(720, 40)
    box.show()
    row.show_parts(shown("near:Brest,25km dog"), ())
    changed: list[object] = []
    row.changed.connect(lambda _chip, part: changed.append(part))
    text = next(one for one in row.strip.findChildren(QPushButton) if one.text() == "near Brest, 25 km")
    QTest.mouseClick(text, Qt.MouseButton.LeftButton)
    wait(lambda: bool(row.strip.findChildren(QMenu)))
    menu = row.strip.findChildren(QMenu)[0]
    assert [action.isChecked() for action in menu.actions()] == [False, False, True, False, False]
    menu.actions()[3].trigger()
    menu.close()
    assert changed == [choices(shown("near:Brest,25km")[0].chip.part)[3][1]]

    row.show_parts(shown(" ".join(f"tag:number{number}" for number in range(9))), ())
    seen = [one for one in row.strip.children() if one.objectName() == "chip" and not one.property("hidden")]
    visible = [one for one in seen if one.isWidgetType() and not one.isHidden()]  # type: ignore[attr-defined]
    assert 1 < len(visible) < 9
    assert box.line.width() > 100
