"""The way every change of the catalog is made: one writer at a time, short, and told to the feed once committed.

Nothing but the transaction itself runs under the writer lock.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from core.catalog import states, text_index
from core.catalog.changes import PendingChanges
from core.catalog.database import WRITING
from core.catalog.fair_lock import FairLock
from core.catalog.feed import ChangeFeed
from core.values.errors import CatalogDamagedError, EideticError, LibraryUnwritableError


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
            try:
                with self._writing.begin() as connection:
                    transaction = Transaction(connection, int(self._clock()))
                    yield transaction
                    changes = transaction.changes
                    states.refresh(connection, changes.photos, transaction.now)
                    text_index.refresh(connection, changes.photos | changes.texts)
            except DatabaseError as error:
                expected = of_environment(error)
                if expected is None:
                    raise
                raise expected from error
            sealed = changes.sealed()
            if sealed:
                self.feed.publish(sealed)


_UNWRITABLE = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "it is read-only; check its permissions",
    sqlite3.SQLITE_BUSY: "another program holds it; close that program",
    sqlite3.SQLITE_LOCKED: "another program holds it; close that program",
    sqlite3.SQLITE_IOERR: "the disk reports an error; check that it is connected and has space",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that its folder is there",
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def of_environment(error: DatabaseError) -> EideticError | None:
    """Return what to tell the user of a database error that is no bug of ours; None if it is one."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    if code & 0xFF in _DAMAGED:
        return CatalogDamagedError("The catalog is damaged. Start Eidetic again: it sets the file aside and rebuilds.")
    reason = _UNWRITABLE.get(code & 0xFF)
    if reason is None:
        return None
    return LibraryUnwritableError(f"The catalog cannot be written: {reason}. Nothing that was stored is lost.")
