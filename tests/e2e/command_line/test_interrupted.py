"""Indexing that is stopped or killed goes on with the next run; nothing is lost, nothing is there twice."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from sqlalchemy import text

from core.catalog import database
from core.catalog.thumbnails import ThumbnailStore
from core.settings.paths import LibraryPaths
from core.values.photo import ContentKey
from tests.e2e.command_line.conftest import PATIENCE, CommandLine
from tests.e2e.command_line.photos import album


def _embedded(library: Path) -> int:
    """Return how many photos have a vector by now."""
    try:
        engine = database.open_for_reading(LibraryPaths.inside(library).catalog)
    except FileNotFoundError:
        return 0
    try:
        with engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM embeddings")).scalar_one())
    except Exception:  # the tables are being made
        return 0
    finally:
        engine.dispose()


def _wait_until_some_are_embedded(process: "subprocess.Popen[bytes]", library: Path) -> None:
    until = time.monotonic() + PATIENCE
    while _embedded(library) == 0:
        assert process.poll() is None, "indexing ended before it could be interrupted"
        assert time.monotonic() < until
        time.sleep(0.02)


def assert_every_photo_is_there_once(library: Path, photos: list[Path]) -> None:
    paths = LibraryPaths.inside(library)
    engine = database.open_for_reading(paths.catalog)
    thumbnails = ThumbnailStore(paths.thumbnails, read_only=True)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT f.name, p.id, p.state, p.content_size, p.content_hash, length(e.vector) AS length, e.vector "
                "FROM files f JOIN photos p ON p.id = f.photo_id LEFT JOIN embeddings e ON e.photo_id = p.id"
            )
        ).all()
        assert connection.execute(text("SELECT count(*) FROM photos")).scalar_one() == len(photos)
    assert sorted(row.name for row in rows) == sorted(os.fsencode(photo.name) for photo in photos)
    assert {row.state for row in rows} == {"ready"}
    for row in rows:
        assert np.isclose(np.linalg.norm(np.frombuffer(row.vector, "<f2").astype(np.float32)), 1.0, atol=0.01)
        assert thumbnails.get(ContentKey(row.content_size, row.content_hash)) is not None
    thumbnails.close()
    engine.dispose()


def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(eidetic: CommandLine, tmp_path: Path) -> None:
    photos = album(tmp_path / "photos", 600)
    process = eidetic.start("index", tmp_path / "photos")
    _wait_until_some_are_embedded(process, eidetic.library)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"Traceback" not in messages
    assert 0 < _embedded(eidetic.library) < len(photos)
    summary = json.loads(eidetic.succeed("index", "--json").text)
    assert summary["ready"] == len(photos)
    assert_every_photo_is_there_once(eidetic.library, photos)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_killed_in_the_middle_of_indexing_every_photo_is_there_once_after_the_next_run(
    eidetic: CommandLine, tmp_path: Path
) -> None:
    photos = album(tmp_path / "photos", 600)
    process = eidetic.start("index", tmp_path / "photos")
    _wait_until_some_are_embedded(process, eidetic.library)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(workers, timeout=PATIENCE)
    assert not alive, "decode workers outlive the engine"
    assert 0 < _embedded(eidetic.library) < len(photos)
    summary = json.loads(eidetic.succeed("index", "--json").text)
    assert summary["found"] == summary["ready"] == len(photos)
    assert_every_photo_is_there_once(eidetic.library, photos)
    ended = eidetic.succeed("similar", photos[60], "--limit", "1000", "--json")
    found = [Path(hit["path"]).name for hit in json.loads(ended.text)["hits"]]
    assert found[0] == photos[60].name
    assert sorted(found) == sorted(photo.name for photo in photos)
