"""The thumbnail cache: one upright sRGB JPEG a photo, by content key. It can be deleted at any time."""

import logging
import os
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from core.catalog.sqlite_errors import Fault, fault_of, told
from core.values.photo import ContentKey

log = logging.getLogger(__name__)

SHORTEST_PX = 288
LONGEST_PX = 1280

_BUSY_SECONDS = 30.0


class ThumbnailStore:
    """Thumbnails in one SQLite file. One instance may be used from several threads."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        """Open the file at `path`; a writer makes it, and replaces one that is damaged. Nothing else is a reason to.

        Raises:
            FileNotFoundError: read-only and there is none.
            sqlite3.DatabaseError: read-only and the file cannot be used.
            LibraryUnwritableError: it cannot be opened or written; it is left alone.
        """
        self._lock = threading.Lock()
        if read_only and not path.exists():
            raise FileNotFoundError(path)
        try:
            self._connection = _open(path, read_only=read_only)
        except sqlite3.DatabaseError as error:
            if read_only:
                raise
            if fault_of(error) is not Fault.CORRUPTION:
                raise told(error, path, "file of thumbnails") or error from error
            log.info("the thumbnails in %s are damaged and are made again: %s", path, error)
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            self._connection = _open(path, read_only=False)

    def get(self, key: ContentKey) -> bytes | None:
        """Return the JPEG of `key`, or None."""
        with self._lock:
            row = self._connection.execute(
                "SELECT jpeg FROM thumbnails WHERE content = ?", (key.to_bytes(),)
            ).fetchone()
        return None if row is None else bytes(row[0])

    def missing(self, keys: Iterable[ContentKey]) -> list[ContentKey]:
        """Return those of `keys` that have no thumbnail."""
        with self._lock:
            return [
                key
                for key in keys
                if self._connection.execute("SELECT 1 FROM thumbnails WHERE content = ?", (key.to_bytes(),)).fetchone()
                is None
            ]

    def put(self, thumbnails: Iterable[tuple[ContentKey, bytes]]) -> None:
        """Store JPEGs, all in one transaction."""
        with self._lock, self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO thumbnails (content, jpeg) VALUES (?, ?)",
                [(key.to_bytes(), jpeg) for key, jpeg in thumbnails],
            )

    def copy(self, pairs: Iterable[tuple[ContentKey, ContentKey]]) -> None:
        """Store thumbnails under a second key each: (old, new). What there is under the new key stays."""
        with self._lock, self._connection:
            self._connection.executemany(
                "INSERT OR IGNORE INTO thumbnails (content, jpeg) SELECT ?, jpeg FROM thumbnails WHERE content = ?",
                [(new.to_bytes(), old.to_bytes()) for old, new in pairs],
            )

    def remove(self, keys: Iterable[ContentKey]) -> None:
        """Forget thumbnails."""
        with self._lock, self._connection:
            self._connection.executemany(
                "DELETE FROM thumbnails WHERE content = ?", [(key.to_bytes(),) for key in keys]
            )

    def count(self) -> int:
        """Return how many there are."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM thumbnails").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _open(path: Path, *, read_only: bool) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    wal = path.with_name(path.name + "-wal")
    if read_only and not os.access(path.parent, os.W_OK) and not (wal.exists() and wal.stat().st_size):
        # On read-only media there is nowhere to put the shared memory that WAL needs; nobody writes there either.
        uri += "&immutable=1"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("CREATE TABLE IF NOT EXISTS thumbnails (content BLOB PRIMARY KEY, jpeg BLOB NOT NULL)")
        connection.execute("SELECT content FROM thumbnails LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
