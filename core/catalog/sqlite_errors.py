"""Sorts what SQLite reports, by its result code, into corruption, environment and bug. All stores ask here.

Only corruption is a reason to set a file aside or to make it anew. A full disk, a drive that has gone, missing rights
or another program in between are the environment: they are told, and nothing is touched. The rest is a bug of ours.

Source: https://www.sqlite.org/rescode.html
"""

import shutil
import sqlite3
from enum import Enum
from pathlib import Path

from core.values.errors import CatalogDamagedError, EideticError, LibraryUnwritableError
from core.values.paths import shown


class Fault(Enum):
    """What kind of thing went wrong."""

    CORRUPTION = "corruption"
    ENVIRONMENT = "environment"
    BUG = "bug"


_CORRUPTION = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_ENVIRONMENT = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_IOERR: "the disk reports an error; check that it is connected and has space",
    sqlite3.SQLITE_READONLY: "it is read-only; check its permissions",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that its folder is there, has space and may be read",
    sqlite3.SQLITE_BUSY: "another program holds it; close that program",
    sqlite3.SQLITE_LOCKED: "another program holds it; close that program",
    sqlite3.SQLITE_PROTOCOL: "another program holds it; close that program",
    sqlite3.SQLITE_PERM: "its permissions do not allow it",
    sqlite3.SQLITE_AUTH: "its permissions do not allow it",
    sqlite3.SQLITE_NOMEM: "there is no memory left; close other programs",
}


_NO_SPACE_BYTES = 1 << 20


def fault_of(error: BaseException) -> Fault:
    """Sort an error of `sqlite3`, or one of SQLAlchemy that wraps it."""
    code = _code(error)
    if code is None:
        return Fault.BUG
    if code & 0xFF in _CORRUPTION:
        return Fault.CORRUPTION
    return Fault.ENVIRONMENT if code & 0xFF in _ENVIRONMENT else Fault.BUG


def told(error: BaseException, path: Path, name: str = "catalog") -> EideticError | None:
    """Return what to tell the user of `error` in the store at `path`; None of a bug."""
    match fault_of(error):
        case Fault.CORRUPTION:
            return CatalogDamagedError(f"The {name} {shown(path)} is damaged: {_original(error)}.", path)
        case Fault.ENVIRONMENT:
            reason = _ENVIRONMENT[_reason(error, path)]
            return LibraryUnwritableError(f"The {name} {shown(path)} cannot be used: {reason}. Nothing stored is lost.")
        case Fault.BUG:
            return None


def _reason(error: BaseException, path: Path) -> int:
    """Return the primary result code; an I/O error on a disk without space is that: SQLite cannot tell in WAL mode."""
    code = (_code(error) or 0) & 0xFF
    if code != sqlite3.SQLITE_IOERR:
        return code
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return code
    return sqlite3.SQLITE_FULL if free < _NO_SPACE_BYTES else code


def _original(error: BaseException) -> BaseException:
    # SQLAlchemy's errors carry the driver's. Not imported for that: decode workers and the window's start need neither.
    wrapped = getattr(error, "orig", None)
    return wrapped if isinstance(wrapped, BaseException) else error


def _code(error: BaseException) -> int | None:
    code = getattr(_original(error), "sqlite_errorcode", None)
    return code if isinstance(code, int) else None
