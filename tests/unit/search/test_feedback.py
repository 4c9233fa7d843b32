"""Feedback on hits: what it does to the query, to the answer, and how it is taken back."""

from datetime import date
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from core.query import feedback
from core.query.context import Context
from core.query.parser import parse
from core.query.spec import QuerySpec
from core.query.writer import to_text
from core.values.photo import PhotoId
from core.values.query import ExamplePhoto, Query, Term, Words

if TYPE_CHECKING:
    from tests.unit.search.conftest import Library

_ids = st.sets(st.integers(1, 50).map(PhotoId), max_size=6)


def test_liked_photos_pull_the_answer_and_disliked_push_it(library: "Library") -> None:
    for shows in ("dog beach", "dog snow", "dog beach", "dog snow", "dog beach", "dog snow"):
        library.add(shows)
    searcher = library.open()
    refined = feedback.refine((Words("dog"),), liked=[PhotoId(1)], disliked=[PhotoId(2)])
    hits = searcher.search(Query(refined), 10).hits
    assert {int(hit.photo_id) for hit in hits[:3]} == {1, 3, 5}


@given(_ids, _ids)
def test_feedback_can_be_taken_back_and_survives_as_text(liked: set[PhotoId], disliked: set[PhotoId]) -> None:
    terms: tuple[Term, ...] = (Words("dog"), ExamplePhoto(PhotoId(99), 0.5))
    refined = feedback.refine(terms, liked=liked, disliked=disliked)
    assert feedback.given(refined) == (frozenset(liked - disliked), frozenset(disliked))
    context = Context(date(2026, 1, 1))
    assert parse(to_text(QuerySpec(refined), context), context).spec.terms == refined
    assert feedback.forget(refined) == terms
    for photo_id in liked | disliked:
        refined = feedback.take_back(refined, photo_id)
    assert refined == terms


def test_pointing_at_a_photo_again_changes_its_side() -> None:
    terms = feedback.refine((Words("dog"),), liked=[PhotoId(1)])
    assert feedback.given(feedback.refine(terms, disliked=[PhotoId(1)])) == (frozenset(), frozenset({1}))
