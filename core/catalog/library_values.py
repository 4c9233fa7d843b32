"""The values that the library's photos have, for completing a query: tags, cameras, places, folders. Read-only."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, func, select

from core.catalog.database import open_for_reading
from core.catalog.distinct_values import counted_values
from core.catalog.schema import KEY_SEPARATOR, File, Photo, PhotoTag, RecentSearch, Tag
from core.catalog.text_words import path_text
from core.values.photo import FileState, PhotoState

_KEPT_SECONDS = 10.0


class CatalogValues:
    """Gives a `Completer` its values. Thread-safe. They are asked on each key, so they are kept for a moment."""

    def __init__(self, catalog: Engine) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, tuple[tuple[str, int], ...]]] = {}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the catalog file. Raises as `database.open_for_reading`."""
        return cls(open_for_reading(path))

    def close(self) -> None:
        """Close all connections."""
        self._catalog.dispose()

    def forget(self) -> None:
        """Read the library's values anew; they have changed."""
        with self._lock:
            self._kept.clear()

    def places(self) -> frozenset[str]:
        """Return the names of towns, regions and countries in the library, to read plain words against."""
        return frozenset(value for value, _ in self.values_of("place"))

    def recent(self, limit: int) -> list[str]:
        """Return what was searched for, newest first."""
        query = select(RecentSearch.text).order_by(RecentSearch.used_at.desc()).limit(limit)
        with self._catalog.connect() as connection:
            return list(connection.execute(query).scalars())

    def values_of(self, key: str) -> tuple[tuple[str, int], ...]:
        """Return the values of a filter in the library with their number of photos, the most frequent first."""
        read = _READ.get(key)
        if read is None:
            return ()
        now = time.monotonic()
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and now - kept[0] < _KEPT_SECONDS:
                return kept[1]
        values = tuple(sorted(read(self._catalog).items(), key=lambda one: (-one[1], one[0])))
        with self._lock:
            self._kept[key] = (now, values)
        return values


Values = dict[str, int]


def _tags(catalog: Engine) -> Values:
    query = select(Tag.name, func.count()).join(PhotoTag, PhotoTag.tag_id == Tag.id).group_by(Tag.id)
    with catalog.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def _cameras(catalog: Engine) -> Values:
    counts: Values = {}
    with catalog.connect() as connection:
        for value, count in counted_values(connection, Photo.camera_key):
            make, _, model = value.partition(KEY_SEPARATOR)
            if name := model or make:
                counts[name] = counts.get(name, 0) + count
    return counts


def _lenses(catalog: Engine) -> Values:
    with catalog.connect() as connection:
        return dict(counted_values(connection, Photo.lens))


def _places(catalog: Engine) -> Values:
    counts: Values = {}
    with catalog.connect() as connection:
        for value, count in counted_values(connection, Photo.place_key):
            # A town and its region may have one name, and the photo is one.
            for name in {name for name in value.split(KEY_SEPARATOR)[:3] if name}:
                counts[name] = counts.get(name, 0) + count
    return counts


def _people(catalog: Engine) -> Values:
    query = select(Photo.people, func.count()).where(_PRESENT, Photo.people.is_not(None)).group_by(Photo.people)
    counts: Values = {}
    with catalog.connect() as connection:
        for names, count in connection.execute(query):
            for name in (names or "").splitlines():
                counts[name] = counts.get(name, 0) + count
    return counts


def _folders(catalog: Engine) -> Values:
    query = select(File.folder, func.count()).where(File.state != FileState.MISSING).group_by(File.folder)
    counts: Values = {}
    with catalog.connect() as connection:
        for folder, count in connection.execute(query):
            for name in path_text(folder).replace("\\", "/").split("/"):
                if name:
                    counts[name] = counts.get(name, 0) + count
    return counts


_PRESENT = Photo.state != PhotoState.MISSING
_READ: dict[str, Callable[[Engine], Values]] = {
    "tag": _tags,
    "camera": _cameras,
    "lens": _lenses,
    "place": _places,
    "near": _places,
    "person": _people,
    "folder": _folders,
}
