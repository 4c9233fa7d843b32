"""Disks that are full, read-only or held by another program: told once, waited for, nothing lost."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog import database
from core.values.errors import LibraryUnwritableError
from tests.unit.indexing.library import Library, OpenLibrary, make_photo, wait_for


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The library's folder on a disk of its own, of 1 MB."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("mounting needs root")
    folder = tmp_path / "library"
    folder.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(options, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    # Only after the library is closed, which `open_library` sees to.
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


@pytest.fixture(autouse=True)
def quick_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.indexing.read.pipeline._UNWRITABLE_REST_S", 0.2)
    monkeypatch.setattr("core.indexing.scan.scan_thread._UNWRITABLE_REST_S", 0.2)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)


def test_a_full_disk_is_told_and_indexing_goes_on_when_there_is_space(
    small_disk: Path, open_library: OpenLibrary, photos: Path
) -> None:
    for number in range(60):
        make_photo(photos / f"{number}.jpg", number, (640, 480))
    library = open_library()
    library.open_vectors()
    library.indexer.start(watch=False)
    library.indexer.add_root(str(photos))
    wait_for(lambda: len(library.heard.problems) > 0)
    assert any("space" in problem for problem in library.heard.problems)
    progress = library.indexer.progress()
    assert progress.done + progress.failed + progress.waiting == progress.found

    _remount(small_disk, "size=64m")
    library.settle()

    assert library.indexer.progress().done == 60
    assert library.rows("SELECT count(*) FROM embeddings") == [(60,)]
    assert library.thumbnails.count() == 60
    library.close()


def test_a_read_only_library_is_refused_with_a_message_and_left_alone(
    small_disk: Path, open_library: OpenLibrary
) -> None:
    open_library().close()
    before = (small_disk / "catalog.sqlite").read_bytes()
    _remount(small_disk, "ro")

    with pytest.raises(LibraryUnwritableError, match="cannot be"):
        database.open_for_writing(small_disk / "catalog.sqlite").dispose()

    assert (small_disk / "catalog.sqlite").read_bytes() == before


def test_a_catalog_held_by_another_program_is_waited_for(library: Library, photos: Path) -> None:
    for number in range(5):
        make_photo(photos / f"{number}.jpg", number)
    library.open_vectors()
    other = sqlite3.connect(library.folder / "catalog.sqlite", isolation_level=None)
    library.indexer.start(watch=False)
    library.indexer.add_root(str(photos))
    wait_for(lambda: library.indexer.progress().found == 5)
    other.execute("BEGIN IMMEDIATE")
    library.indexer.rescan()
    make_photo(photos / "new.jpg", 9)
    library.indexer.rescan()
    wait_for(lambda: any("another program" in problem for problem in library.heard.problems))

    other.execute("ROLLBACK")
    other.close()
    library.indexer.rescan()
    wait_for(lambda: set(library.states().values()) == {"ready"} and len(library.states()) == 6)


def test_thumbnails_written_before_a_failed_commit_are_used_by_the_next(
    open_library: OpenLibrary, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_photo(photos / "a.jpg", 1)
    library = open_library()
    library.indexer.pause()
    library.indexer.start(watch=False)
    library.indexer.add_root(str(photos))
    wait_for(lambda: library.indexer.progress().found == 1)
    other = sqlite3.connect(library.folder / "catalog.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    library.indexer.resume()
    wait_for(lambda: len(library.heard.problems) > 0)
    other.execute("ROLLBACK")
    other.close()

    library.settle()

    assert library.states() == {"a.jpg": "ready"}
    assert library.thumbnails.count() == 1
