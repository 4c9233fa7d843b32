"""The search box of the real window: completions of its library, and recent searches that the engine keeps."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.main import Program
from tests.e2e.command_line.photos import album
from tests.e2e.window.conftest import Start
from tests.e2e.window.test_window import chips, ready
from tests.qt.plugin import Wait

KEY = Qt.Key


def offered(program: Program) -> list[str]:
    popup = program.window.centre.box.popup
    return [completion.label for completion in popup.completions] if popup.isVisible() else []


def test_a_search_is_completed_kept_offered_again_and_forgotten(start: Start, wait: Wait, tmp_path: Path) -> None:
    pictures = album(tmp_path / "photos", 4)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == len(pictures))
    window, box = program.window, program.window.centre.box
    window.activateWindow()
    box.focus()
    wait(box.line.hasFocus)

    QTest.keyClicks(box.line, "cam")
    wait(lambda: offered(program) == ["camera:"])
    QTest.keyClick(box.line, KEY.Key_Tab)
    wait(lambda: offered(program) == ["X100V"])
    assert "expects" not in "".join(message.text for message in window.centre.messages.messages())
    QTest.keyClick(box.line, KEY.Key_Tab)
    assert box.text == "camera:X100V "
    wait(lambda: len(chips(program)) == 1 and program.session.photos.count == len(pictures))
    QTest.keyClick(box.line, KEY.Key_Return)
    QTest.keyClick(box.line, KEY.Key_Escape)
    assert box.text == ""

    QTest.keyClicks(box.line, "scene")
    QTest.mouseClick(window.grid.viewport(), Qt.MouseButton.LeftButton)
    box.line.clear()
    QTest.mouseClick(box.line, Qt.MouseButton.LeftButton)
    box.line.setFocus(Qt.FocusReason.MouseFocusReason)
    wait(lambda: offered(program) == ["scene", "camera:X100V"])
    QTest.keyClick(box.line, KEY.Key_Down)
    QTest.keyClick(box.line, KEY.Key_Delete)
    wait(lambda: offered(program) == ["camera:X100V"])
    QTest.mouseClick(box.popup.rows[-1], Qt.MouseButton.LeftButton)
    wait(lambda: not box.popup.isVisible())
    QTest.keyClick(box.line, KEY.Key_Down)
    wait(window.grid.hasFocus)
