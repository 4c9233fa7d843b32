"""A photo is looked at in the real window: sharp in every format, zoomed, stepped through, played; all by keys."""

from pathlib import Path

import pillow_heif
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.main import Program
from desktop_app.viewer.viewer import Viewer
from tests.e2e.command_line.photos import draw, save
from tests.e2e.window.conftest import Start
from tests.e2e.window.test_marks import said, select
from tests.e2e.window.test_window import names, ready
from tests.qt.plugin import Wait
from tests.unit.media.making import video

KEY = Qt.Key


def opened(program: Program, row: int) -> Viewer:
    """Open a photo by the keyboard."""
    program.window.activateWindow()
    select(program, row)
    QTest.keyClick(program.window.grid, KEY.Key_Space)
    return program.window.photos.viewer.viewer


def row_of(program: Program, name: str) -> int:
    """Return where in the grid a photo is now; the order changes once dates are read."""
    return names(program).index(name)


def test_every_format_gets_sharp_and_keys_belong_to_the_viewer(start: Start, wait: Wait, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    save(folder / "a.jpg", 1, (2400, 1600))
    pillow_heif.from_pillow(draw(2, (2400, 1600))).save(folder / "b.heic", quality=60)
    save(folder / "c.jpg", 3, (300, 900))
    program = start(folder)
    wait(lambda: ready(program) == 3)
    order = {program.session.photos.photo_at(row): row for row in range(3)}
    viewer = opened(program, 0)
    for step in range(3):
        wait(lambda: viewer.is_sharp)
        row = program.session.catalog.rows([viewer.photo_id or 0])[viewer.photo_id or 0]  # type: ignore[list-item, index]
        assert viewer.canvas.view.picture.width() == row.width
        if step < 2:
            QTest.keyClick(viewer, KEY.Key_Right)
    assert order[viewer.photo_id] == 2
    QTest.keyClick(viewer, KEY.Key_Right)
    assert order[viewer.photo_id] == 2  # it stays at the end

    shown = viewer.photo_id
    for key in (KEY.Key_X, KEY.Key_G, KEY.Key_Plus, KEY.Key_Minus):
        QTest.keyClick(viewer, key)
    QTest.keyClick(viewer, KEY.Key_4)
    QTest.keyClick(viewer, KEY.Key_H)
    assert shown is not None
    wait(lambda: said(program)[shown][:2] == (4, True))
    assert program.window.centre.box.text == ""
    assert viewer.isVisible()
    QTest.keyClick(viewer, KEY.Key_Escape)
    assert not viewer.isVisible()
    wait(program.window.grid.hasFocus)
    assert program.window.grid.current_photo() == shown


def test_zoom_goes_to_the_pointer_and_brings_every_pixel(start: Start, wait: Wait, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    save(folder / "large.jpg", 1, (6000, 4000))
    program = start(folder)
    wait(lambda: ready(program) == 1)
    viewer = opened(program, 0)
    canvas = viewer.canvas
    wait(lambda: viewer.is_sharp)
    assert canvas.view.is_fitted
    assert canvas.scale < 1
    QTest.keyClick(viewer, KEY.Key_Z)
    assert canvas.scale == 1.0
    assert viewer.zoom_bar.text == "100 %"
    wait(lambda: canvas.shown_width == 6000)

    at = QPointF(canvas.width() / 4, canvas.height() / 4)
    under = (at - canvas.view.target.topLeft()) / canvas.scale
    wheel = QWheelEvent(
        at,
        QPointF(canvas.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, wheel)
    assert canvas.scale > 1
    assert ((at - canvas.view.target.topLeft()) / canvas.scale - under).manhattanLength() < 0.01

    before = canvas.view.target.topLeft()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    QTest.mouseMove(canvas, QPoint(260, 280))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(260, 280))
    assert canvas.view.target.topLeft() - before == QPointF(-40, -20) * canvas.devicePixelRatioF()
    QTest.keyClick(viewer, KEY.Key_R)
    assert canvas.view.picture.width() == 4000
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert canvas.scale == 1.0
    viewer.close_viewer()


def test_a_video_is_played_and_a_file_that_went_away_is_told(start: Start, wait: Wait, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    save(folder / "away.jpg", 1)
    video(folder / "clip.mp4", [draw(4), draw(5)])
    program = start(folder)
    wait(lambda: ready(program) == 2)
    viewer = opened(program, row_of(program, "clip.mp4"))
    wait(lambda: viewer.canvas.has_picture)
    QTest.keyClick(viewer, KEY.Key_Space)
    wait(lambda: viewer.player.position_ms > 0)
    QTest.keyClick(viewer, KEY.Key_Space)
    wait(lambda: not viewer.player.is_playing)
    assert viewer.isVisible()
    viewer.close_viewer()
    assert not viewer.player.is_open

    viewer = opened(program, row_of(program, "away.jpg"))
    wait(lambda: viewer.is_sharp)
    (folder / "away.jpg").rename(tmp_path / "elsewhere.jpg")
    viewer.retry_wanted.emit()
    wait(lambda: viewer.failure != "")
    assert viewer.canvas.has_picture  # its thumbnail
    (tmp_path / "elsewhere.jpg").rename(folder / "away.jpg")
    viewer.retry_wanted.emit()
    wait(lambda: viewer.is_sharp)
    assert viewer.failure == ""
    viewer.close_viewer()
