"""The window's way to the catalog: open as soon as it can be read, and patient while the engine is at it."""

import logging
import sqlite3
from contextlib import closing

import pytest

from desktop_app.backend.catalog import CatalogLink
from desktop_app.backend.tasks import TaskRunner
from tests.qt.plugin import Wait
from tests.unit.desktop_app.library_builder import LibraryBuilder


def test_a_catalog_of_an_older_version_is_opened_once_the_engine_has_brought_it_up_to_date(
    library: LibraryBuilder, tasks: TaskRunner, wait: Wait, caplog: pytest.LogCaptureFixture
) -> None:
    def set_version(version: str) -> str:
        with closing(sqlite3.connect(library.paths.catalog)) as catalog, catalog:
            (before,) = catalog.execute("SELECT version_num FROM alembic_version").fetchone()
            catalog.execute("UPDATE alembic_version SET version_num = ?", (version,))
        return str(before)

    link = CatalogLink(library.paths, tasks)
    told: list[str] = []
    link.opened.connect(lambda: told.append("opened"))
    link.absent.connect(lambda: told.append("absent"))
    link.failed.connect(told.append)
    newest = set_version("0001")
    with caplog.at_level(logging.INFO, "desktop_app.backend.catalog"):
        link.open()
        wait(lambda: "older version" in caplog.text or bool(told))
    assert (told, link.is_open) == ([], False)

    set_version(newest)
    link.open()
    wait(lambda: link.is_open)
    assert told == ["opened"]
    link.close()
