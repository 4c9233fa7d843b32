"""Files that wait: order, flights, deaths of the engine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.catalog import database, folders, queue, roots
from core.catalog.differences import Difference, Entry
from core.catalog.queue import WaitingFile
from core.catalog.transaction import Transactions
from core.values.photo import MediaKind


@pytest.fixture
def transactions(tmp_path: Path) -> Iterator[Transactions]:
    made = Transactions(database.open_for_writing(tmp_path / "catalog.sqlite"))
    with made.begin() as transaction:
        root_id = roots.add(transaction, os.fsencode(tmp_path))
        entries = tuple(Entry(b"%d.jpg" % number, 10, number, 0, 0, MediaKind.IMAGE) for number in range(6))
        folders.apply_diff(transaction, root_id, b"", Difference(new=entries), queued_at=1)
    yield made
    made.engine.dispose()


def _take(transactions: Transactions, limit: int = 10, *, suspects: bool = False) -> list[WaitingFile]:
    with transactions.begin() as transaction:
        return queue.take(transaction, limit, suspects=suspects, model_id=None)


def _die_and_start(transactions: Transactions) -> int:
    with transactions.begin() as transaction:
        return queue.recover(transaction)


def _names(files: list[WaitingFile]) -> list[str]:
    return [os.path.basename(file.path) for file in files]


def test_the_newest_come_first_and_none_twice(transactions: Transactions) -> None:
    assert _names(_take(transactions, 4)) == ["5.jpg", "4.jpg", "3.jpg", "2.jpg"]
    assert _names(_take(transactions, 4)) == ["1.jpg", "0.jpg"]
    assert _take(transactions) == []


def test_files_in_flight_when_the_engine_died_come_after_all_others(transactions: Transactions) -> None:
    _take(transactions, 2)
    assert _die_and_start(transactions) == 0

    assert _names(_take(transactions)) == ["3.jpg", "2.jpg", "1.jpg", "0.jpg"]
    assert _names(_take(transactions, suspects=True)) == ["5.jpg", "4.jpg"]


def test_a_file_is_set_aside_after_three_deaths_and_can_be_retried(transactions: Transactions) -> None:
    _take(transactions, 1)
    assert _die_and_start(transactions) == 0
    _take(transactions, 1, suspects=True)
    assert _die_and_start(transactions) == 0
    _take(transactions, 1, suspects=True)
    assert _die_and_start(transactions) == 1

    with transactions.engine.connect() as connection:
        row = connection.execute(text("SELECT name, reason FROM files WHERE state = 'failed'")).one()
    assert (row.name, row.reason) == (b"5.jpg", queue.SET_ASIDE_REASON)

    with transactions.begin() as transaction:
        assert queue.retry(transaction, None) == 1
    assert _names(_take(transactions, 1)) == ["5.jpg"]


def test_files_given_back_wait_again_without_blame(transactions: Transactions) -> None:
    taken = _take(transactions, 3)
    with transactions.begin() as transaction:
        queue.release(transaction, [file.file_id for file in taken])
    _die_and_start(transactions)

    assert len(_take(transactions)) == 6


def test_files_of_an_offline_root_do_not_count_as_waiting(transactions: Transactions) -> None:
    with transactions.engine.connect() as connection:
        root = roots.all_roots(connection)[0]
    with transactions.begin() as transaction:
        roots.set_offline(transaction, root.root_id, "unplugged")

    assert _take(transactions) == []
    with transactions.engine.connect() as connection:
        assert queue.waiting(connection) == 0
