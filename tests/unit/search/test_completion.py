"""What the box offers while a query is typed."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from core.catalog.library_values import CatalogValues
from core.catalog.schema import RecentSearch
from core.query.completion import Completer

if TYPE_CHECKING:
    from tests.unit.search.conftest import Library


@pytest.fixture
def values(library: "Library") -> CatalogValues:
    library.add(
        tags=["family"],
        folder="Trips/Lisbon 2019",
        town="Lisbon",
        region="Lisbon",
        country="Portugal",
        camera_model="X-T3",
    )
    library.add(tags=["family", "été"], folder="Trips/Faro", town="Faro", country="Portugal", camera_model="EOS 5D")
    library.add(tags=["fun"], folder="Garden", town="Atlantis", state="missing")
    with library.catalog.begin() as connection:
        connection.execute(insert(RecentSearch).values(text="beach", used_at=1))
        connection.execute(insert(RecentSearch).values(text="dog date:2019", used_at=2))
    return CatalogValues(library.catalog)


@pytest.fixture
def completer(values: CatalogValues) -> Completer:
    return Completer(values)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["dog date:2019", "beach"]),
        ("da", ["da" + "te:"]),
        ("beach -fol", ["beach -folder:"]),
        ("tag:", ["tag:family", "tag:fun", "tag:été"]),
        ("dog tag:fa", ["dog tag:family"]),
        ("tag:ete", ["tag:été"]),
        ("folder:lis", ['folder:"Lisbon 2019"']),
        ('folder:"2019', ['folder:"Lisbon 2019"']),
        ("place:", ["place:Portugal", "place:Faro", "place:Lisbon"]),
        ("camera:5d", ['camera:"EOS 5D"']),
        ("is:fav", ["is:favourite"]),
        ("sort:n", ["sort:newest"]),
        ("dog ", []),
        ("http://x", []),
        ('folder:"Lisbon 2019" tag:fu', ['folder:"Lisbon 2019" tag:fun']),
        ('folder:"Lisbon 2019"', []),
        ('"exact wo', []),
        ("lisb", ["place:Lisbon"]),
        ("dog -fam", ["dog -tag:family"]),
        ("isbon", []),
        ("tag:fun", []),
    ],
)
def test_what_is_typed_is_completed(typed: str, expected: list[str], completer: Completer) -> None:
    assert [completion.text for completion in completer.complete(typed)] == expected


def test_a_value_says_how_many_photos_have_it(completer: Completer) -> None:
    assert [completion.hint for completion in completer.complete("place:")] == ["2 photos", "1 photo", "1 photo"]


def test_what_a_word_begins_is_shown_with_its_filter(completer: Completer) -> None:
    assert [completion.label for completion in completer.complete("fam")] == ["tag:family"]


def test_places_of_the_library_are_told(values: CatalogValues) -> None:
    assert values.places() == {"Lisbon", "Faro", "Portugal"}


def test_a_value_that_is_new_is_offered_when_told_so(
    library: "Library", values: CatalogValues, completer: Completer
) -> None:
    assert [completion.label for completion in completer.complete("tag:har")] == []
    library.add(tags=["harbour"])
    values.forget()
    assert [completion.label for completion in completer.complete("tag:har")] == ["harbour"]
