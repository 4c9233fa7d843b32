"""Copies rows from one SQLite file to another, table by table; out of a damaged one, whatever can be read.

Knows nothing of what the tables mean. Both files stay as they are but for the rows that are added to the target.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.catalog.sqlite_errors import Fault, fault_of

_CHUNK = 512
_LARGEST_ROWID = 1 << 40

Row = tuple[object, ...]


@dataclass(slots=True)
class Salvaged:
    """What came out of a damaged file.

    Attributes:
        rows: how many, by table.
        lost: tables of which something could not be read.
    """

    rows: dict[str, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)


def tables_of(connection: sqlite3.Connection) -> list[str]:
    """Return the ordinary tables: neither SQLite's own, nor virtual ones and what stands behind them."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    virtual = [name for name, sql in rows if sql and sql.upper().startswith("CREATE VIRTUAL")]
    return [
        name
        for name, _ in rows
        if not name.startswith("sqlite_")
        and name not in virtual
        and not any(name.startswith(f"{table}_") for table in virtual)
    ]


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of a table's columns but for computed ones; none where there is no such table."""
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]


def salvage_rows(source: sqlite3.Connection, target: sqlite3.Connection, tables: list[str]) -> Salvaged:
    """Copy every row of `tables` that can still be read. The target's own constraints sort out what makes no sense."""
    found = Salvaged()
    for table in tables:
        found.rows[table] = 0
        try:
            there = set(columns_of(source, table))
        except sqlite3.Error:
            there = set()
        columns = [name for name in columns_of(target, table) if name in there]
        if not columns:
            found.lost.add(table)
            continue
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        for rows, is_whole in _readable(source, table, names):
            if not is_whole:
                found.lost.add(table)
                continue
            for row in rows:
                try:
                    target.execute(f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})', row)
                    found.rows[table] += 1
                except sqlite3.IntegrityError:
                    found.lost.add(table)
    return found


def _readable(source: sqlite3.Connection, table: str, names: str) -> Iterator[tuple[list[Row], bool]]:
    """Yield rows, and that something is missing between them: an unreadable stretch is halved until what is bad is out.

    Raises nothing that comes of damage.
    """
    after = -1
    while True:
        try:
            rows = source.execute(
                f'SELECT rowid, {names} FROM "{table}" WHERE rowid > ? ORDER BY rowid LIMIT {_CHUNK}', (after,)
            ).fetchall()
        except sqlite3.Error as error:
            if fault_of(error) is not Fault.CORRUPTION:
                raise
            break
        if not rows:
            return
        after = rows[-1][0]
        yield [row[1:] for row in rows], True
    yield [], False
    stretches = [(after + 1, _last_rowid(source, table, after))]
    while stretches:
        low, high = stretches.pop()
        if low > high:
            continue
        try:
            rows = source.execute(f'SELECT {names} FROM "{table}" WHERE rowid BETWEEN ? AND ?', (low, high)).fetchall()
            yield rows, True
        except sqlite3.Error as error:
            if fault_of(error) is not Fault.CORRUPTION:
                raise
            if low < high:
                middle = (low + high) // 2
                stretches += [(middle + 1, high), (low, middle)]


def _last_rowid(source: sqlite3.Connection, table: str, at_least: int) -> int:
    """Return up to which row id it is worth looking."""
    for question in (f'SELECT max(rowid) FROM "{table}"', f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"):
        try:
            row = source.execute(question).fetchone()
        except sqlite3.Error:
            continue
        if row is not None and isinstance(row[0], int):
            return min(row[0], _LARGEST_ROWID)
    return at_least + (1 << 20)
