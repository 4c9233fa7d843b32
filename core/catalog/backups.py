"""Backups of the catalog: what cannot be read again from the photos, whole and checked, some days and weeks back.

A backup is a catalog without what is derived (vectors, labels, read text, full text): these are made again, from the
thumbnails mostly. It is written aside and renamed, so nothing that looks like a backup is half of one.
"""

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from core.catalog.sqlite_errors import told
from core.catalog.table_copy import columns_of, tables_of
from core.values.errors import LibraryUnwritableError, UsageError
from core.values.paths import shown

DAYS, WEEKS, OTHERS = 7, 4, 5
"""The newest of so many days and weeks are kept, and so many made before something was changed or by hand."""
DAY_S = 24 * 60 * 60
DERIVED = frozenset({"embeddings", "models", "photo_labels", "picture_texts", "jobs"})
_RESERVE_BYTES = 4 << 20
_NAME = re.compile(r"catalog-(\d{8}-\d{6})(?:-\d+)?-(\w+)\.sqlite")
_TIME = "%Y%m%d-%H%M%S"


class BackupKind(StrEnum):
    """Why a backup was made."""

    DAILY = "daily"
    MIGRATION = "migration"
    REMOVAL = "removal"
    RESTORE = "restore"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup. `made_at`: local time."""

    path: Path
    kind: BackupKind
    made_at: datetime
    bytes: int


def folder_of(catalog: Path) -> Path:
    """Return where the backups of a catalog are."""
    return catalog.parent / "backups"


def all_backups(catalog: Path) -> list[Backup]:
    """Return the backups there are, the newest first."""
    found = []
    folder = folder_of(catalog)
    for path in folder.iterdir() if folder.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match is None or match[2] not in set(BackupKind):
            continue
        with suppress(ValueError, OSError):
            made_at = datetime.strptime(match[1], _TIME)
            found.append(Backup(path, BackupKind(match[2]), made_at, path.stat().st_size))
    return sorted(found, key=lambda backup: (backup.made_at, backup.path.name), reverse=True)


def is_due(catalog: Path, now: float) -> bool:
    """Tell whether the catalog changed since the last backup, which is a day old or more."""
    backups = all_backups(catalog)
    if not catalog.exists():
        return False
    if not backups:
        return True
    newest = max(backup.path.stat().st_mtime for backup in backups)
    wal = catalog.with_name(catalog.name + "-wal")
    changed = max(file.stat().st_mtime for file in (catalog, wal) if file.exists())
    return changed > newest and now - newest >= DAY_S


def make(catalog: Path, kind: BackupKind, now: float | None = None) -> Backup:
    """Make a backup and let go of those that are too many.

    Raises:
        LibraryUnwritableError: there is not enough space, or the folder cannot be written. Nothing is left behind.
        CatalogDamagedError: the catalog cannot be read whole; it makes no backup.
    """
    folder = folder_of(catalog)
    stamp = time.strftime(_TIME, time.localtime(now))
    final = folder / f"catalog-{stamp}-{kind}.sqlite"
    number = 1
    while final.exists():
        number += 1
        final = folder / f"catalog-{stamp}-{number}-{kind}.sqlite"
    draft = folder / f".{final.name}.making"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_space(folder, catalog.stat().st_size, "A backup of the catalog")
        _copy(catalog, draft)
        os.chmod(draft, 0o600)
        draft.replace(final)
    except sqlite3.Error as error:
        raise told(error, catalog) or error from error
    except OSError as error:
        raise LibraryUnwritableError(
            f"A backup cannot be written to {shown(folder)}: {error.strerror or error}. Nothing stored is lost."
        ) from error
    finally:
        for leftover in (draft, draft.with_name(draft.name + "-journal")):
            leftover.unlink(missing_ok=True)
    made = Backup(final, kind, datetime.strptime(stamp, _TIME), final.stat().st_size)
    for old in superfluous(all_backups(catalog)):
        with suppress(OSError):
            old.path.unlink()
    return made


def superfluous(backups: Sequence[Backup]) -> list[Backup]:
    """Return which to let go of: all but the newest of seven days and four weeks, and the last of the others."""
    newest_first = sorted(backups, key=lambda backup: backup.made_at, reverse=True)
    days: dict[object, Backup] = {}
    weeks: dict[object, Backup] = {}
    for backup in newest_first:
        if backup.kind not in {BackupKind.DAILY, BackupKind.MANUAL}:
            # What was before a change for the worse must not take the place of what was before that.
            continue
        days.setdefault(backup.made_at.date(), backup)
        weeks.setdefault(backup.made_at.isocalendar()[:2], backup)
    kept = {backup.path for backup in [*list(days.values())[:DAYS], *list(weeks.values())[:WEEKS]]}
    for of_kind in ({BackupKind.MANUAL}, {BackupKind.MIGRATION, BackupKind.REMOVAL, BackupKind.RESTORE}):
        kept |= {backup.path for backup in [one for one in newest_first if one.kind in of_kind][:OTHERS]}
    return [backup for backup in newest_first if backup.path not in kept]


def is_good(path: Path) -> bool:
    """Tell whether a backup, or another SQLite file, can be read whole."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()
            return bool(answer and answer[0] == "ok" and tables_of(connection))
    except sqlite3.Error:
        return False


