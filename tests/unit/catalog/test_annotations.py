"""What the user says of photos is kept, and is searchable at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text, update

from core.catalog import annotations, database
from core.catalog.annotation_reader import PhotoAnnotations, stars
from core.catalog.reader import CatalogReader
from core.catalog.schema import Photo
from core.catalog.transaction import Transactions
from core.values.errors import UsageError
from core.values.photo import PhotoId


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Engine]:
    engine = database.open_for_writing(tmp_path / "catalog.sqlite")
    with engine.begin() as connection:
        connection.execute(insert(Photo), [{"id": number, "sort_at": 0, "added_at": 0} for number in (1, 2, 3)])
    yield engine
    engine.dispose()


@pytest.fixture
def transactions(catalog: Engine) -> Transactions:
    return Transactions(catalog)


def _tags(catalog: Engine, photo_id: int) -> list[str]:
    with catalog.connect() as connection:
        query = text("SELECT name FROM tags JOIN photo_tags ON tag_id = id WHERE photo_id = :id ORDER BY name")
        return list(connection.execute(query, {"id": photo_id}).scalars())


def test_tags_come_and_go_whatever_their_case(transactions: Transactions, catalog: Engine) -> None:
    with transactions.begin() as transaction:
        annotations.change_tags(transaction, [PhotoId(1), PhotoId(2), PhotoId(99)], ["Family", "  two   words "], [])
    with transactions.begin() as transaction:
        annotations.change_tags(transaction, [PhotoId(2), PhotoId(3)], ["family"], ["TWO WORDS"])
    assert _tags(catalog, 1) == ["Family", "two words"]
    assert _tags(catalog, 2) == _tags(catalog, 3) == ["Family"]
    with catalog.connect() as connection:
        found = connection.execute(text("SELECT rowid FROM photo_text WHERE photo_text MATCH 'tags:family'"))
        assert set(found.scalars()) == {1, 2, 3}


def test_a_tag_that_no_photo_has_is_forgotten(transactions: Transactions, catalog: Engine) -> None:
    with transactions.begin() as transaction:
        annotations.change_tags(transaction, [PhotoId(1)], ["once"], [])
    with transactions.begin() as transaction:
        annotations.change_tags(transaction, [PhotoId(1)], [], ["once"])
    with catalog.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM tags")).scalar_one() == 0


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_tag_needs_a_name_of_sane_length(transactions: Transactions, catalog: Engine, name: str) -> None:
    with pytest.raises(UsageError), transactions.begin() as transaction:
        annotations.change_tags(transaction, [PhotoId(1)], ["good", name], [])
    assert _tags(catalog, 1) == []


def test_favourites_and_ratings_are_kept(transactions: Transactions, catalog: Engine) -> None:
    with transactions.begin() as transaction:
        annotations.set_favourite(transaction, [PhotoId(1), PhotoId(2)], True)
        annotations.set_rating(transaction, [PhotoId(3)], 4)
    with transactions.begin() as transaction:
        annotations.set_favourite(transaction, [PhotoId(2)], False)
    with pytest.raises(UsageError), transactions.begin() as transaction:
        annotations.set_rating(transaction, [PhotoId(3)], 6)
    with catalog.connect() as connection:
        rows = connection.execute(text("SELECT favourite, rating FROM photos ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(1, None), (0, None), (0, 4)]


def test_recent_searches_are_few_and_in_order(transactions: Transactions, catalog: Engine) -> None:
    for words in [*(f"search {number}" for number in range(annotations.MOST_RECENT + 5)), "", "search 50"]:
        with transactions.begin() as transaction:
            annotations.remember_search(transaction, words)
    recent = CatalogReader(catalog).recent_searches(limit=1000)
    assert len(recent) == annotations.MOST_RECENT
    assert recent[:2] == ["search 50", f"search {annotations.MOST_RECENT + 4}"]


def test_marks_of_many_are_read_at_once(transactions: Transactions, catalog: Engine) -> None:
    with catalog.begin() as connection:
        connection.execute(update(Photo).where(Photo.id.in_([1, 2])).values(file_rating=4))
    with transactions.begin() as transaction:
        annotations.set_rating(transaction, [PhotoId(1)], 0)
        annotations.set_favourite(transaction, [PhotoId(3)], True)
        annotations.change_tags(transaction, [PhotoId(1), PhotoId(3)], ["Sea", "boat"], [])
    found = CatalogReader(catalog).annotations([PhotoId(1), PhotoId(2), PhotoId(3), PhotoId(99)])
    assert found == {
        PhotoId(1): PhotoAnnotations(rating=0, file_rating=4, tags=("boat", "Sea")),
        PhotoId(2): PhotoAnnotations(file_rating=4),
        PhotoId(3): PhotoAnnotations(favourite=True, tags=("boat", "Sea")),
    }
    assert [found[PhotoId(number)].stars for number in (1, 2, 3)] == [0, 4, 0]


def test_a_keyword_comes_back_as_the_files_and_a_tag_of_the_users_stays_so(
    transactions: Transactions, catalog: Engine
) -> None:
    both = [PhotoId(1), PhotoId(2)]
    with transactions.begin() as transaction:
        annotations.change_tags(transaction, both, ["sea", "boat"], [])
    with transactions.begin() as transaction:
        annotations.change_tags(transaction, [PhotoId(1)], [], ["sea"])
        annotations.change_tags(transaction, both, ["sea"], [], by_user=False)
    found = CatalogReader(catalog).annotations(both)
    assert found[PhotoId(1)] == PhotoAnnotations(tags=("boat", "sea"), file_tags=frozenset({"sea"}))
    assert found[PhotoId(2)] == PhotoAnnotations(tags=("boat", "sea"))


@pytest.mark.parametrize(("user", "file", "shown"), [(None, -1, 0), (None, 9, 5), (2, 4, 2), (None, None, 0)])
def test_stars_are_the_users_then_the_files(user: int | None, file: int | None, shown: int) -> None:
    assert stars(user, file) == shown
