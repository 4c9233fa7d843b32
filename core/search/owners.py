"""Says whose frame each embedding is, from memory: asking SQLite for some hundred rows takes longer than comparing."""

import threading

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from core.vectors.protocol import Keys

NOBODY = 0
NO_MOMENT = -1


class FrameOwners:
    """The photos of all embeddings of one model. Thread-safe.

    An embedding never changes its photo and its id is not given again, so what was read stays true and only newer ones
    are read later. One that was removed is still known here: ask for those that the vectors hold.
    """

    def __init__(self, catalog: Engine, model_id: int) -> None:
        """Read all there are now."""
        self._catalog = catalog
        self._model_id = model_id
        self._lock = threading.Lock()
        self._photos: Keys = np.zeros(0, np.int64)
        self._moments: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        self._newest = 0
        with catalog.connect() as connection:
            ids, photos = connection.exec_driver_sql(_ALL, (model_id,)).one()
            moments = [(row[0], row[1]) for row in connection.exec_driver_sql(_ALL_MOMENTS, (model_id,))]
        if ids is not None:
            self._learn(np.fromstring(ids, np.int64, sep=","), np.fromstring(photos, np.int64, sep=","), moments)

    def of(self, embeddings: Keys) -> tuple[Keys, npt.NDArray[np.int32]]:
        """Return the photo of each embedding (`NOBODY` of an unknown one) and its time in a video in ms.

        The time is `NO_MOMENT` for stills.
        """
        with self._lock:
            if len(embeddings) and int(embeddings.max()) > self._newest:
                self._read_newer()
            known = embeddings < len(self._photos)
            photos = np.full(len(embeddings), NOBODY, np.int64)
            moments = np.full(len(embeddings), NO_MOMENT, np.int32)
            photos[known] = self._photos[embeddings[known]]
            moments[known] = self._moments[embeddings[known]]
            return photos, moments

    def _read_newer(self) -> None:
        with self._catalog.connect() as connection:
            rows = connection.exec_driver_sql(_NEWER, (self._newest, self._model_id)).all()
        if rows:
            ids, photos, moments = zip(*rows, strict=True)
            timed = [(key, moment) for key, moment in zip(ids, moments, strict=True) if moment is not None]
            self._learn(np.array(ids, np.int64), np.array(photos, np.int64), timed)

    def _learn(self, ids: Keys, photos: Keys, moments: list[tuple[int, int]]) -> None:
        newest = max(self._newest, int(ids.max()))
        if newest >= len(self._photos):
            room = max(newest + 1, 2 * len(self._photos)) - len(self._photos)
            self._photos = np.concatenate([self._photos, np.full(room, NOBODY, np.int64)])
            self._moments = np.concatenate([self._moments, np.full(room, NO_MOMENT, np.int32)])
        self._photos[ids] = photos
        for key, moment in moments:
            self._moments[key] = moment
        self._newest = newest


# One long value is read far quicker than very many rows. The first is answered by the index of photos and frames and
# the second by that of moments, without a look at the vectors; the third by the rows themselves, which are few.
_ALL = "SELECT group_concat(id), group_concat(photo_id) FROM embeddings WHERE model_id = ?"
_ALL_MOMENTS = "SELECT id, moment_ms FROM embeddings WHERE moment_ms IS NOT NULL AND model_id = ?"
_NEWER = "SELECT id, photo_id, moment_ms FROM embeddings WHERE id > ? AND +model_id = ?"
