"""Photos are moved to the system's trash in the real window, and come back with what was said of them."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from tests.e2e.command_line.photos import album
from tests.e2e.window.conftest import Start
from tests.e2e.window.test_marks import said, select
from tests.e2e.window.test_viewer import opened
from tests.e2e.window.test_window import ready
from tests.qt.plugin import Wait

KEY = Qt.Key


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_photos_go_to_the_trash_and_come_back(
    start: Start, wait: Wait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    pictures = album(tmp_path / "photos", 4)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == len(pictures))
    program.window.activateWindow()
    grid, photos = program.window.grid, program.session.photos
    (first,) = select(program, 0)
    QTest.keyClick(grid, KEY.Key_5)
    wait(lambda: said(program)[first][0] == 5)
    select(program, 0, 1)

    def confirm() -> None:
        box = program.window.findChild(QMessageBox, "confirmTrash")
        if box is None:
            QTimer.singleShot(20, confirm)
            return
        (move,) = (one for one in box.buttons() if "trash" in one.text())
        QTest.mouseClick(move, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, confirm)
    QTest.keyClick(grid, KEY.Key_Delete)
    wait(lambda: photos.count == 2)
    assert sum(path.exists() for path in pictures) == 2

    program.window.activateWindow()
    grid.setFocus()
    wait(grid.hasFocus)
    QTest.keyClick(grid, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: photos.count == 4)
    assert all(path.exists() for path in pictures)
    wait(lambda: said(program).get(first, (0,))[0] == 5)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_viewer_moves_a_photo_to_the_trash_goes_on_and_offers_to_undo_it(
    start: Start, wait: Wait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    pictures = album(tmp_path / "photos", 3)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == len(pictures))
    viewer, toast, photos = program.window.photos.viewer.viewer, program.window.centre.toast, program.session.photos
    order = [photos.photo_at(row) for row in range(3)]
    opened(program, 1)
    QTest.keyClick(viewer, KEY.Key_Delete)
    wait(lambda: photos.count == 2)
    assert (viewer.photo_id, len(viewer.strip.ids)) == (order[2], 2)
    assert program.window.childAt(toast.mapTo(program.window, toast.undo.geometry().center())) is toast.undo
    QTest.keyClick(viewer, KEY.Key_Delete)  # the last in the list
    wait(lambda: photos.count == 1)
    assert viewer.photo_id == order[0]
    QTest.mouseClick(toast.undo, Qt.MouseButton.LeftButton)
    wait(lambda: photos.count == 2)
    assert sum(path.exists() for path in pictures) == 2
    QTest.keyClick(viewer, KEY.Key_Delete)
    wait(lambda: not viewer.isVisible())
