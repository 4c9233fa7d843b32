"""The thumbnail store as the window sees it: opened when it is first there, asked from any thread, never in the way."""

import logging
import sqlite3
import threading
from pathlib import Path

from core.catalog.thumbnails import ThumbnailStore
from core.values.photo import ContentKey

log = logging.getLogger(__name__)


class ThumbnailSource:
    """Reads thumbnails; what cannot be read is absent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._store: ThumbnailStore | None = None

    def get(self, content: ContentKey) -> bytes | None:
        """Return the JPEG, or None while there is none."""
        with self._lock:
            if self._store is None:
                self._store = self._open()
            if self._store is None:
                return None
            try:
                return self._store.get(content)
            except sqlite3.DatabaseError as error:
                log.info("a thumbnail cannot be read: %s", error)
                return None

    def close(self) -> None:
        """Close the store."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    def _open(self) -> ThumbnailStore | None:
        try:
            return ThumbnailStore(self._path, read_only=True)
        except (FileNotFoundError, sqlite3.DatabaseError):
            # The engine makes it, or makes it anew.
            return None