def newest_good(catalog: Path) -> Backup | None:
    """Return the newest backup that can be read whole."""
    return next((backup for backup in all_backups(catalog) if is_good(backup.path)), None)


def named(catalog: Path, name: str | None) -> Backup:
    """Return the backup of that file name; the newest good one when None.

    Raises:
        UsageError: there is none, or it is damaged.
    """
    if name is None:
        newest = newest_good(catalog)
        if newest is None:
            raise UsageError("There is no backup yet. `eidetic backup make` makes one.")
        return newest
    for backup in all_backups(catalog):
        if name in {backup.path.name, backup.path.stem}:
            if not is_good(backup.path):
                raise UsageError(f"The backup {name} is damaged. `eidetic backup list` shows the others.")
            return backup
    raise UsageError(f"There is no backup {name!r}. `eidetic backup list` shows those there are.")


def restore(catalog: Path, backup: Backup) -> Backup | None:
    """Put a backup in the place of the catalog; what is there now becomes a backup first, which is returned.

    The library must not be open. What is derived is made again; the caller drops the files of vectors.
    """
    fresh = catalog.with_name(catalog.name + ".restoring")
    try:
        require_space(catalog.parent, backup.path.stat().st_size, "Restoring")
        shutil.copyfile(backup.path, fresh)
        os.chmod(fresh, 0o600)
        before = make(catalog, BackupKind.RESTORE) if is_good(catalog) else None
        for side in ("-wal", "-shm"):
            catalog.with_name(catalog.name + side).unlink(missing_ok=True)
        fresh.replace(catalog)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise LibraryUnwritableError(f"The backup cannot be restored: {error.strerror or error}.") from error
    return before


def require_space(folder: Path, length: int, what: str) -> None:
    """Raise `LibraryUnwritableError` where less than `length` bytes and a reserve are free."""
    needed = length + _RESERVE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise LibraryUnwritableError(
            f"{what} needs {-(-needed // 1_000_000)} MB in {shown(folder)}, and {free // 1_000_000} MB are free. "
            "Free some space."
        )


def _copy(catalog: Path, draft: Path) -> None:
    """Write all but what is derived to `draft`, as of one moment, and check it."""
    with closing(sqlite3.connect(draft.absolute().as_uri(), uri=True, isolation_level=None)) as target:
        target.execute("ATTACH ? AS source", (f"{catalog.absolute().as_uri()}?mode=ro",))
        target.execute("BEGIN")
        objects = target.execute("SELECT type, name, tbl_name, sql FROM source.sqlite_master").fetchall()
        virtual = [name for kind, name, _, sql in objects if kind == "table" and sql.startswith("CREATE VIRTUAL")]
        behind = tuple(f"{name}_" for name in virtual)
        for kind, name, _, sql in objects:
            if kind == "table" and not name.startswith(("sqlite_", *behind)):
                target.execute(sql)
                if name not in virtual and name not in DERIVED:
                    # By name: a column that is computed from others is none to be written.
                    columns = ", ".join(f'"{column}"' for column in columns_of(target, name))
                    target.execute(f'INSERT INTO main."{name}" ({columns}) SELECT {columns} FROM source."{name}"')
        target.execute("DELETE FROM main.sqlite_sequence")
        target.execute("INSERT INTO main.sqlite_sequence SELECT * FROM source.sqlite_sequence")
        for kind, _, table, sql in objects:
            if kind == "index" and sql is not None and not table.startswith(behind):
                target.execute(sql)
        target.execute("COMMIT")
        target.execute("DETACH source")
        answer = target.execute("PRAGMA quick_check(1)").fetchone()
        if answer is None or answer[0] != "ok":
            raise OSError(f"what was written cannot be read back: {answer}")
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
