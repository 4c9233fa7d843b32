"""Rows come from a thread, once; what is gone is not asked for again at each painting."""

import pytest

from core.catalog.reader import CatalogReader
from core.values.photo import PhotoId
from desktop_app.backend.tasks import TaskRunner
from desktop_app.grid.row_cache import RowCache
from tests.qt.plugin import Wait
from tests.unit.desktop_app.grid.catalog import ThreadCatalog
from tests.unit.desktop_app.library_builder import LibraryBuilder


@pytest.fixture
def catalog(reader: CatalogReader, tasks: TaskRunner) -> ThreadCatalog:
    return ThreadCatalog(reader, tasks)


def test_a_row_is_a_placeholder_until_it_came_and_is_read_once(
    library: LibraryBuilder, catalog: ThreadCatalog, wait: Wait
) -> None:
    photo_id = library.add("a.jpg")
    rows = RowCache(catalog)
    assert rows.get(photo_id) is None
    rows.want([photo_id])
    wait(lambda: rows.get(photo_id) is not None)
    rows.want([photo_id])
    rows.want([photo_id, library.add("b.jpg")])
    wait(lambda: len(catalog.counting.asked) == 2)
    assert photo_id not in catalog.counting.asked[1]


def test_what_is_gone_is_remembered_as_gone_until_something_changed(
    library: LibraryBuilder, catalog: ThreadCatalog, wait: Wait
) -> None:
    rows, gone = RowCache(catalog), PhotoId(77)
    rows.want([gone])
    wait(lambda: rows.is_gone(gone))
    for _ in range(3):
        rows.want([gone])
    here = library.add("a.jpg")
    rows.want([gone, here])
    wait(lambda: rows.get(here) is not None)
    assert [gone in asked for asked in catalog.counting.asked] == [True, False]
    rows.forget([gone])
    rows.want([gone])
    wait(lambda: len(catalog.counting.asked) == 3)


def test_a_changed_row_is_shown_as_it_was_until_it_is_read_anew(
    library: LibraryBuilder, catalog: ThreadCatalog, wait: Wait
) -> None:
    photo_id = library.add("a.jpg")
    rows = RowCache(catalog)
    rows.want([photo_id])
    wait(lambda: rows.get(photo_id) is not None)
    library.change(photo_id, favourite=True)
    rows.forget(None)
    before = rows.get(photo_id)
    assert before is not None
    assert not before.favourite
    rows.want([photo_id])
    wait(lambda: (row := rows.get(photo_id)) is not None and row.favourite)


def test_while_one_question_is_asked_the_newest_of_the_others_waits(
    library: LibraryBuilder, catalog: ThreadCatalog, wait: Wait
) -> None:
    ids = [library.add(f"{number}.jpg") for number in range(30)]
    rows = RowCache(catalog)
    for photo_id in ids:
        rows.want([photo_id])
    wait(lambda: rows.get(ids[-1]) is not None)
    assert sum(map(len, catalog.counting.asked)) <= 2
