"""What searching asks of the catalog: ids as arrays, and facts of the hits only.

Arrays of ids are kept until the catalog changes, whichever connection or process changed it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, Select, bindparam, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection

from core.catalog.reader import CatalogReader
from core.catalog.schema import Embedding, Photo
from core.search.filter_sql import FindPlace, condition
from core.search.filter_values import Condition
from core.values.filters import Filter
from core.values.photo import PhotoId, PhotoState
from core.values.query import ExactWords
from core.vectors.protocol import Keys

_BATCH = 900
_KEPT = 64

Restriction = tuple[tuple[Filter, ...], tuple[ExactWords, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """The photo an embedding belongs to. `moment_ms`: the time of its frame in a video."""

    photo_id: PhotoId
    moment_ms: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What folding and ordering need of a photo. `sort_at`: seconds; `perceptual_hash`: 64 bits, signed."""

    sort_at: int
    perceptual_hash: int | None


class SearchLibrary:
    """Reads for searching. Thread-safe; each call sees the newest committed state."""

    def __init__(self, catalog: Engine, find_place: FindPlace | None = None) -> None:
        self._catalog = catalog
        self._find_place = find_place
        self._reader = CatalogReader(catalog)
        self._lock = threading.Lock()
        self._watch: DBAPIConnection | None = None
        self._version: int | None = None
        self._kept: dict[tuple[object, ...], Keys] = {}

    def close(self) -> None:
        """Let go of the connection that watches for changes."""
        with self._lock:
            if self._watch is not None:
                self._watch.close()
                self._watch = None

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
        return int(self._array(("count", restriction), restriction, select(func.count()).select_from(Photo))[0])

    def allowed(self, restriction: Restriction, model_id: int) -> Keys:
        """Return the embedding ids of the photos that the filters allow, ascending."""
        query = (
            select(func.group_concat(Embedding.id))
            .join_from(Photo, Embedding, Embedding.photo_id == Photo.id)
            .where(Embedding.model_id == model_id)
        )
        return np.sort(self._array(("allowed", restriction, model_id), restriction, query))

    def hidden(self, model_id: int) -> int:
        """Return how many embeddings belong to missing photos."""
        query = (
            select(func.count())
            .select_from(Embedding)
            .join(Photo, Photo.id == Embedding.photo_id)
            .where(Photo.state == PhotoState.MISSING, Embedding.model_id == model_id)
        )
        return int(self._array(("hidden", model_id), None, query)[0])

    def photos_of(self, embeddings: Keys) -> dict[int, Found]:
        """Return the photos of embeddings, without those that are missing."""
        found: dict[int, Found] = {}
        with self._catalog.connect() as connection:
            for part in _batches(embeddings.tolist()):
                for row in connection.execute(_PHOTOS_OF, {"ids": part}):
                    found[row.id] = Found(PhotoId(row.photo_id), row.moment_ms)
        return found

    def embeddings_of(self, photos: Sequence[PhotoId], model_id: int) -> dict[PhotoId, Keys]:
        """Return the embedding ids of photos, in the order of their frames."""
        found: dict[PhotoId, list[int]] = {}
        with self._catalog.connect() as connection:
            for part in _batches([int(photo_id) for photo_id in photos]):
                for row in connection.execute(_EMBEDDINGS_OF, {"ids": part, "model": model_id}):
                    found.setdefault(PhotoId(row.photo_id), []).append(row.id)
        return {photo_id: np.array(keys, np.int64) for photo_id, keys in found.items()}

    def facts(self, photos: Sequence[PhotoId]) -> dict[PhotoId, Facts]:
        """Return the facts of photos."""
        found: dict[PhotoId, Facts] = {}
        with self._catalog.connect() as connection:
            for part in _batches([int(photo_id) for photo_id in photos]):
                for row in connection.execute(_FACTS, {"ids": part}):
                    found[PhotoId(row.id)] = Facts(row.sort_at, row.perceptual_hash)
        return found

    def by_date(self, restriction: Restriction, limit: int, *, oldest_first: bool) -> list[PhotoId]:
        """Return the first allowed photos by date."""
        order = Photo.sort_at.asc() if oldest_first else Photo.sort_at.desc()
        with self._catalog.connect() as connection:
            query = select(Photo.id).where(self.condition(connection, restriction)).order_by(order, Photo.id)
            return [PhotoId(row) for row in connection.execute(query.limit(limit)).scalars()]

    def _array(self, key: tuple[object, ...], restriction: Restriction | None, query: Select[Any]) -> Keys:
        """Run a query for ids, joined by commas within SQLite, or for one number; keep the answer."""
        with self._lock:
            version = self._data_version()
            if version != self._version or len(self._kept) > _KEPT:
                self._kept.clear()
                self._version = version
            if key in self._kept:
                return self._kept[key]
        with self._catalog.connect() as connection:
            if restriction is not None:
                query = query.where(self.condition(connection, restriction))
            answer = connection.execute(query).scalar()
        array = _numbers(answer)
        with self._lock:
            if version == self._version:
                self._kept[key] = array
        return array

    def _data_version(self) -> int:
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


def _numbers(answer: int | str | None) -> npt.NDArray[np.int64]:
    if answer is None:
        return np.zeros(0, np.int64)
    if isinstance(answer, int):
        return np.array([answer], np.int64)
    return np.fromstring(answer, np.int64, sep=",")


def _batches(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]


_PHOTOS_OF = (
    select(Embedding.id, Embedding.photo_id, Embedding.moment_ms)
    .join(Photo, Photo.id == Embedding.photo_id)
    .where(Embedding.id.in_(bindparam("ids", expanding=True)), Photo.state != PhotoState.MISSING)
)
_EMBEDDINGS_OF = (
    select(Embedding.photo_id, Embedding.id)
    .where(Embedding.model_id == bindparam("model"), Embedding.photo_id.in_(bindparam("ids", expanding=True)))
    .order_by(Embedding.photo_id, Embedding.frame)
)
_FACTS = select(Photo.id, Photo.sort_at, Photo.perceptual_hash).where(Photo.id.in_(bindparam("ids", expanding=True)))
