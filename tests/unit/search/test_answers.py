"""What a whole answer looks like: words beside meaning, the line, reasons, order, stacks."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from core.embedding.protocol import ScoreScale
from core.query.context import Context
from core.query.feedback import refine
from core.query.parser import parse
from core.search.query_vectors import NEGATIVE_WEAKENED
from core.search.searcher import Searcher
from core.values.errors import QueryError
from core.values.photo import PhotoId
from core.values.query import ExampleFile, ExamplePhoto, MatchedIn, Order, Query, SearchResult, Term, Words

if TYPE_CHECKING:
    from tests.unit.search.conftest import Library


def _ask(searcher: Searcher, text: str, limit: int = 100, **settings: object) -> SearchResult:
    query = parse(text, Context(date(2026, 11, 21))).spec
    return searcher.search(Query(query.terms, query.filters, **settings), limit)  # type: ignore[arg-type]


def _relevant(result: SearchResult) -> set[int]:
    return {int(hit.photo_id) for hit in result.hits if hit.relevant}


@pytest.fixture
def many(library: "Library") -> Searcher:
    """Sixty photos of six animals in turn, one minute apart by ten."""
    for number in range(60):
        library.add(["dog", "cat", "horse", "bird", "fish", "frog"][number % 6], sort_at=number * 86400)
    return library.open()


def test_the_line_parts_what_fits_from_the_rest(many: Searcher) -> None:
    result = _ask(many, "horse")
    assert _relevant(result) == set(range(3, 61, 6))
    assert [hit.relevant for hit in result.hits] == [True] * 10 + [False] * 50


def test_a_query_that_nothing_fits_has_no_relevant_hits(many: Searcher) -> None:
    result = _ask(many, "submarine")
    assert len(result.hits) == 60
    assert len(_relevant(result)) <= 1


def test_strictness_moves_the_line_and_zero_lets_everything_pass(many: Searcher) -> None:
    counts = [len(_relevant(_ask(many, "horse", strictness=strictness))) for strictness in (0, 0.25, 0.5, 0.75, 1)]
    assert counts[0] == 60
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("example", [ExamplePhoto(PhotoId(1)), ExampleFile("/pictures/1.jpg")])
def test_an_example_does_not_hide_what_is_less_like_it_than_itself(library: "Library", example: Term) -> None:
    dogs = {library.add(f"brown dog {where}") for where in ("beach", "grass", "snow", "street", "sofa")}
    for number in range(60):
        library.add(f"thing{number}")
    result = library.open().search(Query((example,), strictness=0.6))
    assert result.hits[0].photo_id == min(dogs) == 1
    assert _relevant(result) == dogs


def test_what_is_disliked_does_not_hide_what_the_words_fit(library: "Library") -> None:
    library.encoder.score_scale = ScoreScale(0.0, 0.12, 0.3)
    goats = {
        library.add(f"goat {place} one two three four five six seven eight nine")
        for place in ("field", "stable", "beach", "road")
    }
    others = [library.add(f"thing{number}") for number in range(60)]
    plain = parse("goat", Context(date(2026, 11, 21))).spec
    assert goats <= _relevant(library.open().search(Query(refine(plain.terms, disliked=[PhotoId(others[0])]))))


def test_a_name_that_holds_the_words_goes_first_and_says_why(library: "Library") -> None:
    for _ in range(30):
        library.add("dog")
    named = library.add("cat", name="Grandmas_birthday.jpg")
    result = _ask(library.open(), "grandmas birthday")
    assert result.hits[0].photo_id == named
    assert result.hits[0].relevant
    reasons = result.hits[0].reasons
    assert [(reason.part, reason.matched_in) for reason in reasons] == [("grandmas birthday", MatchedIn.NAME)]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"folder": "Rome trip"}, MatchedIn.FOLDER),
        ({"town": "Rome"}, MatchedIn.PLACE),
        ({"camera_model": "Rome"}, MatchedIn.CAMERA),
        ({"tags": ["rome"]}, MatchedIn.TAG),
        ({"caption": "evening in Rome"}, MatchedIn.CAPTION),
    ],
)
def test_words_are_found_wherever_they_stand(values: dict[str, object], where: MatchedIn, library: "Library") -> None:
    photo = library.add("dog", **values)  # type: ignore[arg-type]
    hit = _ask(library.open(), "rome").hits[0]
    assert (hit.photo_id, hit.reasons[0].matched_in) == (photo, where)


def test_a_word_being_typed_finds_names_that_begin_with_it(library: "Library") -> None:
    photo = library.add("dog", name="Grandmas birthday.jpg")
    library.add("dog")
    assert _ask(library.open(), "grandmas birth").hits[0].photo_id == photo


def test_a_word_that_nearly_every_photo_has_does_not_disturb(library: "Library") -> None:
    for number in range(60):
        library.add(["dog", "cat"][number % 2], folder="holiday")
    result = _ask(library.open(), "dog holiday")
    assert {int(hit.photo_id) % 2 for hit in result.hits[:30]} == {1}


def test_pictures_that_fit_say_so_with_their_strength(many: Searcher) -> None:
    (reason,) = _ask(many, "horse").hits[0].reasons
    assert (reason.part, reason.matched_in) == ("horse", MatchedIn.PICTURE)
    assert 0.8 < reason.strength <= 1


def test_each_part_of_a_query_is_a_reason_of_its_own(many: Searcher) -> None:
    hits = many.search(Query((Words("horse"), ExamplePhoto(PhotoId(2)))), 60).hits
    where = {int(hit.photo_id): [reason.matched_in for reason in hit.reasons] for hit in hits[:20]}
    assert where[2] == [MatchedIn.EXAMPLE]
    assert where[3] == [MatchedIn.PICTURE]


def test_an_example_weighs_as_much_as_words(many: Searcher) -> None:
    first = many.search(Query((Words("horse"), ExamplePhoto(PhotoId(2)))), 20).hits
    assert {int(hit.photo_id) % 6 for hit in first} == {2, 3}


@pytest.mark.parametrize("order", [Order.NEWEST, Order.OLDEST])
def test_order_by_date_keeps_the_weaker_behind(order: Order, many: Searcher) -> None:
    result = _ask(many, "horse", order=order)
    relevant = [int(hit.photo_id) for hit in result.hits if hit.relevant]
    assert relevant == sorted(range(3, 61, 6), reverse=order is Order.NEWEST)
    assert [hit.relevant for hit in result.hits] == [True] * 10 + [False] * 50


def test_a_burst_is_one_hit_with_a_stack(library: "Library") -> None:
    burst = [library.add("dog", sort_at=1000 + second, perceptual_hash=second) for second in range(3)]
    later = library.add("dog", sort_at=90_000)
    library.add("cat", sort_at=1001)
    hits = _ask(library.open(), "dog", fold=True).hits
    stacked = next(hit for hit in hits if hit.photo_id in burst)
    assert {int(stacked.photo_id), *map(int, stacked.stack)} == set(burst)
    assert later in [hit.photo_id for hit in hits]
    assert sum(1 + len(hit.stack) for hit in hits) == 5


def test_copies_fold_whenever_they_were_taken(library: "Library") -> None:
    library.add("dog", sort_at=1000, perceptual_hash=-5)
    library.add("dog", sort_at=90_000_000, perceptual_hash=-5)
    library.add("dog", sort_at=190_000_000, perceptual_hash=12345)
    hits = library.open().search(Query((ExamplePhoto(PhotoId(1)),), fold=True)).hits
    assert [len(hit.stack) for hit in hits] in ([1, 0], [0, 0, 0])


def test_without_a_model_names_are_searched_and_the_answer_says_so(library: "Library") -> None:
    photo = library.add("dog", name="rome.jpg")
    library.add("dog")
    result = _ask(library.searcher, "rome")
    assert [hit.photo_id for hit in result.hits] == [photo]
    assert "not loaded" in result.notices[0]
    with pytest.raises(QueryError, match="not loaded"):
        library.searcher.search(Query((ExamplePhoto(PhotoId(1)),)))


def test_words_that_cancel_each_other_give_one_message(library: "Library") -> None:
    library.add("dog")
    with pytest.raises(QueryError, match="cancel"):
        library.open().search(Query((Words("dog"), Words("dog", -1 / NEGATIVE_WEAKENED))))


def test_the_plan_can_be_told(many: Searcher) -> None:
    plan = _ask(many, "horse date:1970").plan
    assert any("60 photos pass the filters" in step for step in plan)
    assert any("compared 60 of 60 vectors" in step for step in plan)


@pytest.mark.parametrize(
    "text",
    ["x " * 5000, "", "\x00\x01", "\udc80", '"', "-", "''; DROP TABLE photos", "AND OR NOT NEAR(", "* ^b", "*"],
)
def test_any_text_gets_an_answer(text: str, animals: Callable[[], Searcher]) -> None:
    assert _ask(animals(), text).matching == 40
