"""What searching asks of the catalog: ids as arrays, and facts of the hits only.

Arrays of ids are kept until something is committed that they depend on: a favourite drops none but those of favourites.
"""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, Row, func, select

from core.catalog.changes import Changes
from core.catalog.photo_dates import UNDATED
from core.catalog.reader import CatalogReader
from core.catalog.schema import Embedding, Photo
from core.search import full_text
from core.search.change_source import ChangeSource, DataVersion
from core.search.filters.matching import Condition
from core.search.filters.sql import FindPlace, condition
from core.search.owners import FrameOwners
from core.values.filters import (
    CameraFilter,
    DateFilter,
    Filter,
    FlagFilter,
    FolderFilter,
    FormatFilter,
    KindFilter,
    LensFilter,
    Measure,
    NearFilter,
    NearPlaceFilter,
    PlaceFilter,
    RangeFilter,
)
from core.values.photo import PhotoId, PhotoState
from core.values.query import ExactWords
from core.vectors.protocol import Keys

_KEPT = 256
_COMMON_SHARE = 0.3
_COMMON_AT_LEAST = 20

Restriction = tuple[tuple[Filter, ...], tuple[ExactWords, ...]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What folding and ordering need of a photo. `sort_at`: seconds; `perceptual_hash`: 64 bits, signed."""

    sort_at: int
    perceptual_hash: int | None


class SearchLibrary:
    """Reads for searching. Thread-safe; each call sees the newest committed state."""

    def __init__(
        self, catalog: Engine, find_place: FindPlace | None = None, changes: ChangeSource | None = None
    ) -> None:
        """`changes`: says what is committed; None where another process may be writing."""
        self._changes = changes or DataVersion(catalog)
        self._owns_changes = changes is None
        self._catalog = catalog
        self._find_place = find_place
        self._reader = CatalogReader(catalog)
        self._lock = threading.Lock()
        self._position = -1
        self._kept: dict[tuple[object, ...], Keys] = {}

    def close(self) -> None:
        """Let go of the connection that watches for changes."""
        if self._owns_changes:
            self._changes.close()

    def connect(self) -> Connection:
        """Open a connection of the catalog's pool."""
        return self._catalog.connect()

    def condition(self, connection: Connection, restriction: Restriction) -> Condition:
        """Return the SQL condition of filters. Raises `QueryError`."""
        return condition(connection, *restriction, self._find_place)

    def photo_at(self, path: bytes) -> PhotoId | None:
        """Return the photo of a file in the library."""
        return self._reader.photo_at(path)

    def count(self, restriction: Restriction) -> int:
        """Return how many photos the filters allow."""
        return int(self._array(("count", restriction), partial(self._counted, restriction))[0])

    def allowed(self, restriction: Restriction, model_id: int) -> Keys:
        """Return the embedding ids of the photos that the filters allow, ascending."""
        return np.sort(self._array(("allowed", restriction, model_id), partial(self._joined, restriction, model_id)))

    def hidden(self, model_id: int) -> Keys:
        """Return the embedding ids of missing photos."""
        return self._array(("hidden", model_id), lambda asked: asked.exec_driver_sql(_HIDDEN, (model_id,)).scalar())

    def owners(self, model_id: int) -> FrameOwners:
        """Return whose embeddings those of a model are."""
        return FrameOwners(self._catalog, model_id)

    def embeddings_of(self, photos: Sequence[PhotoId], model_id: int) -> dict[PhotoId, Keys]:
        """Return the embedding ids of photos, in the order of their frames."""
        found: dict[PhotoId, list[int]] = {}
        for photo_id, key in self._rows(_EMBEDDINGS_OF, photos, model_id):
            found.setdefault(PhotoId(photo_id), []).append(key)
        return {photo_id: np.array(keys, np.int64) for photo_id, keys in found.items()}

    def facts(self, photos: Sequence[PhotoId]) -> dict[PhotoId, Facts]:
        """Return the facts of photos."""
        return {PhotoId(row[0]): Facts(row[1], row[2]) for row in self._rows(_FACTS, photos)}

    def _rows(self, query: str, ids: Sequence[int], *more: int) -> Sequence[Row[*tuple[Any, ...]]]:
        """Run a query with any number of ids as one parameter; much quicker than a list that SQLAlchemy expands."""
        if not ids:
            return []
        with self._catalog.connect() as connection:
            return connection.exec_driver_sql(query, (json.dumps(list(ids)), *more)).all()

    def too_common(self, phrase: str, photos: int) -> bool:
        """Tell whether so many of all `photos` hold a full-text phrase that it tells nothing."""
        most = max(_COMMON_AT_LEAST, int(photos * _COMMON_SHARE))
        holding = self._array(("holding", phrase, most), partial(full_text.count_of, phrase=phrase, at_most=most + 1))
        return int(holding[0]) > most

    def by_date(self, restriction: Restriction, limit: int, *, oldest_first: bool) -> list[PhotoId]:
        """Return the first allowed photos by date, undated ones last."""
        order = (Photo.sort_at, Photo.id) if oldest_first else (Photo.sort_at.desc(), Photo.id.desc())
        with self._catalog.connect() as connection:
            query = select(Photo.id).where(self.condition(connection, restriction))
            query = query.order_by(Photo.sort_at == UNDATED, *order)
            return [PhotoId(row) for row in connection.execute(query.limit(limit)).scalars()]

    def _counted(self, restriction: Restriction, connection: Connection) -> int | None:
        query = select(func.count()).select_from(Photo).where(self.condition(connection, restriction))
        return connection.execute(query).scalar()

    def _joined(self, restriction: Restriction, model_id: int, connection: Connection) -> str | None:
        """Return the embedding ids of allowed photos, joined by commas: one value is read far quicker than rows."""
        query = (
            select(func.group_concat(Embedding.id))
            .join_from(Photo, Embedding, Embedding.photo_id == Photo.id)
            .where(Embedding.model_id == model_id, self.condition(connection, restriction))
        )
        return connection.execute(query).scalar()

    def _forget(self, changes: Changes | None) -> None:
        """Drop what is not true any more after these changes; None: of everything."""
        if (
            changes is None
            or len(self._kept) > _KEPT
            or changes.files
            or changes.order_changed
            or changes.vectors_added
            or changes.vectors_removed
        ):
            self._kept.clear()
        elif changes.rows:
            words_too = bool(changes.texts)
            self._kept = {key: kept for key, kept in self._kept.items() if not _depends(key, words_too=words_too)}

    def _array(self, key: tuple[object, ...], ask: Callable[[Connection], int | str | None]) -> Keys:
        """Return the ids joined by commas, or the one number, that `ask` gets; keep it until the catalog changes."""
        with self._lock:
            self._position, changes = self._changes.since(self._position)
            position = self._position
            self._forget(changes)
            if key in self._kept:
                return self._kept[key]
        with self._catalog.connect() as connection:
            array = _numbers(ask(connection))
        with self._lock:
            if position == self._position:
                self._kept[key] = array
        return array


def _depends(key: tuple[object, ...], *, words_too: bool) -> bool:
    """Tell whether an array kept under `key` depends on favourites and ratings, or, `words_too`, on tags and text."""
    if key[0] == "hidden":
        return False
    if key[0] == "holding":
        return words_too
    filters, exact = cast("Restriction", key[1])
    return any(_is_said(one) or (words_too and not isinstance(one, _OF_FILES)) for one in filters) or (
        words_too and bool(exact)
    )


def _is_said(one: Filter) -> bool:
    """Whether a filter asks for what the user says of photos without a word."""
    return isinstance(one, FlagFilter) or (isinstance(one, RangeFilter) and one.measure is Measure.RATING)


_OF_FILES = (
    CameraFilter,
    DateFilter,
    FolderFilter,
    FormatFilter,
    KindFilter,
    LensFilter,
    NearFilter,
    NearPlaceFilter,
    PlaceFilter,
    RangeFilter,
)
"""Filters for what files say, which changes with them alone."""


def _numbers(answer: int | str | None) -> npt.NDArray[np.int64]:
    if answer is None:
        return np.zeros(0, np.int64)
    if isinstance(answer, int):
        return np.array([answer], np.int64)
    return np.fromstring(answer, np.int64, sep=",")


# CROSS JOIN keeps SQLite to the order written: from the few that are given, or that are missing, to their rows. Left to
# choose, it walks all rows of an index for each of them.
_HIDDEN = f"""
SELECT group_concat(embeddings.id) FROM photos CROSS JOIN embeddings ON photo_id = photos.id
WHERE state = '{PhotoState.MISSING}' AND model_id = ?
"""
_EMBEDDINGS_OF = """
SELECT photo_id, embeddings.id FROM json_each(?) CROSS JOIN embeddings ON photo_id = value WHERE model_id = ?
ORDER BY photo_id, frame
"""
_FACTS = "SELECT photos.id, sort_at, perceptual_hash FROM json_each(?) CROSS JOIN photos ON photos.id = value"
