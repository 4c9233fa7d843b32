"""Joins rankings that cannot be compared by score: reciprocal rank fusion (Cormack, Clarke, Buettcher 2009)."""

from collections.abc import Iterable, Sequence

import numpy as np

from core.values.photo import PhotoId

_SMOOTHING = 60


def fuse(rankings: Iterable[Sequence[tuple[PhotoId, float]]]) -> dict[PhotoId, float]:
    """Return the fused score of each photo, the greater the better.

    Args:
        rankings: each a list of photos, best first, with the weight that this photo's place in it has.
    """
    fused: dict[PhotoId, float] = {}
    for ranking in rankings:
        for place, (photo_id, weight) in enumerate(ranking):
            fused[photo_id] = fused.get(photo_id, 0.0) + weight / (_SMOOTHING + place + 1)
    return fused


def ordered(fused: dict[PhotoId, float]) -> list[PhotoId]:
    """Return the photos, best first; equal ones by id."""
    ids = np.fromiter(fused, np.int64, len(fused))
    scores = np.fromiter(fused.values(), np.float64, len(fused))
    return [PhotoId(int(photo_id)) for photo_id in ids[np.lexsort((ids, -scores))]]
