"""A question: the text, the examples and the sidebar make one query."""

from datetime import date

from core.values.filters import DateFilter, Flag, FlagFilter, FolderFilter
from core.values.photo import PhotoId, RootId
from core.values.query import ExampleFile, ExamplePhoto, Order, Words
from core.values.scope import Scope, ScopeKind
from desktop_app.search.state import (
    SearchState,
    ViewOptions,
    is_feedback,
    refined,
    understand,
    with_text,
    without_example,
    without_part,
)

TODAY = date(2026, 5, 4)


def test_words_examples_and_the_folder_come_together() -> None:
    folder = Scope(ScopeKind.FOLDER, RootId(3), "/photos/Trips")
    question = SearchState("dog date:2019", (ExampleFile("/a.jpg"),), folder, ViewOptions(Order.NEWEST, 0.7, True))
    understood = understand(question, TODAY)
    assert understood.query.terms == (ExampleFile("/a.jpg"), Words("dog"))
    assert understood.query.filters == (
        DateFilter(date(2019, 1, 1), date(2019, 12, 31)),
        FolderFilter("/photos/Trips"),
    )
    assert (understood.query.order, understood.query.strictness, understood.query.fold) == (Order.NEWEST, 0.7, True)


def test_looking_at_a_folder_or_at_favourites_is_no_search() -> None:
    assert not understand(SearchState(), TODAY).is_search
    favourites = understand(SearchState(scope=Scope(ScopeKind.FAVOURITES)), TODAY)
    assert not favourites.is_search
    assert favourites.query.filters == (FlagFilter(Flag.FAVOURITE),)
    assert understand(SearchState(examples=(ExamplePhoto(PhotoId(1)),)), TODAY).is_search
    assert understand(SearchState("date:2019"), TODAY).is_search


def test_what_is_typed_about_order_goes_before_the_menu() -> None:
    understood = understand(SearchState("dog sort:oldest strictness:0.9", taste=ViewOptions(Order.NEWEST, 0.2)), TODAY)
    assert understood.query.order is Order.OLDEST
    assert understood.query.strictness == 0.9


def test_a_malformed_filter_is_told_and_the_rest_searched() -> None:
    understood = understand(SearchState("dog date:nonsense"), TODAY)
    assert len(understood.problems) == 1
    assert "date" in understood.problems[0]
    assert understood.query.terms == (Words("dog"),)


def test_a_filter_that_is_only_begun_is_no_mistake() -> None:
    understood = understand(SearchState("dog place:"), TODAY)
    assert understood.problems == ()
    assert understood.query.terms == (Words("dog"),)
    assert len(understand(SearchState("place: dog"), TODAY).problems) == 1


def test_names_of_places_in_the_library_are_offered_as_filters() -> None:
    assert [one.phrase for one in understand(SearchState("dog in Faro"), TODAY, frozenset({"Faro"})).suggestions]
    assert not understand(SearchState("dog in Faro"), TODAY).suggestions


def test_pointing_at_results_adds_examples_that_can_be_taken_back() -> None:
    similar = ExamplePhoto(PhotoId(9))
    asked = refined(SearchState("dog", (similar,)), [PhotoId(1), PhotoId(2)], liked=True)
    asked = refined(asked, [PhotoId(3)], liked=False)
    assert [(one.photo_id, one.weight) for one in asked.examples if isinstance(one, ExamplePhoto)] == [
        (9, 1.0),
        (1, 0.375),
        (2, 0.375),
        (3, -0.35),
    ]
    assert [is_feedback(one) for one in asked.examples] == [False, True, True, True]
    fewer = without_example(asked, asked.examples[1])
    assert fewer.examples == (similar, ExamplePhoto(PhotoId(2), 0.75), ExamplePhoto(PhotoId(3), -0.35))
    assert without_example(fewer, similar).examples == fewer.examples[1:]


def test_feedback_goes_with_the_words_it_was_about() -> None:
    asked = refined(SearchState("dog"), [PhotoId(1)], liked=False)
    assert with_text(asked, "dogs").examples == asked.examples
    assert with_text(asked, "").examples == ()
    beside = refined(SearchState("dog", (ExampleFile("/a.jpg"),)), [PhotoId(1)], liked=False)
    assert with_text(beside, "").examples == beside.examples


def test_a_part_is_taken_out_of_the_text() -> None:
    part = understand(SearchState("dog date:2019"), TODAY).typed.filters[0]
    assert without_part("dog date:2019", part, TODAY) == "dog"
