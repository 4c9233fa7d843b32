"""Photos are rated and tagged in the real window, one and several, by key and by mouse, and all is taken back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from core.values.photo import PhotoId
from desktop_app.main import Program
from tests.e2e.command_line.photos import album
from tests.e2e.window.conftest import Start
from tests.e2e.window.test_window import hits, messages, ready
from tests.qt.plugin import Wait

KEY, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def said(program: Program) -> dict[PhotoId, tuple[int, bool, tuple[str, ...]]]:
    """Return what the catalog says of each photo: stars, favourite, tags."""
    found = program.session.catalog.annotations(program.session.photos.ids(slice(None)))
    return {photo_id: (one.stars, one.favourite, one.tags) for photo_id, one in found.items()}


def select(program: Program, *rows: int) -> list[PhotoId]:
    grid = program.window.grid
    grid.setFocus()
    grid.clear_selection()
    for row in rows:
        at = grid.place_box(row).topLeft() + QPoint(14, 14)
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    return grid.selected_ids()


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_photos_are_rated_and_tagged_and_it_is_taken_back(start: Start, wait: Wait, tmp_path: Path) -> None:
    pictures = album(tmp_path / "photos", 4)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == len(pictures))
    window, grid, editor = program.window, program.window.grid, program.window.details.annotations
    window.activateWindow()
    window.panels.show_details()
    blank = (0, False, ())

    (first,) = select(program, 0)
    QTest.keyClick(grid, KEY.Key_4)
    wait(lambda: said(program)[first] == (4, False, ()) and editor.stars.stars == 4)
    QTest.keyClick(grid, KEY.Key_T)
    wait(editor.line.hasFocus)
    QTest.keyClicks(editor.line, "Harbour")
    QTest.keyClick(editor.line, KEY.Key_Return)
    wait(lambda: said(program)[first] == (4, False, ("Harbour",)) and editor.names() == ["Harbour"])
    assert editor.line.hasFocus()

    both = select(program, 0, 1)
    second = both[1]
    wait(lambda: "mixed" in window.details.texts())
    assert window.details.texts()[0].startswith("2 photo")
    QTest.keyClick(grid, KEY.Key_2)
    QTest.keyClick(grid, KEY.Key_H)
    wait(lambda: all(said(program)[one][:2] == (2, True) for one in both))
    assert "2 photo" in messages(program)
    everywhere = editor.findChild(QToolButton, "tagAll")
    assert isinstance(everywhere, QToolButton)
    QTest.mouseClick(everywhere, Qt.MouseButton.LeftButton)
    wait(lambda: said(program)[second] == (2, True, ("Harbour",)))
    window.centre.box.set_text("tag:harbour")
    wait(lambda: len(hits(program)) == 2)
    window.centre.box.set_text("")
    wait(lambda: len(said(program)) == len(pictures))

    select(program, 0)
    states = [
        {first: (2, True, ("Harbour",)), second: (2, True, ("Harbour",))},
        {first: (2, True, ("Harbour",)), second: (2, True, ())},
        {first: (2, False, ("Harbour",)), second: (2, False, ())},
        {first: (4, False, ("Harbour",)), second: blank},
        {first: (4, False, ()), second: blank},
        {first: blank, second: blank},
    ]
    back, again = states[1:], states[-2::-1]
    for wanted, modifiers in [
        *((state, CONTROL) for state in back),
        *((state, CONTROL | Qt.KeyboardModifier.ShiftModifier) for state in again),
        *((state, CONTROL) for state in back),
    ]:
        QTest.keyClick(grid, KEY.Key_Z, modifiers)
        wait(lambda wanted=wanted: {one: said(program)[one] for one in both} == wanted)  # type: ignore[misc]
    wait(lambda: editor.stars.stars == 0 and editor.names() == [])


def test_a_photo_is_rated_where_it_is_seen_large(start: Start, wait: Wait, tmp_path: Path) -> None:
    pictures = album(tmp_path / "photos", 2)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == len(pictures))
    program.window.activateWindow()
    (photo,) = select(program, 1)
    QTest.keyClick(program.window.grid, KEY.Key_Space)
    preview = program.window.photos.viewer.viewer
    wait(preview.hasFocus)
    QTest.keyClick(preview, KEY.Key_5)
    wait(lambda: said(program)[photo][0] == 5)
    QTest.keyClick(preview, KEY.Key_0)
    wait(lambda: said(program)[photo][0] == 0)
    QTest.keyClick(preview, KEY.Key_3)
    wait(lambda: said(program)[photo][0] == 3)
    assert preview.isVisible()
