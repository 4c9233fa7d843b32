"""More like this, less like this: refines a query with the hits a user pointed at.

After Rocchio (1971): the query moves towards what was liked and away from what was not. The change is written as
examples with weights among the terms, so that it shows as chips and is taken back by removing one.
"""

from collections.abc import Collection, Sequence
from typing import TypeVar

from core.values.photo import PhotoId
from core.values.query import ExamplePhoto, Term

T = TypeVar("T", bound=Term)

LIKED = 0.75
DISLIKED = 0.35
"""Rocchio's beta and gamma, shared among the photos of each side; the words keep their weight of 1."""


def refine(
    terms: Sequence[T], liked: Collection[PhotoId] = (), disliked: Collection[PhotoId] = ()
) -> tuple[T | ExamplePhoto, ...]:
    """Return the terms with these photos as weighted examples, beside those of earlier feedback.

    A photo pointed at again changes sides.
    """
    sides = _sides(terms)
    for photo_ids, likes in ((liked, True), (disliked, False)):
        sides.update(dict.fromkeys(photo_ids, likes))
    return _with(terms, sides)


def take_back(terms: Sequence[T], photo_id: PhotoId) -> tuple[T | ExamplePhoto, ...]:
    """Return the terms without the feedback on one photo; the rest is weighted anew."""
    sides = _sides(terms)
    sides.pop(photo_id, None)
    return _with(terms, sides)


def forget(terms: Sequence[T]) -> tuple[T | ExamplePhoto, ...]:
    """Return the terms as they were before any feedback."""
    return _with(terms, {})


def given(terms: Sequence[Term]) -> tuple[frozenset[PhotoId], frozenset[PhotoId]]:
    """Return the photos that were liked and those that were not."""
    sides = _sides(terms)
    liked = frozenset(photo_id for photo_id, likes in sides.items() if likes)
    return liked, frozenset(sides) - liked


def is_feedback(term: Term) -> bool:
    """Tell whether a term came from pointing at a hit."""
    return isinstance(term, ExamplePhoto) and term.feedback


def _sides(terms: Sequence[Term]) -> dict[PhotoId, bool]:
    return {term.photo_id: term.weight > 0 for term in terms if isinstance(term, ExamplePhoto) and term.feedback}


def _with(terms: Sequence[T], sides: dict[PhotoId, bool]) -> tuple[T | ExamplePhoto, ...]:
    likes = sum(sides.values())
    weights = {True: _share(LIKED, likes), False: -_share(DISLIKED, len(sides) - likes)}
    said = tuple(ExamplePhoto(photo_id, weights[side], feedback=True) for photo_id, side in sides.items())
    return (*(term for term in terms if not is_feedback(term)), *said)


def _share(weight: float, photos: int) -> float:
    """Share a weight among photos, in digits that can be typed."""
    return max(0.001, round(weight / max(1, photos), 3))
