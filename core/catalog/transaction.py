"""The way every change of the catalog is made: one writer at a time, short, and told to the feed once committed.

Nothing but the transaction itself runs under the writer lock.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from core.catalog import enrichment_queue, kept_annotations, states, text_index
from core.catalog.changes import PendingChanges
from core.catalog.database import WRITING
from core.catalog.fair_lock import FairLock
from core.catalog.feed import ChangeFeed


@dataclass(slots=True)
class Transaction:
    """An open write transaction.

    Attributes:
        now: Unix time at which it began.
    """

    connection: Connection
    now: int
    changes: PendingChanges = field(default_factory=PendingChanges)


class Transactions:
    """Hands out write transactions, one at a time, in the order they are asked for.

    Attributes:
        feed: is told what each changed.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{WRITING: True})
        self._clock = clock
        self._lock = FairLock()
        self.feed = ChangeFeed()

    @property
    def engine(self) -> Engine:
        """The catalog, to read from."""
        return self._engine

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Open a transaction; commit at the end of the `with` block, or take everything back if it raises.

        Raises:
            LibraryUnwritableError: the disk is full, the library read-only, or another program holds the catalog.
            CatalogDamagedError: the file is no usable database any more.
        """
        with self._lock:
            with self._writing.begin() as connection:
                transaction = Transaction(connection, int(self._clock()))
                yield transaction
                changes = transaction.changes
                changes.texts |= kept_annotations.give_back(connection, changes.photos)
                states.refresh(connection, changes.photos, transaction.now)
                text_index.refresh(connection, changes.photos | changes.texts)
                enrichment_queue.enqueue(connection, changes.embedded)
            sealed = changes.sealed()
            if sealed:
                self.feed.publish(sealed)
