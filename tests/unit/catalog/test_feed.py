"""Changes reach every subscriber, in order, whatever another one does."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.catalog import annotations, database
from core.catalog.changes import Changes, merged
from core.catalog.feed import ChangeFeed
from core.catalog.transaction import Transactions
from core.values.photo import EmbeddingId, PhotoId


@pytest.fixture
def feed() -> Iterator[ChangeFeed]:
    feed = ChangeFeed()
    yield feed
    feed.close()


def rows(*ids: int) -> Changes:
    return Changes(rows=frozenset(ids))


class Stubborn:
    """A subscriber that raises as often as it is told to."""

    def __init__(self, failures: int) -> None:
        self.left = failures
        self.got: list[Changes] = []

    def __call__(self, changes: Changes) -> None:
        if self.left:
            self.left -= 1
            raise MemoryError("no room")
        self.got.append(changes)


@pytest.mark.expects_log("The index did not follow")
def test_one_that_raises_is_reported_once_and_gets_all_of_it_later(feed: ChangeFeed) -> None:
    problems: list[str] = []
    feed.report_to(problems.append)
    index, other = Stubborn(2), Stubborn(0)
    feed.subscribe("The index", index)
    feed.subscribe("The rest", other)
    feed.publish(rows(1))
    assert not feed.flush()
    feed.publish(rows(2))
    feed.flush()
    assert feed.flush()
    assert merged(index.got).rows == {1, 2}
    assert [one.rows for one in other.got] == [{1}, {2}]
    assert len(problems) == 1
    assert "The index" in problems[0]
    assert "no room" in problems[0]


@pytest.mark.expects_log("The index did not follow")
def test_one_that_raises_is_tried_again_without_being_asked(feed: ChangeFeed) -> None:
    delivered = threading.Event()

    class Once(Stubborn):
        def __call__(self, changes: Changes) -> None:
            super().__call__(changes)
            delivered.set()

    feed.subscribe("The index", Once(1))
    feed.publish(rows(1))
    assert delivered.wait(20)


def test_a_slow_subscriber_gets_what_gathered_in_one(feed: ChangeFeed) -> None:
    begun, go_on = threading.Event(), threading.Event()
    got: list[Changes] = []

    def slow(changes: Changes) -> None:
        got.append(changes)
        begun.set()
        assert go_on.wait(20)

    feed.subscribe("Slow", slow)
    feed.publish(Changes(vectors_added={1: (EmbeddingId(7),)}))
    assert begun.wait(20)
    for key in (8, 9):
        feed.publish(Changes(vectors_added={1: (EmbeddingId(key),)}, order_changed=key == 9))
    go_on.set()
    assert feed.flush()
    assert [dict(one.vectors_added) for one in got] == [{1: (7,)}, {1: (8, 9)}]
    assert [one.order_changed for one in got] == [False, True]


def test_what_is_published_is_delivered_before_it_closes() -> None:
    feed = ChangeFeed()
    other = Stubborn(0)
    feed.subscribe("The rest", other)
    feed.publish(rows(1))
    feed.close()
    assert merged(other.got).rows == {1}


def test_who_pulls_learns_what_he_missed_or_that_it_is_too_much(feed: ChangeFeed) -> None:
    start = feed.position()
    feed.publish(rows(1))
    feed.publish(rows(2, 3))
    position, missed = feed.since(start)
    assert missed is not None
    assert missed.rows == {1, 2, 3}
    assert feed.since(position) == (position, Changes())
    for _ in range(300):
        feed.publish(rows(4))
    assert feed.since(position)[1] is None


def test_a_subscriber_may_write_and_reads_what_it_is_told_of(tmp_path: Path) -> None:
    engine = database.open_for_writing(tmp_path / "catalog.sqlite")
    transactions = Transactions(engine)
    seen: list[tuple[frozenset[int], int]] = []

    def follow(changes: Changes) -> None:
        with engine.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM photos WHERE favourite")).scalar_one()
        seen.append((changes.rows, count))
        if len(seen) == 1:
            with transactions.begin() as transaction:
                annotations.set_favourite(transaction, [PhotoId(1)], False)

    with transactions.begin() as transaction:
        transaction.connection.execute(
            text(
                "INSERT INTO photos (id, sort_at, added_at, kind, state, is_screenshot, "
                "favourite) VALUES (1, 0, 0, 'image', 'waiting', 0, 0)"
            )
        )
    transactions.feed.subscribe("Writer", follow)
    with transactions.begin() as transaction:
        annotations.set_favourite(transaction, [PhotoId(1)], True)
    transactions.feed.flush()
    transactions.feed.close()
    engine.dispose()
    assert seen == [(frozenset({1}), 1), (frozenset({1}), 0)]
