"""What follows a commit: the vector indexes, the thumbnails, and whoever listens."""

import sqlite3
from collections.abc import Iterable

import numpy as np
from sqlalchemy import Engine, select

from core.catalog.changes import Changes
from core.catalog.schema import Photo
from core.catalog.thumbnails import ThumbnailStore
from core.indexing.listener import Listener, VectorsProvider
from core.values.photo import ContentKey, PhotoId


class Subscribers:
    """Follows each commit, in order."""

    def __init__(
        self, catalog: Engine, thumbnails: ThumbnailStore, vectors: VectorsProvider, listener: Listener
    ) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._vectors = vectors
        self._listener = listener

    def __call__(self, changes: Changes) -> None:
        """Bring what is derived in line with what was committed."""
        for sink in self._vectors():
            if changes.removed_embeddings:
                sink.remove(np.array(changes.removed_embeddings, np.int64))
            added = changes.new_embeddings.get(sink.model_id, ())
            if added:
                vectors = np.stack([np.frombuffer(vector, "<f2") for _, vector in added])
                sink.add(np.array([key for key, _ in added], np.int64), vectors.astype(np.float16))
        self._forget_thumbnails(changes.removed_thumbnails)
        touched = changes.photos | changes.relabelled
        if touched or changes.order_changed:
            self._listener.photos_changed([PhotoId(key) for key in touched], changes.order_changed)

    def _forget_thumbnails(self, keys: Iterable[ContentKey]) -> None:
        # The same content may have come back as another photo meanwhile, whose thumbnail this is then.
        unused = [key for key in keys if not self._is_used(key)]
        if unused:
            try:
                self._thumbnails.remove(unused)
            except sqlite3.OperationalError:
                # A full disk: a cache with some thumbnails too many does no harm.
                return

    def _is_used(self, key: ContentKey) -> bool:
        query = select(Photo.id).where(Photo.content_hash == key.digest, Photo.content_size == key.size)
        with self._catalog.connect() as connection:
            return connection.execute(query).first() is not None
