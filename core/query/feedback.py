"""More like this, less like this: refines a query with the hits a user pointed at.

After Rocchio (1971): the query moves towards what was liked and away from what was not. The change is written as
examples with weights in the query itself, so that it shows as chips, can be edited and is taken back by removing one.
"""

from collections.abc import Collection
from dataclasses import replace

from core.values.photo import PhotoId
from core.values.query import ExamplePhoto, Query, Term

LIKED = 0.75
DISLIKED = 0.35
"""Rocchio's beta and gamma, shared among the photos of each side; the words keep their weight of 1."""


def refine(query: Query, liked: Collection[PhotoId] = (), disliked: Collection[PhotoId] = ()) -> Query:
    """Return the query with these photos as weighted examples, beside those of earlier feedback.

    A photo pointed at again changes sides. What was an example before feedback keeps its weight.
    """
    sides = _given(query)
    for photo_ids, likes in ((liked, True), (disliked, False)):
        sides.update(dict.fromkeys(photo_ids, likes))
    return _with(query, sides)


def take_back(query: Query, photo_id: PhotoId) -> Query:
    """Return the query without the feedback on one photo."""
    sides = _given(query)
    sides.pop(photo_id, None)
    return _with(query, sides)


def forget(query: Query) -> Query:
    """Return the query as it was before any feedback."""
    return _with(query, {})


def given(query: Query) -> tuple[frozenset[PhotoId], frozenset[PhotoId]]:
    """Return the photos that were liked and those that were not."""
    sides = _given(query)
    liked = frozenset(photo_id for photo_id, likes in sides.items() if likes)
    return liked, frozenset(sides) - liked


def _is_feedback(term: Term) -> bool:
    """An example a user typed weighs 1 at least; feedback always weighs less."""
    return isinstance(term, ExamplePhoto) and -DISLIKED <= term.weight <= LIKED


def _given(query: Query) -> dict[PhotoId, bool]:
    return {
        term.photo_id: term.weight > 0 for term in query.terms if isinstance(term, ExamplePhoto) and _is_feedback(term)
    }


def _with(query: Query, sides: dict[PhotoId, bool]) -> Query:
    likes = sum(sides.values())
    kept = tuple(term for term in query.terms if not _is_feedback(term))
    weights = {True: _share(LIKED, likes), False: -_share(DISLIKED, len(sides) - likes)}
    return replace(query, terms=kept + tuple(ExamplePhoto(photo_id, weights[side]) for photo_id, side in sides.items()))


def _share(weight: float, photos: int) -> float:
    """Share a weight among photos, in digits that can be typed."""
    return max(0.001, round(weight / max(1, photos), 3))
