"""The window's process is killed while the engine indexes for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from core.settings.paths import LibraryPaths
from tests.e2e.checks import PATIENCE, assert_every_photo_is_there_once, embedded, wait_until_some_are_embedded
from tests.e2e.command_line.conftest import CommandLine
from tests.e2e.command_line.photos import save


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("kills", "each"),
    [(1, 600), pytest.param(50, 12, marks=[pytest.mark.soak, pytest.mark.timeout(3000)])],
)
def test_the_window_killed_while_photos_are_indexed_costs_none_of_them(
    paths: LibraryPaths, tmp_path: Path, kills: int, each: int
) -> None:
    photos: list[Path] = []
    for kill in range(kills):
        added = range(kill * each, (kill + 1) * each)
        photos += [save(tmp_path / "photos" / f"scene {number:03}.jpg", number) for number in added]
        window = subprocess.Popen(
            [sys.executable, "-m", "desktop_app.main", "--library", paths.data, tmp_path / "photos"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        )
        wait_until_some_are_embedded(window, paths.data, more_than=embedded(paths.data))
        others = psutil.Process(window.pid).children(recursive=True)
        window.kill()
        window.wait()
        _, alive = psutil.wait_procs(others, timeout=PATIENCE)
        assert not alive, "the engine or its workers outlive the window"

    assert 0 < embedded(paths.data) < len(photos) or kills > 1
    command_line = CommandLine(paths.data)
    summary = json.loads(command_line.succeed("index", "--json").text)
    command_line.close()
    assert summary["found"] == summary["ready"] == len(photos)
    assert_every_photo_is_there_once(paths.data, photos)
