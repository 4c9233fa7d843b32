"""Changes in followed folders appear by themselves."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.indexing.watch import watcher
from core.settings.schema import IndexingSettings
from tests.unit.indexing.library import Library, OpenLibrary, make_photo, wait_for


def test_new_changed_moved_and_deleted_files_appear_by_themselves(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos, watch=True)
    wait_for(lambda: library.indexer.followed().watching == (str(photos),))
    library.settle()

    make_photo(photos / "new folder" / "b.jpg", 2)
    wait_for(lambda: library.states().get("new folder/b.jpg") == "ready")
    (photos / "a.jpg").rename(photos / "new folder" / "c.jpg")
    wait_for(lambda: library.states() == {"new folder/b.jpg": "ready", "new folder/c.jpg": "ready"})
    shutil.rmtree(photos / "new folder")
    wait_for(lambda: set(library.states().values()) == {"missing"})


@pytest.mark.parametrize("events", [3_000, pytest.param(50_000, marks=pytest.mark.soak)])
def test_a_storm_of_events_becomes_few_comparisons(
    library: Library, photos: Path, monkeypatch: pytest.MonkeyPatch, events: int
) -> None:
    library.index(photos, watch=True)
    wait_for(lambda: library.indexer.followed().watching == (str(photos),))
    compared = 0
    for name in ("scan", "compare_folder", "compare_tree"):
        original = getattr(library.indexer._scanner, name)

        def counting(*args: object, original: Callable[..., object] = original, **kwargs: object) -> object:
            nonlocal compared
            compared += 1
            return original(*args, **kwargs)

        monkeypatch.setattr(library.indexer._scanner, name, counting)
    for number in range(100):
        (photos / f"{number:03}").mkdir()
    for number in range(events):
        (photos / f"{number % 100:03}" / f"{number}.txt").touch()
    make_photo(photos / "last.jpg", 1)

    wait_for(lambda: library.states().get("last.jpg") == "ready")
    library.settle()

    assert compared < 400


def test_when_the_watch_limit_is_reached_the_folder_is_polled_and_the_user_told(
    open_library: OpenLibrary, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: object, _root: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("core.indexing.watch.events.EventSource.watch", refuse)
    monkeypatch.setattr(watcher, "TICK_S", 0.1)
    library = open_library(settings=IndexingSettings(workers=2, pause_on_battery=False, poll_seconds=1))
    library.index(photos, watch=True)
    wait_for(lambda: library.indexer.followed().polling == (str(photos),))

    make_photo(photos / "a.jpg", 1)
    wait_for(lambda: library.states() == {"a.jpg": "ready"})

    assert any("limit" in notice and "every" in notice for notice in library.heard.notices)


def test_a_file_system_without_events_is_polled(
    open_library: OpenLibrary, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "TICK_S", 0.1)
    library = open_library(settings=IndexingSettings(workers=2, pause_on_battery=False, poll_seconds=1))
    library.indexer._watcher._file_system_of = lambda _path: "nfs4"
    library.index(photos, watch=True)

    make_photo(photos / "a.jpg", 1)
    wait_for(lambda: library.states() == {"a.jpg": "ready"})

    assert library.indexer.followed().polling == (str(photos),)
    assert any("nfs4" in notice for notice in library.heard.notices)


def test_a_root_that_goes_and_comes_back_is_noticed(
    library: Library, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "TICK_S", 0.1)
    make_photo(photos / "a.jpg", 1)
    library.index(photos, watch=True)
    wait_for(lambda: library.indexer.followed().watching == (str(photos),))

    photos.rename(tmp_path / "unplugged")
    wait_for(lambda: library.rows("SELECT offline IS NOT NULL FROM roots") == [(1,)])
    assert library.states() == {"a.jpg": "ready"}

    make_photo(tmp_path / "unplugged" / "b.jpg", 2)
    (tmp_path / "unplugged").rename(photos)
    wait_for(lambda: library.states() == {"a.jpg": "ready", "b.jpg": "ready"})
    wait_for(lambda: library.rows("SELECT offline FROM roots") == [(None,)])


LIMITED = """
import sys, time
from pathlib import Path
from tests.unit.indexing.child import open_library

Path("/proc/sys/user/max_inotify_watches").write_text("5")
library = open_library(Path(sys.argv[1]), processes=False)
library.index(Path(sys.argv[2]), watch=True)
until = time.monotonic() + 60
while not library.indexer.followed().polling and time.monotonic() < until:
    library.indexer.wait_until_idle(0.1)
print(library.indexer.followed().polling, library.heard.notices)
library.close()
"""


def test_a_real_watch_limit_reached_below_the_top_folder_is_noticed(tmp_path: Path, photos: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or not Path("/proc/sys/user/max_inotify_watches").exists():
        pytest.skip("needs Linux with user namespaces, whose limits are their own")
    inside = [unshare, "--user", "--map-root-user"]
    if subprocess.run([*inside, "true"], check=False, capture_output=True).returncode:
        pytest.skip("user namespaces are not allowed here")
    for number in range(20):
        (photos / f"{number}").mkdir()
    (tmp_path / "library").mkdir()

    done = subprocess.run(
        [*inside, sys.executable, "-c", LIMITED, str(tmp_path / "library"), str(photos)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert str(photos) in done.stdout
    assert "limit of watched folders" in done.stdout
