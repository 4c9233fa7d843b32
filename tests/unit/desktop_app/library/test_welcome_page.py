"""The first page: what lies in a folder is counted and shown before it is added, and only what is wanted is."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.backend.tasks import TaskRunner
from desktop_app.library.folder_survey import Survey, survey
from desktop_app.library.welcome_page import WelcomePage
from desktop_app.theme.theme import Theme
from tests.qt.plugin import Wait


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos in two folders, one of them damaged, a video, a note, and what is hidden."""
    made = tmp_path / "Pictures"
    for name in ("a.jpg", "2022/b.PNG", ".trash/c.jpg"):
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 48), "teal").save(path)
    (made / "2022" / "broken.jpg").write_bytes(b"no picture")
    (made / "clip.mov").write_bytes(b"12345")
    (made / "note.txt").write_text("a note")
    return made


def test_a_survey_counts_photos_and_videos_and_shows_one_of_each_folder(folder: Path) -> None:
    shown: list[QImage] = []
    found = survey(str(folder), lambda _: None, shown.append, lambda: False)
    assert (found.photos, found.videos, found.done) == (3, 1, True)
    assert (
        found.size
        == sum(path.stat().st_size for path in folder.rglob("*") if path.suffix in {".jpg", ".PNG", ".mov"})
        - (folder / ".trash" / "c.jpg").stat().st_size
    )
    assert [image.height() for image in shown] == [240, 240]
    assert survey(str(folder), lambda _: None, shown.append, lambda: True) == Survey()
    assert survey(str(folder / "nowhere"), lambda _: None, shown.append, lambda: False) == Survey(done=True)


def test_folders_are_listed_counted_and_only_the_wanted_ones_are_added(
    qtbot: QtBot, theme: Theme, tasks: TaskRunner, wait: Wait, folder: Path, english_numbers: None
) -> None:
    page = WelcomePage(theme, tasks)
    qtbot.addWidget(page)
    page.resize(900, 700)
    assert not page.start.isEnabled()
    assert page.choose.text() == "Choose a folder…"
    page.add(str(folder))
    page.add(str(folder / "2022"))
    page.add(str(folder))
    assert len(page.cards) == 2, "a folder is listed once"
    wait(lambda: page.start.text() == "Start with 6 photos and videos")
    page.show()
    page.cards[0].check.setFocus()
    QTest.keyClick(page.cards[0].check, Qt.Key.Key_Space)
    assert page.start.text() == "Start with 2 photos"
    started: list[list[str]] = []
    page.started.connect(started.append)
    QTest.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert started == [[str(folder / "2022")]]
