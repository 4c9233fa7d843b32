"""A damaged catalog: all that can be read is there again, the rest comes from the second copies, and it is told."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from core.catalog import annotation_mirror, annotations, backups, database
from core.catalog.annotation_mirror import AnnotationMirror
from core.catalog.backups import Backup, BackupKind
from core.catalog.schema import File, Photo, Root
from core.catalog.transaction import Transactions
from core.values.errors import CatalogDamagedError, LibraryUnwritableError
from core.values.photo import PhotoId

PHOTOS = 500
EVERY = 7
"""Each seventh photo is annotated."""

pytestmark = pytest.mark.expects_log("damaged")


def _digest(number: int) -> bytes:
    return number.to_bytes(20, "big")


def _build(path: Path, *, mirror: bool, backup: bool) -> None:
    engine = database.open_for_writing(path)
    transactions = Transactions(engine)
    with transactions.begin() as transaction:
        transaction.connection.execute(insert(Root).values(id=1, path=b"/photos", added_at=0))
        transaction.connection.execute(
            insert(Photo),
            [
                {
                    "id": n,
                    "sort_at": n,
                    "added_at": 0,
                    "content_size": 9,
                    "content_hash": _digest(n),
                    "notes": "x" * 200,
                }
                for n in range(1, PHOTOS + 1)
            ],
        )
        files = [
            {
                "root_id": 1,
                "photo_id": n,
                "folder": b"",
                "name": b"%d.jpg" % n,
                "size": 9,
                "mtime_ns": n,
                "state": "ready",
            }
            for n in range(1, PHOTOS + 1)
        ]
        transaction.connection.execute(insert(File), files)
        transaction.changes.photos.update(range(1, PHOTOS + 1))
    ids = [PhotoId(n) for n in range(EVERY, PHOTOS + 1, EVERY)]
    with transactions.begin() as transaction:
        annotations.set_favourite(transaction, ids, True)
        annotations.set_rating(transaction, ids, 4)
        annotations.change_tags(transaction, ids, ["holiday"], [])
    if mirror:
        AnnotationMirror(annotation_mirror.path_of(path), engine).close()
    engine.dispose()
    if backup:
        backups.make(path, BackupKind.DAILY)


def _said(path: Path) -> set[int]:
    """Return the contents of which everything that was said is known, on a photo or kept for it."""
    with sqlite3.connect(path) as catalog:
        on_photos = catalog.execute(
            "SELECT content_hash FROM photos JOIN photo_tags ON photo_id = photos.id JOIN tags ON tags.id = tag_id "
            "WHERE favourite AND rating = 4 AND by_user AND name = 'holiday'"
        ).fetchall()
        kept = catalog.execute(
            "SELECT content_hash FROM kept_annotations JOIN kept_items ON kept_id = kept_annotations.id "
            "WHERE favourite AND rating = 4 AND kind = 'tag' AND value = 'holiday'"
        ).fetchall()
    catalog.close()
    return {int.from_bytes(row[0], "big") for row in on_photos + kept}


def _damage(path: Path, how: str) -> None:
    whole = bytearray(path.read_bytes())
    if how == "empty":
        whole = bytearray()
    elif how == "cut":
        del whole[len(whole) // 3 :]
    elif how == "head":
        whole[:100] = bytes(100)
    elif how == "first page":
        whole[:4096] = os.urandom(4096)
    elif how == "no version":
        with sqlite3.connect(path) as catalog:
            catalog.execute("DELETE FROM alembic_version")
        catalog.close()
        return
    else:
        first = len(whole) // 4096 // 2
        whole[first * 4096 : (first + 15) * 4096] = os.urandom(15 * 4096)
    path.write_bytes(whole)


@pytest.mark.parametrize("how", ["empty", "cut", "head", "first page", "later pages", "no version"])
@pytest.mark.parametrize(("mirror", "backup"), [(True, True), (False, True)])
def test_nothing_that_was_said_is_lost_whatever_is_damaged(
    tmp_path: Path, how: str, mirror: bool, backup: bool
) -> None:
    path = tmp_path / "catalog.sqlite"
    _build(path, mirror=mirror, backup=backup)
    _damage(path, how)
    told: list[str] = []

    database.open_for_writing(path, on_repaired=told.append).dispose()

    assert _said(path) == set(range(EVERY, PHOTOS + 1, EVERY))
    assert len(told) == 1
    assert "repaired" in told[0]
    assert len([file for file in tmp_path.glob("*.damaged-*") if not file.name.endswith(("-wal", "-shm"))]) == 1
    with sqlite3.connect(path) as catalog:
        assert catalog.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert catalog.execute("PRAGMA foreign_key_check").fetchall() == []
        assert catalog.execute("SELECT path FROM roots").fetchall() == [(b"/photos",)]
    catalog.close()
    told.clear()
    database.open_for_writing(path, on_repaired=told.append).dispose()
    assert told == []


def test_a_page_of_photos_that_is_lost_costs_no_other_photo(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    _build(path, mirror=False, backup=False)
    whole = bytearray(path.read_bytes())
    page = whole.index(b"x" * 99) // 4096
    whole[page * 4096 : (page + 1) * 4096] = os.urandom(4096)
    path.write_bytes(whole)

    engine = database.open_for_writing(path)
    with engine.connect() as connection:
        left = len(connection.execute(select(Photo.id)).all())
    engine.dispose()

    assert PHOTOS - 20 <= left < PHOTOS


def test_damage_that_shows_later_is_told_and_repaired_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    _build(path, mirror=True, backup=True)
    told: list[CatalogDamagedError] = []
    engine = database.open_for_writing(path, on_damage=told.append)
    _damage(path, "later pages")
    with pytest.raises(CatalogDamagedError):
        _read_all(engine)
    engine.dispose()
    assert len(told) == 1

    database.open_for_writing(path).dispose()
    assert _said(path) == set(range(EVERY, PHOTOS + 1, EVERY))


def _read_all(engine: Engine) -> None:
    with engine.connect() as connection:
        for table in ("photos", "files", "photo_tags", "photo_text"):
            connection.exec_driver_sql(f"SELECT * FROM {table}").all()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("mounting needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if subprocess.run(options, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_without_space_nothing_is_renamed_and_nothing_is_left_behind(small_disk: Path) -> None:
    path = small_disk / "catalog.sqlite"
    _build(path, mirror=True, backup=False)
    before = {file.name for file in small_disk.iterdir()}
    with pytest.raises(LibraryUnwritableError, match=r"needs \d+ MB"):
        backups.make(path, BackupKind.MANUAL)
    assert {file.name for file in small_disk.iterdir()} == before | {"backups"}
    assert list((small_disk / "backups").iterdir()) == []

    with (small_disk / "fill").open("wb") as fill, pytest.raises(OSError, match="No space"):
        fill.write(bytes(4 << 20))
    whole = path.read_bytes()
    os.truncate(small_disk / "fill", (small_disk / "fill").stat().st_size - 8192)
    with pytest.raises(LibraryUnwritableError):
        _annotate_all(path)
    assert not list(small_disk.glob("*.damaged-*"))
    (small_disk / "fill").unlink()
    database.open_for_writing(path).dispose()
    assert len(path.read_bytes()) >= len(whole)
    assert _said(path) == set(range(EVERY, PHOTOS + 1, EVERY))


def _annotate_all(path: Path) -> None:
    engine = database.open_for_writing(path)
    try:
        for number in range(40):
            with Transactions(engine).begin() as transaction:
                ids = [PhotoId(n) for n in range(1, PHOTOS + 1)]
                annotations.change_tags(transaction, ids, [f"{number} {'y' * 150}"], [])
    finally:
        engine.dispose()


def test_seven_days_four_weeks_and_the_last_of_the_others_are_kept(tmp_path: Path) -> None:
    now = datetime(2026, 11, 28, 12)
    daily = [Backup(tmp_path / f"{n}", BackupKind.DAILY, now - timedelta(days=n / 2), 1) for n in range(200)]
    manual = [Backup(tmp_path / f"m{n}", BackupKind.MANUAL, now - timedelta(days=300 + n), 1) for n in range(9)]

    gone = set(backups.superfluous([*daily, *manual]))

    kept = [backup for backup in daily if backup not in gone]
    assert {backup.made_at.date() for backup in kept[:7]} == {(now - timedelta(days=n)).date() for n in range(7)}
    assert len({backup.made_at.isocalendar()[:2] for backup in kept}) == 4
    assert [backup for backup in manual if backup not in gone] == manual[: backups.OTHERS]


def test_a_backup_put_in_place_brings_back_what_was_then(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    _build(path, mirror=False, backup=True)
    engine = database.open_for_writing(path)
    with Transactions(engine).begin() as transaction:
        annotations.set_rating(transaction, [PhotoId(n) for n in range(1, PHOTOS + 1)], None)
    engine.dispose()
    assert _said(path) == set()

    before = backups.restore(path, backups.named(path, None))
    database.repair_states(path)

    assert _said(path) == set(range(EVERY, PHOTOS + 1, EVERY))
    assert before is not None
    assert backups.is_good(before.path)
