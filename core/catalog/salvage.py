"""Makes a damaged catalog usable again: reads out what can be read, and completes it from the second copies.

What the user put in wins over what can be read again from the photos. The damaged file is kept beside, renamed. What
is derived (full text, states) is made anew; photos whose rows are lost are found again by comparing their folders, and
get back what was said of them by their content.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.pool import NullPool

from core.catalog import annotation_mirror, backups, kept_annotations, states, text_index
from core.catalog.annotation_mirror import Said
from core.catalog.backups import Backup
from core.catalog.schema import Photo
from core.catalog.states import batched
from core.catalog.table_copy import Salvaged, columns_of, salvage_rows, tables_of
from core.values.errors import LibraryUnwritableError
from core.values.paths import shown

_HEADER_BYTES = 100
_PAGE_COUNT_AT = slice(28, 32)
_MAGIC = b"SQLite format 3\0"
_NOT_COMPLETED = frozenset({"tags", "photo_tags", "kept_annotations", "kept_items", "jobs"})
"""What the user said of photos comes by content (see `_complete`); ids of tags differ between two catalogs."""
_SECOND_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a damaged catalog.

    Attributes:
        photos: rows of photos that are there now.
        lost: tables of which something could not be read.
        completed_from: what was said of photos came from there too.
        aside: where the damaged file is.
    """

    photos: int
    lost: tuple[str, ...]
    completed_from: str | None
    aside: Path

    def __str__(self) -> str:
        from_ = f", completed from {self.completed_from}" if self.completed_from else ""
        return (
            f"The library's catalog was damaged and has been repaired: {self.photos:,} photos were read out{from_}. "
            f"Photos that are missing are read again. The damaged file is kept as {shown(self.aside)}."
        )


def salvage(catalog: Path, migrate: Callable[[Path, str | None], None]) -> Report:
    """Put a new catalog with all that can be had in the place of a damaged one.

    Args:
        catalog: the damaged file. Nobody else may have it open.
        migrate: brings the catalog at a path, made if there is none, to a revision that is known; None: the newest.

    Raises:
        LibraryUnwritableError: there is not enough space. The damaged file is where it was.
    """
    fresh = catalog.with_name(catalog.name + ".repairing")
    mended = catalog.with_name(catalog.name + ".mended")
    backups.require_space(catalog.parent, 2 * catalog.stat().st_size, "Repairing the catalog")
    try:
        _remove(fresh)
        migrate(fresh, None)
        source = _opened(catalog, fresh, mended)
        revision = None if source is None else _revision(source)
        if revision is not None:
            _remove(fresh)
            migrate(fresh, revision)
        found = _read_out(source, fresh)
        backup = backups.newest_good(catalog) if found.lost else None
        if backup is not None:
            _complete(fresh, found, backup.path)
        migrate(fresh, None)
        said, completed_from = _second_copies(catalog, backup)
        photos = _finish(fresh, said)
        aside = set_aside(catalog)
        fresh.replace(catalog)
    except OSError as error:
        raise LibraryUnwritableError(f"The catalog cannot be repaired: {error.strerror or error}.") from error
    finally:
        _remove(fresh)
        _remove(mended)
    return Report(photos, tuple(sorted(found.lost)), completed_from, aside)


def work_out_anew(engine: Engine) -> int:
    """Give photos what is kept of them, and work out the states and texts of all; returns how many there are."""
    now = int(time.time())
    with engine.begin() as connection:
        photo_ids = connection.execute(select(Photo.id)).scalars().all()
        for ids in batched(photo_ids):
            kept_annotations.give_back(connection, ids)
            states.refresh(connection, ids, now)
            text_index.refresh(connection, ids)
    return len(photo_ids)


