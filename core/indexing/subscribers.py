"""What is brought in line after a commit: the vector indexes, the thumbnails, and whoever listens."""

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from core.catalog import queue
from core.catalog.changes import Changes
from core.catalog.readings import photos_of
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.indexing.listener import Listener, VectorsProvider
from core.values.photo import ContentKey, PhotoId


class VectorSubscriber:
    """Keeps the open vector indexes equal to the catalog."""

    def __init__(self, vectors: VectorsProvider) -> None:
        self._vectors = vectors

    def __call__(self, changes: Changes) -> None:
        """Raises what an index raises; told again, it goes on where it was."""
        removed = np.array(changes.vectors_removed, np.int64)
        for index in self._vectors():
            added = np.array(changes.vectors_added.get(index.model_id, ()), np.int64)
            if len(added) or len(removed):
                index.follow(added, removed)


class ThumbnailSubscriber:
    """Forgets the thumbnails of content that no photo has any more."""

    def __init__(self, transactions: Transactions, thumbnails: ThumbnailStore) -> None:
        self._transactions = transactions
        self._thumbnails = thumbnails

    def __call__(self, changes: Changes) -> None:
        """Forget those that no other photo has got meanwhile."""
        if not changes.thumbnails_removed:
            return
        used = self._used(changes.thumbnails_removed)
        unused = [key for key in changes.thumbnails_removed if key not in used]
        if not unused:
            return
        try:
            self._thumbnails.remove(unused)
        except sqlite3.OperationalError:
            # A full disk: a cache with some thumbnails too many does no harm.
            return
        # A photo of that content may have been committed between the question and the removal.
        used_again = self._used(unused)
        lost = [photo_id for key in self._thumbnails.missing(used_again) for photo_id in used_again[key]]
        if lost:
            with self._transactions.begin() as transaction:
                queue.read_again(transaction, lost)

    def _used(self, keys: Iterable[ContentKey]) -> dict[ContentKey, Sequence[int]]:
        with self._transactions.engine.connect() as connection:
            return {key: ids for key in keys if (ids := photos_of(connection, key))}


class ListenerSubscriber:
    """Tells a listener which photos changed."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def __call__(self, changes: Changes) -> None:
        """Tell it."""
        if changes.rows or changes.order_changed:
            self._listener.photos_changed([PhotoId(key) for key in changes.rows], changes.order_changed)
