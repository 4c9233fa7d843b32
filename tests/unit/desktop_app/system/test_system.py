"""One window a library, crash reports, and names that are no text."""

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from core.settings.paths import LibraryPaths
from desktop_app.system.crash_hook import CrashHook
from desktop_app.system.files import open_file, show_file, url_of
from desktop_app.system.single_instance import FirstInstance, raise_first
from tests.qt.plugin import Wait


def test_a_second_start_hands_over_its_folder(paths: LibraryPaths, qapp: QApplication, wait: Wait) -> None:
    assert not raise_first(paths, None)
    first = FirstInstance(paths)
    told: list[str | None] = []
    first.raised.connect(told.append)
    assert raise_first(paths, "/photos/Übersicht")
    assert raise_first(paths, None)
    wait(lambda: len(told) == 2)
    assert sorted(told, key=str) == ["/photos/Übersicht", None]
    first.close()
    assert not raise_first(paths, None)


def test_another_library_has_a_window_of_its_own(paths: LibraryPaths, tmp_path: Path, qapp: QApplication) -> None:
    first = FirstInstance(paths)
    assert not raise_first(LibraryPaths.inside(tmp_path / "other"), None)
    first.close()


@pytest.mark.expects_log("unexpected error in the window")
def test_a_bug_is_written_down_and_told(tmp_path: Path) -> None:
    told: list[Path] = []
    old = sys.excepthook
    hook = CrashHook(tmp_path / "logs", told.append)
    try:
        raise ValueError("something is wrong here")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    hook.close()
    assert sys.excepthook is old
    assert "something is wrong here" in told[0].read_text("utf-8")
    assert "test_a_bug_is_written_down" in told[0].read_text("utf-8")


def test_a_name_that_is_not_utf8_has_a_url() -> None:
    assert url_of("/photos/caf\udce9 1.jpg").toEncoded().data() == b"file:///photos/caf%E9%201.jpg"


def test_what_is_gone_is_not_opened(tmp_path: Path, qapp: QApplication) -> None:
    assert not open_file(str(tmp_path / "gone.jpg"))
    assert not show_file(str(tmp_path / "gone.jpg"))
