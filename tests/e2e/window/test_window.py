"""The main job in the real window: choose a folder, see photos appear, find them, and what goes wrong on the way."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path, PurePath

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from core.settings.paths import LibraryPaths
from core.values.photo import PhotoId
from core.values.query import ExampleFile, ExamplePhoto
from desktop_app.main import Program
from desktop_app.navigation.view import Page
from desktop_app.search.chips_row import ShownChip
from tests.e2e.command_line.photos import album, draw
from tests.e2e.window.conftest import Start
from tests.qt.plugin import Wait


def ready(program: Program) -> int:
    """How many photos the grid shows with a thumbnail in the catalog."""
    rows = program.session.catalog.rows(program.session.photos.ids(slice(None)))
    return sum(row.content is not None for row in rows.values())


def names(program: Program) -> list[str]:
    """The names of the photos in the grid, in order; of a search, those below the line too."""
    ids = program.session.photos.ids(slice(None))
    rows = program.session.catalog.rows(ids)
    return [PurePath(rows[photo_id].path).name for photo_id in ids if photo_id in rows]


def page(program: Program) -> Page:
    return program.window.centre.page


def chips(program: Program) -> tuple[ShownChip, ...]:
    return program.window.centre.chips.chips


def messages(program: Program) -> str:
    """All that is said, in passing and for longer."""
    centre = program.window.centre
    return "\n".join([centre.toast.text, *(message.text for message in centre.messages.messages())])


def hits(program: Program) -> list[str]:
    return names(program) if program.session.photos.listing.hits else []


def test_from_the_first_start_to_a_found_photo(
    start: Start, wait: Wait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = album(tmp_path / "photos", 8)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "photos"))
    program = start()
    window, box = program.window, program.window.centre.box
    assert page(program) is Page.WELCOME
    welcome = window.centre.welcome
    QTest.mouseClick(welcome.choose, Qt.MouseButton.LeftButton)
    wait(lambda: welcome.start.text().startswith("Start with 8 photo"))
    QTest.mouseClick(welcome.start, Qt.MouseButton.LeftButton)
    wait(lambda: ready(program) == len(pictures))
    assert page(program) is Page.GRID
    window.panels.show_details()
    assert [root.photos for root in window.sidebar.roots] == [len(pictures)]

    window.grid.setFocus()
    QTest.keyClicks(window.grid, "s")
    assert box.text == "", "letters belong to the photos"
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box.line, "scene 003")
    assert box.text == "scene 003"
    wait(lambda: pictures[3].name in hits(program)[:1])
    assert not chips(program)

    found = top(program)
    window.photos.similar_wanted.emit(found)
    wait(lambda: bool(program.session.photos.listing.hits) and hits(program)[:1] == [pictures[3].name])
    assert [chip.chip.part for chip in chips(program)] == [ExamplePhoto(found)]
    assert box.text == ""

    box.take("sunset date:2019")
    wait(lambda: len(chips(program)) == 3)
    for _ in range(2):
        window.centre.chips.removed.emit(chips(program)[-1].chip)
    window.centre.chips.removed.emit(chips(program)[0].chip)
    wait(lambda: not program.session.photos.listing.hits and program.session.photos.count == len(pictures))

    outside = tmp_path / "outside.png"
    draw(5).save(outside)
    QGuiApplication.clipboard().setImage(QImage(str(outside)))
    assert window.search.paste()
    wait(lambda: hits(program)[:1] == [pictures[5].name])
    example = window.search.question.examples[0]
    assert isinstance(example, ExampleFile)
    window.grid.select(top(program))
    wait(lambda: pictures[5].name in window.details.texts())


def top(program: Program) -> PhotoId:
    found = program.session.photos.photo_at(0)
    assert found is not None
    return found


def test_typing_fast_shows_only_the_last_answer(start: Start, wait: Wait, tmp_path: Path) -> None:
    pictures = album(tmp_path / "photos", 5)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == len(pictures))
    shown: list[str] = []
    finder = program.window.search.finder
    finder.found.connect(lambda listing, _same: shown.append(finder.question.text) if listing.hits else None)
    for number in range(5):
        program.window.centre.box.set_text(f"scene 00{number}")
        QTest.qWait(30)
    wait(lambda: hits(program)[:1] == [pictures[4].name])
    assert set(shown) == {"scene 004"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_engine_is_told_and_comes_back(start: Start, wait: Wait, tmp_path: Path) -> None:
    pictures = album(tmp_path / "photos", 3)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == len(pictures))
    first = program.session.engine.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait(lambda: "stopped" in messages(program))
    wait(lambda: program.session.engine.pid not in {None, first} and "stopped" not in messages(program))
    program.window.centre.box.set_text("scene 001")
    wait(lambda: pictures[1].name in hits(program)[:1])


def test_a_folder_that_vanishes_is_told_and_its_photos_stay(start: Start, wait: Wait, tmp_path: Path) -> None:
    pictures = album(tmp_path / "photos", 3)
    program = start(tmp_path / "photos")
    wait(lambda: ready(program) == len(pictures))
    shutil.move(tmp_path / "photos", tmp_path / "elsewhere")
    program.window.sidebar.rescan_wanted.emit(program.window.sidebar.roots[0])
    wait(lambda: "cannot be reached" in messages(program))
    assert program.session.photos.count == len(pictures)


def test_the_window_process_never_imports_the_engine(paths: LibraryPaths, tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from core.settings.paths import LibraryPaths\n"
        "from desktop_app.main import Program, application\n"
        "app = application()\n"
        "program = Program(app, LibraryPaths.inside(Path(sys.argv[1])), None)\n"
        "program.start()\n"
        "until = time.monotonic() + 120\n"
        "while not program.session.catalog.is_open and time.monotonic() < until:\n"
        "    app.processEvents()\n"
        "opened = program.session.catalog.is_open\n"
        "program.close()\n"
        "rooms = ('cli', 'indexing', 'vectors', 'embedding', 'media')\n"
        "bad = {'torch', 'open_clip', 'usearch'} | {f'core.{room}' for room in rooms}\n"
        "sys.exit(', '.join(bad & set(sys.modules)) or (0 if opened else 'the catalog was not opened'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(paths.data)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