def set_aside(path: Path) -> Path:
    """Rename the catalog and its WAL files out of the way; return where the catalog went."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    for suffix in ("-wal", "-shm"):
        side = path.with_name(path.name + suffix)
        if side.exists():
            side.rename(aside.with_name(aside.name + suffix))
    return path.rename(aside)


def _read_out(source: sqlite3.Connection | None, fresh: Path) -> Salvaged:
    """Copy all rows that can be read into the new catalog, and close the damaged one."""
    with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
        target.execute("PRAGMA foreign_keys = OFF")
        target.execute("PRAGMA synchronous = OFF")
        tables = [table for table in tables_of(target) if table != "alembic_version"]
        target.execute("BEGIN")
        found = Salvaged(lost=set(tables))
        if source is not None:
            with closing(source):
                found = salvage_rows(source, target, tables)
        _drop_nonsense(target)
        target.execute("COMMIT")
    return found


def _revision(source: sqlite3.Connection) -> str | None:
    with suppress(sqlite3.Error):
        row = source.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])
    return None


def _opened(catalog: Path, fresh: Path, mended: Path) -> sqlite3.Connection | None:
    """Open the damaged file; a copy with a new head where only that is gone. None where nothing can be read."""
    with suppress(sqlite3.Error):
        return _reading(catalog)
    head = fresh.read_bytes()[:_HEADER_BYTES]
    pages = catalog.stat().st_size // 4096
    if pages < 2:
        return None
    shutil.copyfile(catalog, mended)
    with mended.open("rb+") as file:
        file.write(head[: _PAGE_COUNT_AT.start] + pages.to_bytes(4, "big") + head[_PAGE_COUNT_AT.stop :])
    wal = catalog.with_name(catalog.name + "-wal")
    if wal.exists():
        shutil.copyfile(wal, mended.with_name(mended.name + "-wal"))
    with suppress(sqlite3.Error):
        return _reading(mended)
    return None


def _reading(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        if not tables_of(connection):
            raise sqlite3.DatabaseError("no tables")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _drop_nonsense(target: sqlite3.Connection) -> None:
    """Take out what a damaged page may have left: rows of rows that are lost, values that cannot be."""
    target.execute("UPDATE photos SET rating = NULL WHERE rating NOT BETWEEN 0 AND 5 OR typeof(rating) = 'text'")
    target.execute("UPDATE photos SET favourite = 0 WHERE favourite NOT IN (0, 1)")
    target.execute("UPDATE photos SET content_hash = NULL, content_size = NULL WHERE length(content_hash) != 20")
    target.execute(
        "DELETE FROM embeddings WHERE length(vector) != 2 * "
        "coalesce((SELECT dimension FROM models WHERE models.id = model_id), -1)"
    )
    for _ in range(_SECOND_ROUNDS):
        orphans = {(table, rowid) for table, rowid, *_ in target.execute("PRAGMA foreign_key_check")}
        if not orphans:
            return
        for table, rowid in orphans:
            target.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))


def _complete(fresh: Path, found: Salvaged, backup: Path) -> None:
    """Add from a backup what is lost of tables, but for what hangs on ids that differ between two catalogs."""
    with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
        target.execute("PRAGMA foreign_keys = OFF")
        target.execute("ATTACH ? AS backup", (str(backup),))
        target.execute("BEGIN")
        for table in sorted(found.lost - _NOT_COMPLETED - backups.DERIVED):
            there = {row[1] for row in target.execute(f"PRAGMA backup.table_info('{table}')")}
            names = ", ".join(f'"{name}"' for name in columns_of(target, table) if name in there)
            if names:
                target.execute(f'INSERT OR IGNORE INTO main."{table}" ({names}) SELECT {names} FROM backup."{table}"')
        _drop_nonsense(target)
        target.execute("COMMIT")


def _second_copies(catalog: Path, backup: Backup | None) -> tuple[list[Said], str | None]:
    """Return what was said of photos by the mirror, else by the backup; and words for what was used."""
    words = [] if backup is None else [f"the backup of {backup.made_at:%d %B %Y, %H:%M}"]
    said = annotation_mirror.read(annotation_mirror.path_of(catalog))
    if said is not None:
        words.append("the second copy of favourites, ratings and tags")
        return list(said), " and ".join(words)
    if backup is None:
        return [], None
    return _said_in_backup(backup.path), words[0]


def _finish(fresh: Path, said: list[Said]) -> int:
    """Give photos what was said of them, work out states and texts; returns how many photos there are."""
    now = int(time.time())
    engine = create_engine(f"sqlite:///{fresh}", poolclass=NullPool)
    with engine.begin() as connection:
        for one in said:
            kept_annotations.put(
                connection,
                content=one.content,
                path=one.path,
                favourite=one.favourite,
                rating=one.rating,
                items=one.items,
                now=now,
            )
    photos = work_out_anew(engine)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return photos


def _said_in_backup(path: Path) -> list[Said]:
    """Return what was said of photos in a backup, which may be of an older schema without kept annotations."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as backup:
        tags: dict[int, list[tuple[str, str]]] = {}
        for photo_id, name in backup.execute(
            "SELECT photo_id, name FROM photo_tags JOIN tags ON tags.id = tag_id WHERE by_user"
        ):
            tags.setdefault(photo_id, []).append((kept_annotations.TAG, name))
        said = [
            Said((size, digest), None, bool(favourite), rating, tuple(tags.get(photo_id, ())))
            for photo_id, size, digest, favourite, rating in backup.execute(
                "SELECT id, content_size, content_hash, favourite, rating FROM photos WHERE content_hash IS NOT NULL"
            )
            if favourite or rating is not None or photo_id in tags
        ]
        if "kept_annotations" not in tables_of(backup):
            return said
        items: dict[int, list[tuple[str, str]]] = {}
        for kept_id, kind, value in backup.execute("SELECT kept_id, kind, value FROM kept_items"):
            items.setdefault(kept_id, []).append((kind, value))
        said += [
            Said(
                None if digest is None else (size, digest),
                place,
                bool(favourite),
                rating,
                tuple(items.get(kept_id, ())),
            )
            for kept_id, size, digest, place, favourite, rating in backup.execute(
                "SELECT id, content_size, content_hash, path, favourite, rating FROM kept_annotations"
            )
        ]
        return said


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            os.unlink(path.with_name(path.name + suffix))
