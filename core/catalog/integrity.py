"""Whether the catalog must be looked through for damage before it is used, and looking through it.

A clean end notes size and time of the file. Where they are others at the next start, the program was killed, or
something else has written to the file: then SQLite's quick check reads every page.
"""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from core.catalog.sqlite_errors import told
from core.values.errors import CatalogDamagedError
from core.values.paths import shown

CHECKED_AT_ONCE_BYTES = 256 << 20
"""A larger file is looked through in the background: reading so much takes some seconds on a slow disk."""


def is_known_whole(path: Path) -> bool:
    """Tell whether the file is as the last clean end left it."""
    try:
        return _noted(path).read_text("ascii") == _stamp(path)
    except (OSError, ValueError):
        return False


def note_whole(path: Path) -> None:
    """Note that the catalog was closed cleanly. Does nothing where that cannot be written."""
    with suppress(OSError):
        wal = path.with_name(path.name + "-wal")
        if not (wal.exists() and wal.stat().st_size):
            _noted(path).write_text(_stamp(path), "ascii")


def distrust(path: Path) -> None:
    """Have the next start look through the file."""
    with suppress(OSError):
        _noted(path).unlink(missing_ok=True)


def verify(path: Path) -> None:
    """Read every page. Raises `CatalogDamagedError`, and `LibraryUnwritableError` where it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=30.0)) as connection:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise told(error, path) or error from error
    if answer is None or answer[0] != "ok":
        what = str(answer[0]).splitlines()[-1] if answer else "nothing can be read"
        raise CatalogDamagedError(f"The catalog {shown(path)} is damaged: {what}.", path)


def _noted(path: Path) -> Path:
    return path.with_name(path.name + ".closed")


def _stamp(path: Path) -> str:
    status = os.stat(path)
    return f"{status.st_size} {status.st_mtime_ns}"
