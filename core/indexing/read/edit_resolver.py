"""Finds out which new contents are edits of old photos, when it can be known; see `core.catalog.linking`.

A file has other content than before. Was it edited, or was the old content moved to where nobody has looked yet? That
is known when every root was compared after the file was read, and nothing happened meanwhile.
"""

import time
from collections.abc import Callable, Sequence

from core.catalog import linking, pairing
from core.catalog.transaction import Transactions
from core.indexing.watch.pending_folders import PendingFolders
from core.values.photo import RootId

PATIENCE_S = 30.0
"""Where something happens all the time, a folder of downloads say, it is decided after so long all the same."""


class EditResolver:
    """Has all roots compared once more, and then decides. Used by the reading thread, when nothing waits to be read."""

    def __init__(
        self, transactions: Transactions, dirty: PendingFolders, reachable_roots: Callable[[], Sequence[RootId]]
    ) -> None:
        self._transactions = transactions
        self._dirty = dirty
        self._reachable_roots = reachable_roots
        self._asked_at: float | None = None
        self._open_since: float | None = None

    def begin_anew(self) -> None:
        """Files are being read: what was compared before says nothing of what they show."""
        self._asked_at = None

    def step(self) -> bool:
        """Go on; returns whether something is left open, so that this must be called again soon."""
        with self._transactions.engine.connect() as connection:
            if not linking.has_open_successions(connection):
                self._open_since = None
                return False
        now = time.monotonic()
        if self._open_since is None:
            self._open_since = now
        is_patient = now - self._open_since < PATIENCE_S
        if not (self._dirty.is_calm() if is_patient else self._dirty.is_quiet()):
            return True
        if self._asked_at is None or (is_patient and not self._dirty.is_calm(self._asked_at)):
            self._asked_at = now
            for root_id in self._reachable_roots():
                self._dirty.mark_root(root_id)
            return True
        with self._transactions.begin() as transaction:
            pairing.settle(transaction, linking.settle_successions(transaction))
        self._open_since = None
        return False
