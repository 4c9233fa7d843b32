"""The catalog file: made, migrated, refused, set aside."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, inspect
from sqlalchemy.orm import InstrumentedAttribute

from core.catalog import backups, database
from core.catalog.backups import BackupKind
from core.catalog.distinct_values import distinct_values
from core.catalog.schema import PHOTO_TEXT_DDL, Base, Photo
from core.values.errors import CatalogTooNewError, CatalogTooOldError


def _tables_sql(path: Path) -> dict[str, str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
    connection.close()
    return {name: " ".join(sql.split()) for name, sql in rows}


# WORKAROUND: SQLAlchemy reads back two computed columns that ALTER TABLE put on one line as one:
# https://github.com/sqlalchemy/sqlalchemy/blob/main/lib/sqlalchemy/dialects/sqlite/base.py (get_columns).
@pytest.mark.filterwarnings("ignore:Computed default")
def test_the_migrations_build_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    engine = database.open_for_writing(tmp_path / "catalog.sqlite")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = [
            difference
            for difference in compare_metadata(context, Base.metadata)
            if not (difference[0] == "remove_table" and difference[1].name.startswith("photo_text"))
        ]
    engine.dispose()

    assert differences == []


def test_the_migrations_use_the_same_constraints_and_key_rules_as_the_schema(tmp_path: Path) -> None:
    database.open_for_writing(tmp_path / "migrated.sqlite").dispose()
    direct = create_engine(f"sqlite:///{tmp_path / 'direct.sqlite'}")
    with direct.begin() as connection:
        Base.metadata.create_all(connection)
        connection.exec_driver_sql(PHOTO_TEXT_DDL)
    with direct.connect() as connection:
        expected_checks = {
            table: {check["sqltext"] for check in inspect(connection).get_check_constraints(table)}
            for table in Base.metadata.tables
        }
    direct.dispose()
    migrated = create_engine(f"sqlite:///{tmp_path / 'migrated.sqlite'}")
    with migrated.connect() as connection:
        checks = {
            table: {check["sqltext"] for check in inspect(connection).get_check_constraints(table)}
            for table in Base.metadata.tables
        }
    migrated.dispose()

    assert checks == expected_checks
    autoincrement = {name for name, sql in _tables_sql(tmp_path / "direct.sqlite").items() if "AUTOINCREMENT" in sql}
    assert autoincrement == {"photos", "files", "embeddings", "enrichment_queue", "jobs"}
    assert autoincrement == {
        name for name, sql in _tables_sql(tmp_path / "migrated.sqlite").items() if "AUTOINCREMENT" in sql
    }


@pytest.mark.parametrize("column", [Photo.camera_key, Photo.lens, Photo.place_key])
def test_what_is_filtered_by_is_found_by_an_index(tmp_path: Path, column: InstrumentedAttribute[str | None]) -> None:
    engine = database.open_for_writing(tmp_path / "catalog.sqlite")
    with engine.begin() as connection:
        connection.execute(insert(Photo).values(sort_at=0, added_at=0, camera_make="A", lens="A", town="A"))
        assert [value.split("\x1f")[0] for value in distinct_values(connection, column)] == ["A"]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT id FROM photos WHERE {column.key} IN ('A', 'B')")
        assert "SEARCH photos USING" in " ".join(row[3] for row in plan)
    engine.dispose()


def test_a_migration_that_fails_leaves_no_half_made_tables(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    engine = database._connect(path, read_only=False)  # the connection rules without the migration

    def half_a_migration() -> None:
        with engine.execution_options(**{database.WRITING: True}).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE half (made INTEGER)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_migration()
    engine.dispose()

    assert _tables_sql(path) == {}


def test_a_catalog_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    database.open_for_writing(path).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(CatalogTooNewError, match="newer version"):
        database.open_for_writing(path)

    assert path.read_bytes() == before


def test_a_catalog_of_an_older_program_is_copied_and_migrated(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    older, newest = database.revisions_known()[0], database.revisions_known()[-1]
    assert older != newest
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, older)
        connection.exec_driver_sql("INSERT INTO roots (path, added_at) VALUES (x'2f70686f746f73', 7)")
    engine.dispose()

    database.open_for_writing(path).dispose()

    with sqlite3.connect(path) as catalog:
        assert catalog.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest,)]
        assert catalog.execute("SELECT path, added_at FROM roots").fetchall() == [(b"/photos", 7)]
        indices = {row[0] for row in catalog.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    catalog.close()
    assert "embeddings_moment" in indices
    (backup,) = backups.all_backups(path)
    assert backup.kind is BackupKind.MIGRATION
    with sqlite3.connect(backup.path) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(older,)]
        assert copy.execute("SELECT path FROM roots").fetchall() == [(b"/photos",)]
    copy.close()


def test_the_revisions_known_are_those_that_alembic_finds() -> None:
    found = [script.revision for script in ScriptDirectory(str(database.MIGRATIONS)).walk_revisions()]

    assert database.revisions_known() == list(reversed(found))


def test_a_catalog_that_needs_no_migration_is_opened_without_importing_alembic(tmp_path: Path) -> None:
    database.open_for_writing(tmp_path / "catalog.sqlite").dispose()
    code = (
        "import sys; from pathlib import Path; from core.catalog import database;"
        "database.open_for_writing(Path(sys.argv[1])).dispose(); print('alembic' in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "catalog.sqlite")], check=True, capture_output=True, text=True
    )

    assert said.stdout.strip() == "False"


def test_a_catalog_of_an_older_program_is_not_read_and_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    database.open_for_writing(path).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()

    with pytest.raises(CatalogTooOldError, match="eidetic index"):
        database.open_for_reading(path)
