"""Folders of a library: added, nested, removed, unplugged, mounted over."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.catalog import jobs, roots
from core.catalog.reader import CatalogReader
from core.indexing.scan import root_health
from core.indexing.scan.exclusions import Exclusions
from core.indexing.scan.listing import Listing, list_folder
from core.settings.schema import IndexingSettings
from core.values.errors import UsageError
from core.values.jobs import JobKind
from tests.unit.indexing.library import InlinePool, Library, OpenLibrary, make_photo


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """An empty folder to mount drives at; unmounted at the end."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("mounting needs root")
    folder = tmp_path / "drive"
    folder.mkdir()
    yield folder
    while subprocess.run(["umount", str(folder)], check=False, capture_output=True).returncode == 0:
        pass


def mount(folder: Path, size: str = "8m") -> None:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("mounting is not allowed here")


def test_a_folder_that_is_none_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        library.indexer.add_root(str(tmp_path / "nothing"))


def test_a_folder_inside_a_known_one_is_not_added_twice(library: Library, photos: Path) -> None:
    make_photo(photos / "sub" / "a.jpg", 1)
    library.index(photos)

    library.indexer.add_root(str(photos / "sub"))
    library.settle()

    assert library.rows("SELECT count(*) FROM roots") == [(1,)]
    assert library.rows("SELECT count(*) FROM files") == [(1,)]


def test_a_folder_around_a_known_one_takes_its_files_over(library: Library, photos: Path) -> None:
    make_photo(photos / "sub" / "deep" / "a.jpg", 1)
    make_photo(photos / "sub" / "b.jpg", 2)
    library.index(photos / "sub")
    before = {library.photo_of("deep/a.jpg"), library.photo_of("b.jpg")}
    assert isinstance(library.pool, InlinePool)
    library.pool.paths.clear()

    library.indexer.add_root(str(photos))
    library.settle()

    assert {library.photo_of("sub/deep/a.jpg"), library.photo_of("sub/b.jpg")} == before
    assert library.rows("SELECT path FROM roots") == [(os.fsencode(photos),)]
    assert library.pool.paths == []


def test_removing_a_folder_forgets_the_photos_that_are_only_in_it(library: Library, photos: Path) -> None:
    store = library.open_vectors()
    make_photo(photos / "one" / "a.jpg", 1)
    make_photo(photos / "one" / "shared.jpg", 2)
    make_photo(photos / "two" / "shared.jpg", 2)
    library.index(photos / "one", photos / "two")
    one = next(root for root in CatalogReader(library.catalog).roots() if root.path.endswith("one"))

    library.remove(one.root_id)
    library.settle()

    assert library.states() == {"shared.jpg": "ready"}
    assert library.rows("SELECT count(*) FROM photos") == [(1,)]
    assert len(store.index.keys()) == 1
    assert library.thumbnails.count() == 1
    assert library.rows("SELECT count(*) FROM photo_text") == [(1,)]
    assert (photos / "one" / "a.jpg").exists()


def test_a_removal_that_was_interrupted_is_finished_at_the_next_start(open_library: OpenLibrary, photos: Path) -> None:
    for number in range(5):
        make_photo(photos / f"{number}.jpg", number)
    first = open_library()
    first.index(photos)
    root_id = CatalogReader(first.catalog).roots()[0].root_id
    with first.transactions.begin() as transaction:
        files = roots.begin_removal(transaction, root_id)
        jobs.add(transaction, JobKind.REMOVE_ROOT, root_id, files)
    with first.transactions.begin() as transaction:
        assert roots.remove_some(transaction, root_id, 2) == 2
    first.rescan()
    assert first.rows("SELECT count(*) FROM files") == [(3,)]
    first.close()

    again = open_library()
    again.index()
    again.finish_jobs()

    for table in ("roots", "files", "photos", "embeddings", "photo_text"):
        assert again.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert again.thumbnails.count() == 0


