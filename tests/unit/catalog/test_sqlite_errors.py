"""What SQLite says, sorted by its own result codes, from errors that SQLite itself raised."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from core.catalog import database
from core.catalog.sqlite_errors import Fault, fault_of, told
from core.values.errors import CatalogDamagedError, LibraryUnwritableError


def _error(path: Path, statement: str, uri: str = "") -> sqlite3.Error:
    connection = sqlite3.connect(f"{path.as_uri()}?{uri}", uri=True, timeout=0)
    try:
        with pytest.raises(sqlite3.Error) as raised:
            connection.execute(statement).fetchall()
    finally:
        connection.close()
    return raised.value


def test_a_file_that_is_no_database_is_corruption(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"no database " * 100)
    error = _error(path, "SELECT * FROM sqlite_master")

    assert fault_of(error) is Fault.CORRUPTION
    expected = told(error, path)
    assert isinstance(expected, CatalogDamagedError)
    assert expected.path == path


def test_a_full_read_only_or_held_database_is_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    holder = sqlite3.connect(path)
    holder.execute("CREATE TABLE t (a)")
    full = sqlite3.connect(path)
    full.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.Error) as raised:
        full.execute("INSERT INTO t VALUES (zeroblob(100000))")
    full.close()
    errors = [raised.value, _error(path, "INSERT INTO t VALUES (1)", "mode=ro")]
    holder.execute("BEGIN EXCLUSIVE")
    errors.append(_error(path, "SELECT * FROM t"))
    holder.close()

    assert {fault_of(error) for error in errors} == {Fault.ENVIRONMENT}
    assert all(isinstance(told(error, path), LibraryUnwritableError) for error in errors)
    assert "full" in str(told(errors[0], path))


def test_wrong_sql_is_a_bug_and_told_as_one(tmp_path: Path) -> None:
    error = _error(tmp_path / "catalog.sqlite", "SELECT * FROM nothing")

    assert fault_of(error) is Fault.BUG
    assert told(error, tmp_path) is None
    assert fault_of(ValueError()) is Fault.BUG


def test_damage_met_by_any_reader_of_the_catalog_is_told_as_damage(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    database.open_for_writing(path).dispose()
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO recent_searches VALUES (?, 0)", [(f"{number} {'x' * 500}",) for number in range(4000)]
        )
    connection.close()
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2 :] = b"\xa5" * (len(whole) - len(whole) // 2)
    path.write_bytes(whole)

    engine = database.open_for_reading(path)
    with pytest.raises(CatalogDamagedError), engine.connect() as read:
        read.execute(text("SELECT sum(length(text)) FROM recent_searches NOT INDEXED")).all()
    engine.dispose()
