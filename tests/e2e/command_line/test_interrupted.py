"""Indexing that is stopped or killed goes on with the next run; nothing is lost, nothing is there twice."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.checks import PATIENCE, assert_every_photo_is_there_once, embedded, wait_until_some_are_embedded
from tests.e2e.command_line.conftest import CommandLine
from tests.e2e.command_line.photos import album, crowd


@pytest.fixture
def heeds_interrupts() -> Iterator[None]:
    """Let processes started from here heed Ctrl-C, though the tests run in the background of a shell, which do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_interrupts")
def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(eidetic: CommandLine, tmp_path: Path) -> None:
    photos = crowd(tmp_path / "photos", 1200)
    process = eidetic.start("index", tmp_path / "photos")
    wait_until_some_are_embedded(process, eidetic.library)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"Traceback" not in messages
    assert 0 < embedded(eidetic.library) < len(photos)
    summary = json.loads(eidetic.succeed("index", "--json").text)
    assert summary["ready"] == len(photos)
    assert_every_photo_is_there_once(eidetic.library, photos)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_killed_in_the_middle_of_indexing_every_photo_is_there_once_after_the_next_run(
    eidetic: CommandLine, tmp_path: Path
) -> None:
    photos = album(tmp_path / "photos", 600)
    process = eidetic.start("index", tmp_path / "photos")
    wait_until_some_are_embedded(process, eidetic.library)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(workers, timeout=PATIENCE)
    assert not alive, "decode workers outlive the engine"
    assert 0 < embedded(eidetic.library) < len(photos)
    summary = json.loads(eidetic.succeed("index", "--json").text)
    assert summary["found"] == summary["ready"] == len(photos)
    assert_every_photo_is_there_once(eidetic.library, photos)
    eidetic.succeed("settings", "set", "search.fold", "false")
    ended = eidetic.succeed("similar", photos[60], "--limit", "1000", "--json")
    found = [Path(hit["path"]).name for hit in json.loads(ended.text)["hits"]]
    assert found[0] == photos[60].name
    assert sorted(found) == sorted(photo.name for photo in photos)
