"""What stands around the photos, in the real window: folders, the way back, Escape, settings, drops, and a restart."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from core.values.scope import ScopeKind
from desktop_app.library.sidebar_row import SidebarRow
from desktop_app.main import Program
from desktop_app.navigation.view import Page
from desktop_app.settings.entries import PageId
from tests.e2e.command_line.photos import album, save
from tests.e2e.window.conftest import Start
from tests.e2e.window.test_window import hits, messages, page, ready, top
from tests.qt.plugin import Wait

KEY, CONTROL, ALT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def row(program: Program, name: str) -> SidebarRow:
    return next(entry for entry in program.window.sidebar.rows if entry.text() == name)


def click(entry: SidebarRow) -> None:
    QTest.mouseClick(entry, Qt.MouseButton.LeftButton, pos=QPoint(120, 14))


def shown(program: Program) -> int:
    return program.session.photos.count


def restart(program: Program, start: Start) -> Program:
    program.close()
    return start()


def test_folders_the_way_back_and_what_is_there_after_a_restart(start: Start, wait: Wait, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    album(photos / "2021", 3)
    for number in (7, 8):
        save(photos / "2022" / "Trip" / f"scene 00{number}.jpg", number)
    program = start(photos)
    window, box = program.window, program.window.centre.box
    wait(lambda: ready(program) == 5)
    wait(lambda: any(entry.text() == "2022" and entry.isVisible() for entry in window.sidebar.rows))
    window.activateWindow()

    click(row(program, "2022"))
    wait(lambda: shown(program) == 2)
    assert not window.centre.top.forward.isEnabled()
    click(row(program, "2021"))
    wait(lambda: shown(program) == 3)
    QTest.keyClick(window, KEY.Key_Slash)
    QTest.keyClicks(box.line, "scene 001")
    QTest.keyClick(box.line, KEY.Key_Return)
    wait(lambda: "scene 001.jpg" in hits(program)[:1])
    QTest.keyClick(window.grid, KEY.Key_Left, ALT)
    wait(lambda: not hits(program) and shown(program) == 3)
    assert box.text == ""
    assert row(program, "2021").isChecked()
    QTest.keyClick(window.grid, KEY.Key_Left, ALT)
    wait(lambda: shown(program) == 2 and row(program, "2022").isChecked())
    QTest.mouseClick(window.centre.top.forward, Qt.MouseButton.LeftButton)
    QTest.mouseClick(window.centre.top.forward, Qt.MouseButton.LeftButton)
    wait(lambda: "scene 001.jpg" in hits(program)[:1])
    assert box.text == "scene 001"

    QTest.keyClick(window, KEY.Key_I, CONTROL)
    assert window.details.isVisible()
    program = restart(program, start)
    wait(lambda: "scene 001.jpg" in hits(program)[:1])
    assert program.window.centre.box.text == "scene 001"
    assert program.window.search.question.scope.kind is ScopeKind.FOLDER
    assert program.window.details.isVisible()
    wait(lambda: row(program, "2021").isChecked())


def test_escape_leaves_one_thing_after_the_other(start: Start, wait: Wait, tmp_path: Path) -> None:
    album(tmp_path / "photos", 3)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == 3)
    window, box = program.window, program.window.centre.box
    window.activateWindow()
    box.set_text("scene 002")
    wait(lambda: "scene 002.jpg" in hits(program)[:1])
    window.grid.setFocus()
    QTest.keyClick(window.grid, KEY.Key_A, CONTROL)
    assert window.grid.selected_ids()
    QTest.keyClick(window.grid, KEY.Key_Escape)
    assert not window.grid.selected_ids()
    assert box.text == "scene 002"
    QTest.keyClick(window.grid, KEY.Key_Escape)
    assert box.text == ""
    wait(lambda: not hits(program))

    QTest.keyClick(window.grid, KEY.Key_Question)
    assert page(program) is Page.SETTINGS
    assert window.centre.settings.page is PageId.KEYBOARD
    search = window.centre.settings.search
    QTest.keyClicks(search, "colours")
    choice = window.centre.settings.controls["window.theme"].part.findChild(QPushButton, "dark")
    assert isinstance(choice, QPushButton)
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton)
    assert program.session.theme.is_dark
    QTest.keyClick(window, KEY.Key_Escape)
    assert page(program) is Page.GRID


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_what_is_changed_is_told_and_undone_by_the_button(start: Start, wait: Wait, tmp_path: Path) -> None:
    album(tmp_path / "photos", 3)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == 3)
    window = program.window
    window.activateWindow()
    QTest.keyClick(window, KEY.Key_I, CONTROL)
    photo = top(program)
    window.grid.setFocus()
    QTest.keyClick(window.grid, KEY.Key_A, CONTROL)
    wait(window.details.annotations.heart.isVisible)
    place = window.grid.geometry()
    QTest.mouseClick(window.details.annotations.heart, Qt.MouseButton.LeftButton)
    wait(lambda: "favourite" in messages(program))
    assert window.grid.geometry() == place, "a message moves nothing"
    QTest.mouseClick(window.centre.toast.undo, Qt.MouseButton.LeftButton)
    wait(lambda: "Undid" in messages(program))
    assert not program.session.catalog.annotations([photo])[photo].favourite


def test_folders_and_pictures_are_dropped_and_said_before(start: Start, wait: Wait, tmp_path: Path) -> None:
    album(tmp_path / "photos", 3)
    album(tmp_path / "more", 2)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == 3)
    window, hint = program.window, program.window.drops.hint

    def drop(path: Path) -> str:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 300), copy, data, left, none))
        said = hint.text if hint.isVisible() else ""
        QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), copy, data, left, none))
        assert not hint.isVisible()
        return said

    assert drop(tmp_path / "photos" / "scene 002.jpg") == "Search by this picture"
    wait(lambda: "scene 002.jpg" in hits(program)[:1])
    assert drop(tmp_path / "more") == "Add this folder"
    wait(lambda: [root.path for root in window.sidebar.roots][1:] == [str(tmp_path / "more")])


def test_an_empty_search_names_the_filter_to_blame_and_drops_it(start: Start, wait: Wait, tmp_path: Path) -> None:
    album(tmp_path / "photos", 3)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == 3)
    window, box, empty = program.window, program.window.centre.box, program.window.centre.empty
    window.activateWindow()
    QTest.keyClick(window, KEY.Key_F, CONTROL)
    QTest.keyClicks(box.line, "camera:X100V date:1850 ")
    assert box.line.text() == ""
    wait(lambda: "fit without “1850”" in empty.hint)
    assert page(program) is Page.EMPTY
    QTest.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    wait(lambda: page(program) is Page.GRID and shown(program) == 3)
    assert box.text == "camera:X100V "