def test_an_empty_mount_point_is_offline_and_loses_nothing(library: Library, drive: Path) -> None:
    mount(drive)
    make_photo(drive / "a.jpg", 1)
    library.index(drive)
    kept = (drive / "a.jpg").read_bytes()
    subprocess.run(["umount", str(drive)], check=True)

    library.rescan()

    assert library.states() == {"a.jpg": "ready"}
    assert "drive is not connected" in str(library.rows("SELECT offline FROM roots")[0][0])

    mount(drive)
    (drive / "a.jpg").write_bytes(kept)
    library.rescan()
    assert library.rows("SELECT offline FROM roots") == [(None,)]
    assert library.states() == {"a.jpg": "ready"}


def test_another_drive_at_the_same_place_is_not_taken_for_an_emptied_folder(library: Library, drive: Path) -> None:
    mount(drive)
    make_photo(drive / "a.jpg", 1)
    library.index(drive)
    subprocess.run(["umount", str(drive)], check=True)
    mount(drive)
    make_photo(drive / "of another.jpg", 2)

    library.rescan()

    assert library.states() == {"a.jpg": "ready"}
    assert "Another drive" in str(library.rows("SELECT offline FROM roots")[0][0])


def test_a_folder_that_was_emptied_is_missing_not_offline(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    (photos / "a.jpg").unlink()

    library.rescan()

    assert library.states() == {"a.jpg": "missing"}
    assert library.rows("SELECT offline FROM roots") == [(None,)]


def test_a_device_has_a_name_that_stays(tmp_path: Path) -> None:
    assert root_health.device_of(os.fsencode(tmp_path)) == root_health.device_of(os.fsencode(tmp_path))


def test_a_folder_without_permission_is_noted_and_its_photos_stay(
    library: Library, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_photo(photos / "open" / "a.jpg", 1)
    make_photo(photos / "closed" / "b.jpg", 2)
    library.index(photos)

    def refusing(root: bytes, folder: bytes, exclusions: Exclusions | None = None) -> Listing:
        # The tests may run as root, whom no permission stops.
        if folder == b"closed":
            raise PermissionError(13, "Permission denied")
        return list_folder(root, folder, exclusions)

    monkeypatch.setattr("core.indexing.scan.scanner.list_folder", refusing)
    library.rescan()

    assert set(library.states().values()) == {"ready"}
    assert any("closed" in problem for problem in library.heard.problems)


def test_names_that_are_not_utf8_and_hidden_and_system_folders(library: Library, photos: Path) -> None:
    odd = os.fsencode(photos) + b"/caf\xe9.jpg"
    shutil.copy(make_photo(photos / "plain.jpg", 1), os.fsdecode(odd))
    for folder in (".hidden", "@eaDir", "$RECYCLE.BIN"):
        make_photo(photos / folder / "x.jpg", 2)
    make_photo(photos / ".y.jpg", 3)
    (photos / "notes.txt").write_text("no photo")
    (photos / "around").symlink_to(photos)

    library.index(photos)

    assert library.states() == {"plain.jpg": "ready", os.fsdecode(b"caf\xe9.jpg"): "ready"}


def test_a_photo_missing_for_longer_than_the_grace_period_is_forgotten(open_library: OpenLibrary, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    make_photo(photos / "b.jpg", 2)
    settings = IndexingSettings(workers=2, pause_on_battery=False, missing_grace_days=30)
    first = open_library(settings=settings)
    first.index(photos)
    for name in ("a.jpg", "b.jpg"):
        (photos / name).unlink()
    first.rescan()
    with first.transactions.begin() as transaction:
        transaction.connection.execute(
            text("UPDATE photos SET missing_since = missing_since - 31 * 86400 WHERE id = :id"),
            {"id": first.rows("SELECT photo_id FROM files WHERE name = CAST('a.jpg' AS BLOB)")[0][0]},
        )
    first.close()

    again = open_library(settings=settings)
    again.index()

    assert again.states() == {"b.jpg": "missing"}
    assert again.rows("SELECT count(*) FROM photos") == [(1,)]
