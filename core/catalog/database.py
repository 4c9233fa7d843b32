"""Opens the catalog: connection settings, migrations, and what to do when the file is new, old, too new or damaged."""

import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.pool import QueuePool

from core.catalog import annotation_mirror, backups, integrity, salvage
from core.catalog.sqlite_errors import Fault, fault_of, told
from core.values.errors import CatalogDamagedError, CatalogTooNewError, CatalogTooOldError
from core.values.paths import shown

log = logging.getLogger(__name__)

BUSY_SECONDS = 30.0
WRITING = "writing"
"""Execution option of a connection: its transactions take the right to write at once, not at the first change."""
MIGRATIONS = Path(__file__).with_name("migrations")
_HAS_REVISION = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
_REVISION = "SELECT version_num FROM alembic_version"


def open_for_writing(
    path: Path,
    *,
    on_repaired: Callable[[str], None] = lambda _: None,
    on_damage: Callable[[CatalogDamagedError], None] = lambda _: None,
) -> Engine:
    """Open the catalog at `path`, making, migrating or repairing it first.

    A catalog that is to be migrated is backed up before. A damaged one is repaired from what can be read of it and
    the second copies; see `core.catalog.salvage`.

    Args:
        path: of the file.
        on_repaired: told what became of a damaged catalog.
        on_damage: called, in the thread that meets it, with damage that shows later.

    Raises:
        CatalogTooNewError: a newer program wrote it. It is left alone.
        LibraryUnwritableError: the folder cannot be written, or has no space for a backup.
    """
    try:
        check(path)
        _must_say_its_revision(path)
        if _is_to_be_verified(path):
            integrity.verify(path)
    except CatalogDamagedError as error:
        on_repaired(repair(path, error))
    engine = _connect(path, read_only=False, on_damage=on_damage)
    try:
        _migrate(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


def repair(path: Path, error: CatalogDamagedError) -> str:
    """Repair a damaged catalog that nobody has open; returns what to tell of it."""
    report = salvage.salvage(path, _migrate_to)
    log.warning("%s %s Lost something of: %s.", error, report, ", ".join(report.lost) or "nothing")
    integrity.note_whole(path)
    return str(report)


def repair_states(path: Path) -> None:
    """Work out states and texts of all photos anew; of a backup that was put in place, which has no vectors."""
    engine = open_for_writing(path)
    try:
        salvage.work_out_anew(engine)
    finally:
        engine.dispose()


def open_for_reading(path: Path) -> Engine:
    """Open an existing catalog read-only; safe beside a writer (WAL).

    Raises:
        FileNotFoundError: there is none yet.
        CatalogDamagedError, CatalogTooNewError, CatalogTooOldError: it cannot be used as it is; it is left alone.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    check(path)
    with closing(_connected(path, read_only=True)) as connection:
        row = connection.execute(_REVISION).fetchone() if connection.execute(_HAS_REVISION).fetchone() else None
    if row is not None and row[0] != revisions_known()[-1]:
        raise CatalogTooOldError(
            f"The catalog {shown(path)} was written by an older version of Eidetic. Run `eidetic index` once, or open "
            "the window: that brings it up to date, after a backup."
        )
    return _connect(path, read_only=True)


def check(path: Path) -> None:
    """Raise when the file at `path` exists and this program cannot use it. Reads a few pages only."""
    if not path.exists():
        return
    if path.stat().st_size == 0:
        if has_second_copy(path):
            raise CatalogDamagedError(f"The catalog {shown(path)} is damaged: it is empty.", path)
        return
    with closing(_connected(path, read_only=True)) as connection:
        try:
            has_revision = connection.execute(_HAS_REVISION).fetchone()
            revisions = {row[0] for row in connection.execute(_REVISION)} if has_revision else set()
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            page_size = connection.execute("PRAGMA page_size").fetchone()[0]
        except sqlite3.Error as error:
            raise told(error, path) or error from error
    wal = path.with_name(path.name + "-wal")
    if path.stat().st_size < pages * page_size and not (wal.exists() and wal.stat().st_size):
        raise CatalogDamagedError(f"The catalog {shown(path)} is damaged: it is cut short.", path)
    if revisions - set(revisions_known()):
        raise CatalogTooNewError(
            f"The catalog {shown(path)} was written by a newer version of Eidetic. Install that version to open it."
        )


def revisions_known() -> list[str]:
    """Revisions of the catalog that this program knows, oldest first.

    From the names of the migrations (`m0001_first_catalog.py`): Alembic, which would read them, is imported only to
    migrate, because it takes longer to import than everything else that opening a catalog does.
    """
    return sorted(path.name.removeprefix("m").split("_", 1)[0] for path in (MIGRATIONS / "versions").glob("m*.py"))


def has_second_copy(path: Path) -> bool:
    """Tell whether there was a catalog at `path` before: it has backups, or a mirror of what was said of photos."""
    return bool(backups.all_backups(path)) or annotation_mirror.path_of(path).exists()


def _must_say_its_revision(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    with closing(_connected(path, read_only=True)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        says = "alembic_version" in tables and connection.execute(_REVISION).fetchone() is not None
    if "photos" in tables and not says:
        raise CatalogDamagedError(
            f"The catalog {shown(path)} is damaged: it does not say of which version it is.", path
        )


def _is_to_be_verified(path: Path) -> bool:
    if not path.exists() or integrity.is_known_whole(path):
        return False
    return path.stat().st_size <= integrity.CHECKED_AT_ONCE_BYTES


def _connect(
    path: Path, *, read_only: bool, on_damage: Callable[[CatalogDamagedError], None] = lambda _: None
) -> Engine:
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: _connected(path, read_only=read_only),
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
    )

    @event.listens_for(engine, "handle_error")
    def sort(context: ExceptionContext) -> None:
        # Whoever uses the catalog, wherever: what SQLite says of the disk or the file becomes a message for the user.
        expected = told(context.original_exception, path)
        if isinstance(expected, CatalogDamagedError):
            integrity.distrust(path)
            on_damage(expected)
        if expected is not None:
            raise expected from context.original_exception

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _connected(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open one connection. Raises what `sqlite_errors.told` makes of what goes wrong."""
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    try:
        if not read_only:
            return _configured(_opened(uri), writing=True)
        try:
            return _configured(_opened(uri), writing=False)
        except sqlite3.OperationalError as error:
            if fault_of(error) is not Fault.ENVIRONMENT or not _is_whole_without_wal(path):
                raise
            # On read-only media there is nowhere to put the shared memory that WAL needs; nobody writes there either.
            return _configured(_opened(f"{uri}&immutable=1"), writing=False)
    except sqlite3.Error as error:
        raise told(error, path) or error from error


def _opened(uri: str) -> sqlite3.Connection:
    # Transactions are begun by us (see `_connect`): the sqlite3 module would begin them by itself, but only at the
    # first change of rows, so that neither what was read before nor a change of tables would be inside.
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)


def _configured(connection: sqlite3.Connection, *, writing: bool) -> sqlite3.Connection:
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        if writing:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _is_whole_without_wal(path: Path) -> bool:
    wal = path.with_name(path.name + "-wal")
    return not (wal.exists() and wal.stat().st_size) and not os.access(path.parent, os.W_OK)


def _migrate(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        has_revision = connection.exec_driver_sql(_HAS_REVISION).scalar()
        current = connection.exec_driver_sql(_REVISION).scalar() if has_revision else None
    if current == revisions_known()[-1]:
        return
    if current is not None:
        size = path.stat().st_size
        backups.require_space(path.parent, 2 * size, "Bringing the library to this version")
        backups.make(path, backups.BackupKind.MIGRATION)
    _upgrade(engine, "head")


def _migrate_to(path: Path, revision: str | None) -> None:
    engine = _connect(path, read_only=False)
    try:
        _upgrade(engine, revision or "head")
    finally:
        engine.dispose()


def _upgrade(engine: Engine, revision: str) -> None:
    # Imported here, because it takes longer than everything else that opening a catalog does.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
