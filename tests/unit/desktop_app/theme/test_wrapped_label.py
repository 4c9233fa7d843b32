"""Long names are wrapped within the panel, and copied as they are."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from core.catalog.reader import CatalogReader
from desktop_app.details.details_panel import WIDTH, DetailsPanel
from desktop_app.theme.theme import Theme
from desktop_app.theme.wrapped_label import LONGEST, WrappedLabel, breakable
from tests.qt.plugin import Wait
from tests.unit.desktop_app.library_builder import LibraryBuilder

LONG = "IMG_2019_summer_holiday-with.the_whole_family_" + "x" * 120 + ".jpg"


@pytest.mark.parametrize("text", ["", "short words stay", LONG, "_" * 50, "a/" * 40, "__" + "é" * 40])
def test_only_places_to_break_are_added(text: str) -> None:
    parts = breakable(text).split("\u200b")
    assert "".join(parts) == text
    assert all(len(word) <= 2 * LONGEST for part in parts for word in part.split())
    assert (len(parts) > 1) == any(len(word) > LONGEST for word in text.split())


def test_it_gives_out_its_text_as_it_is(qtbot: QtBot) -> None:
    made = WrappedLabel(LONG)
    qtbot.addWidget(made)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.show()
    assert made.text() == LONG
    made.setSelection(0, len(breakable(LONG)))
    QTest.keyClick(made, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == LONG


def test_a_long_name_stays_in_the_panel(
    qtbot: QtBot, theme: Theme, library: LibraryBuilder, reader: CatalogReader, wait: Wait
) -> None:
    details = reader.details(library.add(LONG, title="y" * 300, camera_model="Camera_" * 20))
    assert details is not None
    panel = DetailsPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(WIDTH, 600)
    panel.show()
    panel.show_photo(details, None)
    assert LONG in panel.texts()
    scroll = panel.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    body = scroll.widget()
    assert body is not None
    wait(lambda: 0 < body.width() <= scroll.viewport().width())
