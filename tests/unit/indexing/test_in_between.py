"""Files that change between being listed, being read, and what that means being decided."""

import os
import threading
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from core.catalog.differences import JUST_CHANGED, Entry, KnownFile
from core.indexing.read import edit_resolver
from core.indexing.scan.comparison import compare
from core.indexing.scan.listing import list_folder
from core.media.identity import identity_of
from core.media.request import ReadRequest, ReadResult
from core.values.photo import MediaKind
from tests.unit.indexing.library import InlinePool, Library, OpenLibrary, make_photo, wait_for


class HoldingPool(InlinePool):
    """Does not begin to read files of some names until `let_go`."""

    def __init__(self, *held: str) -> None:
        super().__init__(workers=3)
        self._held = held
        self._go = threading.Event()

    def let_go(self) -> None:
        self._go.set()

    def submit(self, request: ReadRequest) -> "Future[ReadResult]":
        return self._threads.submit(self._wait_and_read, request)

    def close(self) -> None:
        self.let_go()
        super().close()

    def _wait_and_read(self, request: ReadRequest) -> ReadResult:
        if os.path.basename(request.path) in self._held:
            self._go.wait()
        return self._read(request)


class AwayOncePool(InlinePool):
    """Reads one file for the first time in the moment in which it is not there."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path: Path | None = path

    def _read(self, request: ReadRequest) -> ReadResult:
        path, self._path = self._path, None
        if path is None:
            return super()._read(request)
        away = path.with_name("away")
        path.rename(away)
        try:
            return super()._read(request)
        finally:
            away.rename(path)


class NeverTherePool(InlinePool):
    """Finds no file to be there."""

    def _read(self, request: ReadRequest) -> ReadResult:
        return super()._read(replace(request, path=f"{request.path}.away"))


@pytest.fixture
def undecided(open_library: OpenLibrary, photos: Path) -> tuple[Library, HoldingPool]:
    """A library of one tagged photo, a.jpg; no edit of it is decided until the pool lets another file be read."""
    make_photo(photos / "a.jpg", 1)
    pool = HoldingPool("held.jpg")
    library = open_library(pool=pool)
    library.index(photos)
    library.tag("a.jpg", "mine")
    make_photo(photos / "held.jpg", 9)
    return library, pool


def digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return identity_of(stream, path.stat().st_size).content.digest.hex()


def digest_in(library: Library, name: str) -> str:
    """Of the live file of this name, as the catalog has it; empty while it is not read."""
    rows = library.rows(
        "SELECT lower(hex(content_hash)) FROM files WHERE name = :name AND state = 'ready'", name=os.fsencode(name)
    )
    return str(rows[0][0]) if rows else ""


def is_read(library: Library, path: Path) -> bool:
    """Whether the catalog has the file's content of now."""
    return digest_in(library, path.name) == digest_of(path)


def compared(library: Library, name: str, state: str) -> None:
    """Compare all, and wait until the file of this name is in a state."""
    library.indexer.rescan()
    wait_for(lambda: library.rows("SELECT state FROM files WHERE name = :name", name=os.fsencode(name)) == [(state,)])


def test_a_file_that_changed_and_went_before_it_was_read_is_read_where_it_comes_back(
    library: Library, photos: Path, tmp_path: Path
) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    library.indexer.pause()
    make_photo(photos / "a.jpg", 2, (64, 48))
    compared(library, "a.jpg", "waiting")
    (photos / "a.jpg").rename(tmp_path / "outside.jpg")
    compared(library, "a.jpg", "missing")
    (tmp_path / "outside.jpg").rename(photos / "b.jpg")
    compared(library, "b.jpg", "waiting")

    library.indexer.resume()
    library.settle()

    assert library.states() == {"b.jpg": "ready"}
    assert digest_in(library, "b.jpg") == digest_of(photos / "b.jpg")


def test_a_file_that_is_away_for_the_moment_in_which_it_is_read_is_read_again(
    open_library: OpenLibrary, photos: Path
) -> None:
    path = make_photo(photos / "a.jpg", 1)
    library = open_library(pool=AwayOncePool(path))

    library.index(photos)

    assert library.states() == {"a.jpg": "ready"}
    assert digest_in(library, "a.jpg") == digest_of(path)


