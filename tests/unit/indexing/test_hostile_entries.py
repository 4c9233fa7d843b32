"""Whatever a file system says of one file, the others of its folder are found, and that one is found or listed."""

import itertools
import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalog import roots
from core.catalog.reader import CatalogReader
from core.indexing.scan.scanner import Scanner
from core.values.file_times import MOST, in_range, local_time
from core.values.left_out import LeftOutReason
from core.values.photo import PhotoId
from tests.unit.indexing.library import Heard, Library, make_photo

numbers = st.one_of(
    st.integers(-(2**70), 2**70),
    st.sampled_from([0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64 - 1, 32503680000 * 10**9]),
)


@dataclass(frozen=True)
class Status:
    """What a hostile file system says."""

    st_size: int
    st_mtime_ns: int
    st_ctime_ns: int
    st_ino: int
    st_mode: int = stat.S_IFREG | 0o644


@dataclass(frozen=True)
class Item:
    """An `os.DirEntry` of that file system."""

    name: bytes
    path: bytes
    status: Status | OSError

    def is_dir(self) -> bool:
        return False

    def is_symlink(self) -> bool:
        return False

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return True

    def stat(self, *, follow_symlinks: bool = True) -> Status:
        if isinstance(self.status, OSError):
            raise self.status
        return self.status


_FOLDERS = itertools.count()

statuses = st.one_of(
    st.builds(Status, numbers, numbers, numbers, numbers), st.builds(OSError, st.just(5), st.just("Input/output error"))
)
names = st.binary(min_size=1, max_size=20).map(
    lambda name: name.replace(b"/", b"_").replace(b"\0", b"_").replace(b"\\", b"_") + b".jpg"
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(hostile=st.dictionaries(names, statuses, max_size=6))
def test_hostile_entries_cost_nothing_but_themselves(
    hostile: dict[bytes, Status | OSError], library: Library, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = b"%d" % next(_FOLDERS)
    place = os.path.join(os.fsencode(photos), folder)
    items = [Item(name, os.path.join(place, name), said) for name, said in hostile.items()]
    items.insert(len(items) // 2, Item(b"fine.jpg", os.path.join(place, b"fine.jpg"), Status(10, 10**18, 10**18, 0)))
    with library.transactions.begin() as transaction:
        root_id = roots.add(transaction, os.fsencode(photos))
    scanner = Scanner(library.transactions, Heard(), threading.Event().is_set)
    root = scanner.known_root(root_id)
    assert root is not None
    with monkeypatch.context() as patch:
        patch.setattr("core.indexing.scan.listing.os.scandir", lambda _: _Listed(items))
        scanner.compare_folder(root, folder, 1)
        again = scanner.compare_folder(root, folder, 2)
    present = "SELECT name, photo_id FROM files WHERE state != 'missing' AND folder = :folder"
    files: dict[bytes, int] = dict(library.rows(present, folder=folder))
    reader = CatalogReader(library.catalog)
    listed = {
        os.path.basename(os.fsencode(each.path))
        for each in reader.left_out()
        if each.reason is LeftOutReason.UNUSABLE and os.path.dirname(os.fsencode(each.path)) == place
    }
    details = [reader.details(PhotoId(photo_id)) for photo_id in files.values()]
    hidden = {name for name in hostile if name.startswith(b".")}
    assert b"fine.jpg" in files
    assert set(files) | listed | hidden >= set(hostile)
    assert not set(files) & listed
    assert all(each is not None for each in details)
    assert again.differences == 0


class _Listed:
    def __init__(self, items: list[Item]) -> None:
        self._items = items

    def __enter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __exit__(self, *_: object) -> None:
        pass


@given(nanoseconds=numbers)
def test_every_time_of_a_file_can_be_kept_and_shown(nanoseconds: int) -> None:
    assert -MOST <= in_range(nanoseconds) <= MOST
    assert 1677 <= local_time(nanoseconds).year <= 2262


def test_dates_beyond_2262_and_before_1970_are_read_like_others(library: Library, photos: Path) -> None:
    for name, seconds in (("far.jpg", 32503680000), ("old.jpg", -86400), ("odd.jpg", -1), ("plain.jpg", 1_500_000_000)):
        os.utime(make_photo(photos / name, seconds % 1000), (seconds, seconds))

    library.index(photos)
    library.rescan()

    assert set(library.states().items()) == {(name, "ready") for name in ("far.jpg", "old.jpg", "odd.jpg", "plain.jpg")}


@pytest.mark.expects_log("the files of one transaction are taken one by one")
def test_a_row_that_the_catalog_refuses_is_listed_and_the_others_go_in(library: Library, photos: Path) -> None:
    for number in range(5):
        make_photo(photos / f"{number}.jpg", number)
    with library.transactions.begin() as transaction:
        transaction.connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON files WHEN NEW.name = CAST('2.jpg' AS BLOB) "
            "BEGIN SELECT RAISE(ABORT, 'no such luck'); END"
        )

    library.index(photos)

    assert set(library.states()) == {f"{number}.jpg" for number in (0, 1, 3, 4)}
    left_out = CatalogReader(library.catalog).left_out()
    assert [(os.path.basename(each.path), each.reason) for each in left_out] == [("2.jpg", LeftOutReason.UNUSABLE)]
    assert "no such luck" in left_out[0].detail
    assert library.heard.problems == []


def test_a_file_of_which_the_system_tells_nothing_for_now_is_not_taken_for_gone(
    library: Library, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_photo(photos / "a.jpg", 1)
    make_photo(photos / "b.jpg", 2)
    library.index(photos)
    place = os.fsencode(photos)
    items = [
        Item(b"a.jpg", place + b"/a.jpg", OSError(5, "Input/output error")),
        Item(b"b.jpg", place + b"/b.jpg", FileNotFoundError(2, "No such file or directory")),
    ]

    with monkeypatch.context() as patch:
        patch.setattr("core.indexing.scan.listing.os.scandir", lambda _: _Listed(items))
        library.rescan()
        states = library.states()

    assert states == {"a.jpg": "ready", "b.jpg": "missing"}
