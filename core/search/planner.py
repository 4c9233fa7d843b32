"""Decides how the vectors are searched: exact or approximate, and what is done about photos that are not allowed.

No allowed hit is lost that an exact search would find: the allowed vectors are all compared, however many they are.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.vectors.protocol import Keys, Matches, VectorIndex

Vector = npt.NDArray[np.float32]


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
    if allowed is not None:
        plan = f"filtered first: compared {len(allowed)} of {total} vectors"
        return Answer(exact.search(direction, limit, allowed), plan)
    how = f"compared all {total} vectors" if index is exact else f"approximate search over {total} vectors"
    return Answer(index.search(direction, limit), how)