def test_a_file_that_is_there_but_never_when_it_is_read_is_given_up(open_library: OpenLibrary, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library = open_library(pool=NeverTherePool())

    library.index(photos)

    assert library.rows("SELECT state, reason FROM files") == [("failed", "The file is no longer there.")]


def test_a_photo_edited_once_more_before_its_first_edit_was_understood_keeps_its_tags(
    undecided: tuple[Library, HoldingPool], photos: Path
) -> None:
    library, pool = undecided
    for number in (2, 3):
        make_photo(photos / "a.jpg", number)
        library.indexer.rescan()
        wait_for(lambda: is_read(library, photos / "a.jpg"))

    pool.let_go()
    library.settle()

    assert library.tags("a.jpg") == {"mine"}
    assert library.rows("SELECT state, count(*) FROM photos WHERE state = 'ready' GROUP BY state") == [("ready", 2)]


def test_a_photo_edited_and_then_replaced_by_a_copy_of_another_edited_one_is_that_one(
    undecided: tuple[Library, HoldingPool], photos: Path
) -> None:
    library, pool = undecided
    make_photo(photos / "b.jpg", 4)
    compared(library, "b.jpg", "ready")
    library.tag("b.jpg", "other")
    for name, number in (("a.jpg", 2), ("b.jpg", 3), ("a.jpg", 3)):
        make_photo(photos / name, number)
        library.indexer.rescan()
        wait_for(partial(is_read, library, photos / name))

    pool.let_go()
    library.settle()

    assert library.photo_of("a.jpg") == library.photo_of("b.jpg")
    assert library.tags("b.jpg") == {"other"}


def test_tags_go_with_content_that_is_found_again_after_its_path_got_another(
    undecided: tuple[Library, HoldingPool], photos: Path, tmp_path: Path
) -> None:
    library, pool = undecided
    (photos / "a.jpg").rename(tmp_path / "outside.jpg")
    make_photo(photos / "a.jpg", 2)
    library.indexer.rescan()
    wait_for(lambda: is_read(library, photos / "a.jpg"))
    (tmp_path / "outside.jpg").rename(photos / "b.jpg")

    pool.let_go()
    library.settle()

    assert library.tags("b.jpg") == {"mine"}
    assert library.tags("a.jpg") == set()


def test_an_edit_is_understood_though_something_happens_in_the_folder_all_the_time(
    library: Library, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit_resolver, "PATIENCE_S", 0.5)
    make_photo(photos / "a.jpg", 1)
    library.index(photos, watch=True)
    library.tag("a.jpg", "mine")
    ended = threading.Event()

    def disturb() -> None:
        while not ended.wait(0.1):
            (photos / "download.part").write_bytes(b"more")

    disturbing = threading.Thread(target=disturb)
    disturbing.start()
    try:
        make_photo(photos / "a.jpg", 2)
        wait_for(lambda: is_read(library, photos / "a.jpg") and library.tags("a.jpg") == {"mine"})
    finally:
        ended.set()
        disturbing.join()


def test_a_folder_is_listed_again_when_a_file_in_it_changed_within_a_tick_of_the_clock(photos: Path) -> None:
    path = make_photo(photos / "a.jpg", 1)
    os.utime(path)
    assert list_folder(os.fsencode(photos), b"").is_restless

    wait_for(lambda: not list_folder(os.fsencode(photos), b"").is_restless)

    assert list_folder(os.fsencode(photos), b"").entries[0].ctime_ns in {0, path.stat().st_ctime_ns}


@pytest.mark.parametrize(
    ("recorded", "listed", "is_changed"),
    [(5, 5, False), (5, 6, True), (0, 6, False), (JUST_CHANGED, 5, True), (JUST_CHANGED, 0, True)],
)
def test_what_changed_just_now_counts_as_changed_once_more(recorded: int, listed: int, is_changed: bool) -> None:
    known = KnownFile(1, b"a.jpg", 10, 3, recorded, None, None, "ready")
    entry = Entry(b"a.jpg", 10, 3, listed, 7, MediaKind.IMAGE)

    assert bool(compare([entry], {b"a.jpg": known}).changed) is is_changed
