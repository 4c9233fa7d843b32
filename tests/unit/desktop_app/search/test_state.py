"""A question: the text, the examples and the sidebar make one query."""

from datetime import date

from core.query import feedback
from core.query.context import Context
from core.values.filters import DateFilter, Flag, FlagFilter, FolderFilter
from core.values.photo import PhotoId, RootId
from core.values.query import ExampleFile, ExamplePhoto, Order, Words
from core.values.scope import Scope, ScopeKind
from desktop_app.search.state import (
    SearchState,
    ViewOptions,
    is_search,
    refined,
    resolved,
    with_text,
    without_chip,
    without_example,
)

TODAY = Context(date(2026, 5, 4))


def test_words_examples_and_the_folder_come_together() -> None:
    folder = Scope(ScopeKind.FOLDER, RootId(3), "/photos/Trips")
    question = SearchState("dog date:2019", (ExampleFile("/a.jpg"),), folder, ViewOptions(Order.NEWEST, 0.7, True))
    understood = resolved(question, TODAY)
    assert understood.query.terms == (ExampleFile("/a.jpg"), Words("dog"))
    assert understood.query.filters == (
        DateFilter(date(2019, 1, 1), date(2019, 12, 31)),
        FolderFilter("/photos/Trips"),
    )
    assert (understood.query.order, understood.query.strictness, understood.query.fold) == (Order.NEWEST, 0.7, True)


def test_looking_at_a_folder_or_at_favourites_is_no_search() -> None:
    assert not is_search(resolved(SearchState(), TODAY))
    favourites = resolved(SearchState(scope=Scope(ScopeKind.FAVOURITES)), TODAY)
    assert not is_search(favourites)
    assert favourites.query.filters == (FlagFilter(Flag.FAVOURITE),)
    assert is_search(resolved(SearchState(examples=(ExamplePhoto(PhotoId(1)),)), TODAY))
    assert is_search(resolved(SearchState("date:2019"), TODAY))


def test_what_is_typed_about_order_goes_before_the_menu() -> None:
    understood = resolved(SearchState("dog sort:oldest strictness:0.9", taste=ViewOptions(Order.NEWEST, 0.2)), TODAY)
    assert understood.query.order is Order.OLDEST
    assert understood.query.strictness == 0.9


def test_a_malformed_filter_is_told_and_the_rest_searched() -> None:
    understood = resolved(SearchState("dog date:nonsense"), TODAY)
    assert len(understood.problems) == 1
    assert "date" in understood.problems[0]
    assert understood.query.terms == (Words("dog"),)


def test_a_filter_that_is_only_begun_is_no_mistake() -> None:
    understood = resolved(SearchState("dog place:"), TODAY)
    assert understood.problems == ()
    assert understood.query.terms == (Words("dog"),)
    assert len(resolved(SearchState("place: dog"), TODAY).problems) == 1


def test_names_of_places_in_the_library_are_offered_as_filters() -> None:
    assert [
        one.phrase
        for one in resolved(SearchState("dog in Faro"), Context(TODAY.today, places=frozenset({"Faro"}))).readings
    ]
    assert not resolved(SearchState("dog in Faro"), TODAY).readings


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
    assert [feedback.is_feedback(one) for one in asked.examples] == [False, True, True, True]
    fewer = without_example(asked, asked.examples[1])
    assert fewer.examples == (
        similar,
        ExamplePhoto(PhotoId(2), 0.75, feedback=True),
        ExamplePhoto(PhotoId(3), -0.35, feedback=True),
    )
    assert without_example(fewer, similar).examples == fewer.examples[1:]


def test_feedback_goes_with_the_words_it_was_about() -> None:
    asked = refined(SearchState("dog"), [PhotoId(1)], liked=False)
    assert with_text(asked, "dogs").examples == asked.examples
    assert with_text(asked, "").examples == ()
    beside = refined(SearchState("dog", (ExampleFile("/a.jpg"),)), [PhotoId(1)], liked=False)
    assert with_text(beside, "").examples == beside.examples


def test_a_part_is_taken_out_of_the_text() -> None:
    (chip,) = [chip for chip in resolved(SearchState("dog date:2019"), TODAY).chips if chip.text == "date:2019"]
    assert without_chip("dog date:2019", chip, TODAY) == "dog"


def test_what_was_read_from_plain_words_becomes_plain_words_again() -> None:
    (chip,) = [chip for chip in resolved(SearchState("dog without grass"), TODAY).chips if chip.negated]
    text = without_chip("dog without grass", chip, TODAY)
    assert text == "(dog without grass)"
    assert resolved(SearchState(text), TODAY).query.terms == (Words("dog without grass"),)


def test_a_default_can_be_typed_against_the_settings() -> None:
    taste = ViewOptions(Order.NEWEST, 0.9, True)
    query = resolved(SearchState("dog sort:relevance strictness:0.5 fold:no", taste=taste), TODAY).query
    assert (query.order, query.strictness, query.fold) == (Order.RELEVANCE, 0.5, False)


def test_an_example_typed_with_a_small_weight_is_no_feedback() -> None:
    (term,) = resolved(SearchState("0.5:similar:#7"), TODAY).query.terms
    assert term == ExamplePhoto(PhotoId(7), 0.5)
    assert not feedback.is_feedback(term)
