"""Results are refined in the real window: stricter, more like this one, less like that one, and all taken back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QSlider

from core.values.photo import PhotoId
from desktop_app.main import Program
from tests.e2e.command_line.photos import album
from tests.e2e.window.conftest import Start
from tests.e2e.window.test_window import chips, hits, messages, names, ready, top
from tests.qt.plugin import Wait

KEY, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def said(program: Program) -> list[str]:
    return [chip.text for chip in chips(program)]


def photo_named(program: Program, name: str) -> PhotoId:
    photo = program.session.photos.photo_at(names(program).index(name))
    assert photo is not None
    return photo


def pick(program: Program, name: str) -> None:
    """Put a hit in focus, wherever it stands: the weaker ones are folded away until they are asked for."""
    grid = program.window.grid
    if grid.line.toggle.isVisible() and not grid.line.is_open:
        QTest.mouseClick(grid.line.toggle, Qt.MouseButton.LeftButton)
    photo = photo_named(program, name)
    grid.select(photo)
    assert grid.chosen_ids() == [photo]


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_results_are_made_stricter_and_pointed_at(start: Start, wait: Wait, tmp_path: Path) -> None:
    pictures = album(tmp_path / "photos", 12)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == len(pictures))
    window, photos = program.window, program.session.photos
    window.activateWindow()
    window.panels.show_details()
    grid = window.grid

    grid.setFocus()
    grid.select(top(program))
    QTest.keyClick(grid, KEY.Key_M, CONTROL)
    assert "Search for something first" in messages(program)

    window.search.find_similar(photo_named(program, pictures[3].name))
    wait(lambda: hits(program)[:1] == [pictures[3].name])
    strictness = window.centre.settings.controls["search.strictness"].part
    assert isinstance(strictness, QSlider)
    strictness.setValue(0)
    wait(lambda: photos.listing.relevant == len(photos.listing.ids))
    strictness.setValue(100)
    wait(lambda: photos.listing.relevant is not None and photos.listing.relevant < len(photos.listing.ids))
    assert program.session.settings.value.search.strictness == 1.0

    answers: list[str] = []
    window.search.finder.found.connect(lambda _listing, _same: answers.append(window.search.question.text))
    window.centre.box.set_text("a lake")
    wait(lambda: "a lake" in answers and len(chips(program)) == 2)
    before = hits(program)
    grid.setFocus()
    pick(program, pictures[7].name)
    QTest.keyClick(grid, KEY.Key_M, CONTROL)
    wait(lambda: f"More like {pictures[7].name}" in said(program))
    wait(lambda: hits(program) != before)
    assert hits(program).index(pictures[7].name) <= before.index(pictures[7].name)
    pick(program, pictures[5].name)
    QTest.keyClick(grid, KEY.Key_M, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    wait(lambda: f"Less like {pictures[5].name}" in said(program))
    assert len(chips(program)) == 4

    QTest.keyClick(grid, KEY.Key_Z, CONTROL)
    wait(lambda: f"Less like {pictures[5].name}" not in said(program))
    QTest.keyClick(grid, KEY.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    wait(lambda: f"Less like {pictures[5].name}" in said(program))
    QTest.keyClick(grid, KEY.Key_Z, CONTROL)
    wait(lambda: f"Less like {pictures[5].name}" not in said(program))
    window.centre.chips.removed.emit(next(c.chip for c in chips(program) if c.text.startswith("More like")))
    wait(lambda: hits(program) == before)
    assert len(chips(program)) == 2

    pick(program, pictures[7].name)
    wait(lambda: window.details.findChild(QPushButton, "more") is not None)
    more = window.details.findChild(QPushButton, "more")
    assert isinstance(more, QPushButton)
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    wait(lambda: f"More like {pictures[7].name}" in said(program))
    grid.setFocus()
    QTest.keyClick(grid, KEY.Key_Z, CONTROL)
    wait(lambda: hits(program) == before)

    pick(program, pictures[5].name)
    grid.menu_wanted.emit(QPoint(10, 10))
    less = window.findChild(QAction, "less")
    assert isinstance(less, QAction)
    menu = less.parent()
    assert isinstance(menu, QMenu)
    less.trigger()
    menu.close()
    wait(lambda: f"Less like {pictures[5].name}" in said(program))
