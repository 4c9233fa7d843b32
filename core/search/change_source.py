"""Tells a search what was committed since the last one, so that it keeps what it read and still knows the newest.

In the engine that is the catalog's own feed; beside an engine, in another process, only that something was committed.
"""

import threading
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

from core.catalog.changes import Changes


class ChangeSource(Protocol):
    """Where commits can be asked for; `core.catalog.feed.ChangeFeed` is one."""

    def since(self, position: int) -> tuple[int, Changes | None]:
        """Return the newest position, and what changed after `position`; None when that cannot be said."""

    def close(self) -> None:
        """Let go of what is open."""


class DataVersion:
    """Knows by SQLite's own count that another connection or process committed something."""

    def __init__(self, catalog: Engine) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._watch: DBAPIConnection | None = None

    def since(self, position: int) -> tuple[int, Changes | None]:
        with self._lock:
            version = self._version()
        return version, Changes() if version == position else None

    def close(self) -> None:
        with self._lock:
            if self._watch is not None:
                self._watch.close()
                self._watch = None

    def _version(self) -> int:
        """Return SQLite's count of changes made through other connections; one connection must ask each time."""
        if self._watch is None:
            pooled = self._catalog.raw_connection()
            pooled.detach()
            self._watch = pooled.dbapi_connection
            assert self._watch is not None
        cursor = self._watch.cursor()
        try:
            cursor.execute("PRAGMA data_version")
            row = cursor.fetchone()
            assert row is not None
            return int(row[0])
        finally:
            cursor.close()
