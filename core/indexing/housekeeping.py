"""Repairs lost thumbnails and forgets what is missing too long, a little at a time, when nothing else is to be done."""

import time
from collections.abc import Callable

from sqlalchemy import select

from core.catalog import queue, roots
from core.catalog.schema import Photo
from core.catalog.states import batched
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.values.photo import ContentKey, PhotoState

_PHOTOS_A_STEP = 1000
_READ_AGAIN_AT_ONCE = 50
_PURGED_A_STEP = 100
_DAY_S = 24 * 60 * 60


class Housekeeping:
    """Looks through the whole library once after each start, and for what must be forgotten once a day."""

    def __init__(
        self,
        transactions: Transactions,
        thumbnails: ThumbnailStore,
        *,
        grace_days: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._transactions = transactions
        self._thumbnails = thumbnails
        self._grace_s = grace_days * _DAY_S
        self._clock = clock
        self._checked_to: int | None = 0
        self._purged_at: float | None = None

    def step(self) -> bool:
        """Do a little; tells whether there is more to do."""
        if self._checked_to is not None:
            self._checked_to = self._check_thumbnails(self._checked_to)
            return True
        now = self._clock()
        if self._purged_at is None or now - self._purged_at >= _DAY_S:
            with self._transactions.begin() as transaction:
                purged = roots.purge(transaction, int(now - self._grace_s), _PURGED_A_STEP)
            if purged < _PURGED_A_STEP:
                self._purged_at = now
            return True
        return False

    def _check_thumbnails(self, after: int) -> int | None:
        """Queue the photos whose thumbnail is gone; return up to which id all were looked at, None at the end."""
        with self._transactions.engine.connect() as connection:
            rows = connection.execute(
                select(Photo.id, Photo.content_size, Photo.content_hash)
                .where(Photo.id > after, Photo.content_hash.is_not(None), Photo.state != PhotoState.MISSING)
                .order_by(Photo.id)
                .limit(_PHOTOS_A_STEP)
            ).all()
        if not rows:
            return None
        contents = {
            ContentKey(row.content_size, row.content_hash): row.id
            for row in rows
            if row.content_hash is not None and row.content_size is not None
        }
        lost = [contents[key] for key in self._thumbnails.missing(contents)]
        for ids in batched(lost, _READ_AGAIN_AT_ONCE):
            with self._transactions.begin() as transaction:
                queue.read_again(transaction, ids)
        return int(rows[-1].id)
