"""A second copy of what the user said of photos, in a file of its own, brought up to date after every change.

Daily backups can be a day old; this is not. Read only when the catalog is damaged. By content, or by path where
nothing was read; tags as JSON, so that it can be read without the catalog.
"""

import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from core.catalog import kept_annotations
from core.catalog.changes import Changes
from core.catalog.schema import KeptAnnotation, KeptItem, Photo
from core.catalog.sqlite_errors import Fault, fault_of
from core.catalog.states import batched
from core.values.errors import EideticError

log = logging.getLogger(__name__)

_BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one photo. `content`: size and digest; None where only its `path` is known."""

    content: tuple[int, bytes] | None
    path: bytes | None
    favourite: bool
    rating: int | None
    items: tuple[tuple[str, str], ...]


def path_of(catalog: Path) -> Path:
    """Return where the mirror of a catalog is."""
    return catalog.with_name("annotations.sqlite")


class AnnotationMirror:
    """Follows one catalog. Called by the change feed's thread, and at the end."""

    def __init__(self, path: Path, catalog: Engine) -> None:
        self._path = path
        self._catalog = catalog
        self._lock = threading.Lock()
        self._stale = True

    def __call__(self, changes: Changes) -> None:
        """Note what is said now of the photos that changed."""
        if changes.rows and not self._stale:
            self._write(lambda store, catalog: _replace(store, catalog, changes.rows))

    def begin(self) -> None:
        """Make it equal to the catalog, if it is not known to be."""
        if not _is_clean(self._path):
            self.renew()
        else:
            self._stale = False
        if not self._stale:
            self._write(lambda store, _: _mark(store, clean=False))

    def renew(self) -> None:
        """Write it anew from the catalog."""
        self._stale = False
        self._write(_rewrite)

    def close(self) -> None:
        """Note that it is equal to the catalog, unless something could not be written."""
        if self._stale:
            self.renew()
        if not self._stale:
            self._write(lambda store, _: _mark(store, clean=True))

    def _write(self, change: Callable[[sqlite3.Connection, Connection], None]) -> None:
        with self._lock:
            try:
                with closing(_open(self._path)) as store, self._catalog.connect() as catalog, store:
                    change(store, catalog)
            except (sqlite3.Error, OSError, EideticError) as error:
                # The catalog has it all; the next start brings the mirror in line.
                self._stale = True
                log.info("the second copy of annotations could not be written: %s", error)
                if isinstance(error, sqlite3.Error) and fault_of(error) is Fault.CORRUPTION:
                    _remove(self._path)


def read(path: Path) -> tuple[Said, ...] | None:
    """Return all that was said, or None where there is no mirror that can be read whole."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)) as store:
            if store.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return None
            rows = store.execute("SELECT size, digest, path, favourite, rating, items FROM said").fetchall()
    except sqlite3.Error:
        return None
    return tuple(
        Said(
            None if digest is None else (size, digest),
            place,
            bool(favourite),
            rating,
            tuple((str(kind), str(value)) for kind, value in json.loads(items)),
        )
        for size, digest, place, favourite, rating, items in rows
    )


def said_in(connection: Connection, photo_ids: Iterable[int] | None = None) -> Iterator[Said]:
    """Yield what is said of photos in a catalog; of all, and of those whose rows are gone, when None."""
    ids = list(connection.execute(select(Photo.id)).scalars()) if photo_ids is None else list(photo_ids)
    for part in batched(ids):
        yield from (Said(*one) for one in kept_annotations.of_photos(connection, part))
    if photo_ids is None:
        items: dict[int, list[tuple[str, str]]] = {}
        for kept_id, kind, value in connection.execute(select(KeptItem.kept_id, KeptItem.kind, KeptItem.value)):
            items.setdefault(kept_id, []).append((kind, value))
        for row in connection.execute(select(KeptAnnotation.__table__)):
            content = None if row.content_hash is None else (row.content_size, row.content_hash)
            yield Said(content, row.path, row.favourite, row.rating, tuple(items.get(row.id, ())))


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS said (key BLOB PRIMARY KEY, size INTEGER, digest BLOB, path BLOB, "
            "favourite INTEGER NOT NULL, rating INTEGER, items TEXT NOT NULL)"
        )
        connection.execute("CREATE TABLE IF NOT EXISTS state (clean INTEGER NOT NULL)")
        os.chmod(path, 0o600)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_clean(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)) as store:
            return bool(store.execute("SELECT clean FROM state").fetchone() == (1,))
    except sqlite3.Error as error:
        if fault_of(error) is Fault.CORRUPTION:
            _remove(path)
        return False


def _mark(store: sqlite3.Connection, *, clean: bool) -> None:
    store.execute("DELETE FROM state")
    store.execute("INSERT INTO state VALUES (?)", (clean,))


def _replace(store: sqlite3.Connection, catalog: Connection, photo_ids: Iterable[int]) -> None:
    for ids in batched(photo_ids):
        keys = [(_key(*key),) for key in kept_annotations.keys_of(catalog, ids)]
        # What was known by its path until it was read.
        keys += [(_key(None, path),) for path in kept_annotations.paths_of(catalog, ids).values()]
        store.executemany("DELETE FROM said WHERE key = ?", keys)
        _insert(store, said_in(catalog, ids))


def _rewrite(store: sqlite3.Connection, catalog: Connection) -> None:
    store.execute("DELETE FROM said")
    _insert(store, said_in(catalog))


def _insert(store: sqlite3.Connection, said: Iterable[Said]) -> None:
    store.executemany(
        "INSERT OR REPLACE INTO said VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                _key(one.content, one.path),
                *(one.content or (None, None)),
                one.path,
                one.favourite,
                one.rating,
                json.dumps(one.items),
            )
            for one in said
        ),
    )


def _key(content: tuple[int, bytes] | None, path: bytes | None) -> bytes:
    return b"p" + (path or b"") if content is None else b"c" + content[0].to_bytes(8, "big") + content[1]


def _remove(path: Path) -> None:
    for suffix in ("", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
