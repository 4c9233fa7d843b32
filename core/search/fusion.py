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


def joined(rankings: Sequence[Sequence[tuple[PhotoId, float]]]) -> list[PhotoId]:
    """Return the photos of all `rankings` (see `fuse`), best first; equal ones by id.

    One ranking of equal weights stays as it is.
    """
    if len(rankings) == 1 and len({weight for _, weight in rankings[0]}) == 1:
        return [photo_id for photo_id, _ in rankings[0]]
    fused = fuse(rankings)
    ids = np.fromiter(fused, np.int64, len(fused))
    scores = np.fromiter(fused.values(), np.float64, len(fused))
    return [PhotoId(int(photo_id)) for photo_id in ids[np.lexsort((ids, -scores))]]
