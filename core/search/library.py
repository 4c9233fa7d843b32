"""What searching asks of the catalog, in the fewest rows: ids as arrays, and facts of the hits only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, bindparam, select, text

from core.catalog.reader import CatalogReader
from core.catalog.schema import Embedding, Photo
from core.values.photo import PhotoId, PhotoState
from core.vectors.protocol import Keys

_BATCH = 900


@dataclass(frozen=True, slots=True)
class Found:
    """The photo an embedding belongs to. `moment_ms`: the time of its frame in a video."""

    embedding: int
    photo_id: PhotoId
    moment_ms: int | None


class SearchLibrary:
    """Reads for one model's vectors. Each call sees the newest committed state."""

    def __init__(self, catalog: Engine) -> None:
        self._catalog = catalog
        self._reader = CatalogReader(catalog)

    def connect(self) -> Connection:
        """Open a connection of the catalog's pool."""
        return self._catalog.connect()

    def photo_at(self, path: bytes) -> PhotoId | None:
        """Return the photo of a file in the library."""
        return self._reader.photo_at(path)

    def photos_of(self, embeddings: Sequence[int]) -> dict[int, Found]:
        """Return the photos of embeddings, without those that are missing."""
        found: dict[int, Found] = {}
        with self._catalog.connect() as connection:
            for start in range(0, len(embeddings), _BATCH):
                part = [int(key) for key in embeddings[start : start + _BATCH]]
                for row in connection.execute(_PHOTOS_OF, {"ids": part}):
                    found[row.id] = Found(row.id, PhotoId(row.photo_id), row.moment_ms)
        return found

    def embeddings_of(self, photo_id: PhotoId, model_id: int) -> Keys:
        """Return the embedding ids of one photo."""
        with self._catalog.connect() as connection:
            rows = connection.execute(_EMBEDDINGS_OF, {"photo": int(photo_id), "model": model_id})
            return np.fromiter(rows.scalars(), np.int64)

    def newest(self, limit: int, *, oldest_first: bool = False) -> list[PhotoId]:
        """Return the first photos by date."""
        order = Photo.sort_at.asc() if oldest_first else Photo.sort_at.desc()
        query = select(Photo.id).where(Photo.state != PhotoState.MISSING).order_by(order, Photo.id).limit(limit)
        with self._catalog.connect() as connection:
            return [PhotoId(row) for row in connection.execute(query).scalars()]

    def count(self) -> int:
        """Return how many photos are not missing."""
        query = text("SELECT count(*) FROM photos WHERE state IN ('waiting', 'ready', 'failed')")
        with self._catalog.connect() as connection:
            return int(connection.execute(query).scalar_one())


def id_array(ids: Iterable[int]) -> npt.NDArray[np.int64]:
    """Return ids as an array (n,)."""
    return np.fromiter(ids, np.int64)


_PHOTOS_OF = (
    select(Embedding.id, Embedding.photo_id, Embedding.moment_ms)
    .join(Photo, Photo.id == Embedding.photo_id)
    .where(Embedding.id.in_(bindparam("ids", expanding=True)), Photo.state != PhotoState.MISSING)
)
_EMBEDDINGS_OF = (
    select(Embedding.id)
    .where(Embedding.photo_id == bindparam("photo"), Embedding.model_id == bindparam("model"))
    .order_by(Embedding.frame)
)
