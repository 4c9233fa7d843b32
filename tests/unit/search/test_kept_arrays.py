"""What a search keeps of the catalog is dropped when it is not true any more, and only then."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from core.catalog import annotations, queue
from core.catalog.transaction import Transactions
from core.media.reader import read
from core.search.searcher import Searcher
from core.values.filters import Filter, Flag, FlagFilter, KindFilter, Measure, RangeFilter, TagFilter
from core.values.photo import MediaKind, PhotoId
from core.values.query import ExactWords, Query, Words
from tests.unit.search.conftest import Library

IMAGES = KindFilter(MediaKind.IMAGE)


class Watched:
    """A searcher beside its writer, and what it asks of the catalog for all photos."""

    def __init__(self, library: Library) -> None:
        for _ in range(30):
            library.add("dog")
        library.open()
        self.transactions = Transactions(library.catalog)
        self.searcher = Searcher(library.catalog, read, changes=self.transactions.feed)
        assert library.store is not None
        self.searcher.use_model(library.store, library.encoder)
        self.asked: list[str] = []
        event.listen(library.catalog, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "count(" in statement or "group_concat" in statement:
            self.asked.append(statement)

    def matching(self, *filters: Filter) -> int:
        return self.searcher.search(Query((Words("dog"),), filters)).matching

    def favourite(self, photo_id: int) -> None:
        with self.transactions.begin() as transaction:
            annotations.set_favourite(transaction, [PhotoId(photo_id)], True)


@pytest.fixture
def watched(library: Library) -> Iterator[Watched]:
    watched = Watched(library)
    yield watched
    watched.searcher.close()
    watched.transactions.feed.close()


def test_a_favourite_is_found_at_once_and_leaves_kinds_alone(watched: Watched) -> None:
    favourites = FlagFilter(Flag.FAVOURITE)
    assert watched.matching(IMAGES) == 30
    assert watched.matching(favourites) == 0
    watched.asked.clear()
    watched.favourite(3)
    assert watched.matching(IMAGES) == 30
    assert watched.asked == []
    assert watched.matching(favourites) == 1
    assert watched.asked != []


def test_a_rating_is_found_at_once(watched: Watched) -> None:
    rated = RangeFilter(Measure.RATING, 4, None)
    assert watched.matching(rated) == 0
    with watched.transactions.begin() as transaction:
        annotations.set_rating(transaction, [PhotoId(1), PhotoId(2)], 5)
    assert watched.matching(rated) == 2


def test_a_tag_is_found_at_once_and_leaves_kinds_alone(watched: Watched) -> None:
    assert watched.matching(TagFilter("family")) == 0
    assert watched.searcher.search(Query((ExactWords("family"),))).matching == 0
    assert watched.matching(IMAGES) == 30
    with watched.transactions.begin() as transaction:
        annotations.change_tags(transaction, [PhotoId(1)], ["family"], [])
    assert watched.matching(TagFilter("family")) == 1
    assert watched.searcher.search(Query((ExactWords("family"),))).matching == 1
    watched.asked.clear()
    watched.matching(IMAGES)
    assert not [statement for statement in watched.asked if "photos.kind" in statement]


def test_what_happens_to_files_drops_everything(watched: Watched) -> None:
    assert watched.matching(IMAGES) == 30
    watched.asked.clear()
    with watched.transactions.begin() as transaction:
        queue.read_again(transaction, [1])
    watched.matching(IMAGES)
    assert watched.asked != []


def test_beside_another_process_every_commit_counts(library: Library, tmp_path: Path) -> None:
    library.add("dog")
    searcher = library.open()
    favourites = Query((Words("dog"),), (FlagFilter(Flag.FAVOURITE),))
    assert searcher.search(favourites).matching == 0
    with Transactions(library.catalog).begin() as transaction:
        annotations.set_favourite(transaction, [PhotoId(1)], True)
    assert searcher.search(favourites).matching == 1
