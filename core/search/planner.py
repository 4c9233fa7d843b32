"""Decides how the vectors are searched: exact or approximate, and what is done about photos that are not allowed.

Whatever is chosen, no allowed hit is lost that an exact search would find: few allowed vectors are all compared, and
a search that returned too few allowed ones is widened and at last done exactly.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.vectors.protocol import Keys, Matches, VectorIndex

Vector = npt.NDArray[np.float32]

FEW_ALLOWED = 50_000
_WIDENED = 4
_OVERFETCHED = 1.5


@dataclass(frozen=True, slots=True)
class Answer:
    """The nearest allowed vectors, best first, and how they were found."""

    matches: Matches
    plan: str


def nearest(index: VectorIndex, exact: VectorIndex, direction: Vector, limit: int, allowed: Keys | None) -> Answer:
    """Return the `limit` nearest to `direction` (d,), among the `allowed` keys when given.

    `index` is what is fast, and may be `exact` itself, which compares every vector it is asked to.
    """
    total = len(exact)
    if allowed is None:
        how = f"compared all {total} vectors" if index is exact else f"approximate search over {total} vectors"
        return Answer(index.search(direction, limit), how)
    if index is exact or len(allowed) <= FEW_ALLOWED:
        return Answer(
            exact.search(direction, limit, allowed), f"filtered first: compared {len(allowed)} of {total} vectors"
        )
    return _widening(index, exact, direction, limit, allowed)


def _widening(index: VectorIndex, exact: VectorIndex, direction: Vector, limit: int, allowed: Keys) -> Answer:
    total = len(exact)
    permitted = np.zeros(int(allowed.max(initial=0)) + 1, bool)
    permitted[allowed] = True
    asked = int(limit * total / len(allowed) * _OVERFETCHED) + 1
    rounds = 0
    while asked <= len(allowed):
        rounds += 1
        matches = index.search(direction, asked)
        inside = matches.keys < len(permitted)
        inside[inside] = permitted[matches.keys[inside]]
        if inside.sum() >= limit:
            found = Matches(matches.keys[inside][:limit], matches.scores[inside][:limit])
            return Answer(
                found, f"approximate search over {total} vectors, {len(allowed)} allowed, widened {rounds - 1} times"
            )
        asked *= _WIDENED
    return _filtered_first(exact, direction, limit, allowed)


def _filtered_first(exact: VectorIndex, direction: Vector, limit: int, allowed: Keys) -> Answer:
    plan = f"filtered first: compared {len(allowed)} of {len(exact)} vectors"
    return Answer(exact.search(direction, limit, allowed), plan)
