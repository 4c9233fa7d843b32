"""Completes what is typed: names of filters, and their values from the library. Reads the catalog, read-only.

The window and the shell ask on each key, so answers come from the few distinct values, kept for a moment.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, Select, func, select, union

from core.catalog.database import open_for_reading
from core.catalog.schema import File, Photo, PhotoTag, RecentSearch, Tag
from core.catalog.text_words import path_text
from core.query.filter_keys import KEYS
from core.query.tokens import Form, quoted, tokenize
from core.search.filters.matching import bare
from core.values.photo import FileState, PhotoState

_KEPT_SECONDS = 10.0
_SHORTEST_NAME = 3
_NAMED = ("place", "tag")
_SETTINGS = {"sort": ("newest", "oldest", "relevance"), "fold": ("yes",), "strictness": (), "similar": ()}


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on.

    Attributes:
        text: the whole query when it is taken.
        label: what to show of it.
        hint: what a filter expects, or how many photos have a value.
    """

    text: str
    label: str
    hint: str = ""


class Completer:
    """Completes queries over one catalog. Thread-safe."""

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

    def complete(self, text: str, limit: int = 10) -> list[Completion]:
        """Return how `text`, with the cursor at its end, may go on; the likeliest first.

        An empty text offers recent searches. A word offers filters that begin like it, and from three letters on the
        places and tags of the library that do; after a filter's name come its values in the library, those of the
        most photos first.
        """
        if not text.strip():
            return [Completion(recent, recent) for recent in self.recent(limit)]
        last = tokenize(text)[-1]
        if not text.endswith(last.text) or last.weight is not None:
            return []
        before = text[: len(text) - len(last.text)]
        sign = last.text[0] if last.text[0] in "+-" else ""
        if last.key is not None:
            found = self._values(before, sign, last.key, last.value)
        elif last.form is Form.BARE:
            found = self._keys(before, sign, last.value) + self._names(before, sign, last.value)
        else:
            found = []
        return [one for one in found if one.text != text][:limit]

    def forget(self) -> None:
        """Read the library's values anew; they have changed."""
        with self._lock:
            self._kept.clear()

    def places(self) -> frozenset[str]:
        """Return the names of towns, regions and countries in the library, for `language.parse`."""
        return frozenset(value for value, _ in self._of("place"))

    def recent(self, limit: int) -> list[str]:
        """Return what was searched for, newest first."""
        query = select(RecentSearch.text).order_by(RecentSearch.used_at.desc()).limit(limit)
        with self._catalog.connect() as connection:
            return list(connection.execute(query).scalars())

    def _keys(self, before: str, sign: str, begun: str) -> list[Completion]:
        if not begun:
            return []
        known = {name: key.expected for name, key in KEYS.items()}
        if not sign:
            known |= {name: ", ".join(values) for name, values in _SETTINGS.items()}
        return [
            Completion(f"{before}{sign}{name}:", f"{name}:", expected)
            for name, expected in known.items()
            if name.startswith(begun.lower())
        ]

    def _names(self, before: str, sign: str, begun: str) -> list[Completion]:
        """Return the places and tags that begin like a word, for one who does not know that there are filters."""
        if len(begun) < _SHORTEST_NAME:
            return []
        return [
            Completion(one.text, f"{key}:{quoted(one.label)}", one.hint)
            for key in _NAMED
            for one in self._values(before, sign, key, begun, inside=False)
        ]

    def _values(self, before: str, sign: str, key: str, typed: str, *, inside: bool = True) -> list[Completion]:
        begun = bare(typed)
        fixed = KEYS[key].values if key in KEYS else _SETTINGS.get(key, ())
        found = [(value, 0) for value in fixed] + list(self._of(key))
        matching = [one for one in found if bare(one[0]).startswith(begun)]
        if inside:
            matching += [one for one in found if one not in matching and f" {begun}" in f" {bare(one[0])}"]
        return [
            Completion(
                f"{before}{sign}{key}:{quoted(value)}",
                value,
                "" if count == 0 else f"{count} photo{'s' if count != 1 else ''}",
            )
            for value, count in matching
        ]

    def _of(self, key: str) -> tuple[tuple[str, int], ...]:
        """Return the values of a filter in the library with their number of photos, the most frequent first."""
        read = _SOURCES.get(key)
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
    name = func.coalesce(Photo.camera_model, Photo.camera_make)
    return _counted(catalog, select(name, func.count()).where(_PRESENT).group_by(name))


def _lenses(catalog: Engine) -> Values:
    return _counted(catalog, select(Photo.lens, func.count()).where(_PRESENT).group_by(Photo.lens))


def _places(catalog: Engine) -> Values:
    # Not `union_all`: a town and its region may have one name, and the photo is one.
    every = union(
        *(
            select(Photo.id, column.label("name")).where(_PRESENT)
            for column in (Photo.town, Photo.region, Photo.country)
        )
    ).subquery()
    return _counted(catalog, select(every.c.name, func.count()).group_by(every.c.name))


def _counted(catalog: Engine, query: Select[*tuple[Any, ...]]) -> Values:
    with catalog.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query) if row[0]}


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
_SOURCES: dict[str, Callable[[Engine], Values]] = {
    "tag": _tags,
    "camera": _cameras,
    "lens": _lenses,
    "place": _places,
    "near": _places,
    "folder": _folders,
}
