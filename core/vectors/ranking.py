"""Picks the best of many scores."""

import numpy as np

from core.vectors.metric import Scores
from core.vectors.protocol import Keys, Matches


def best(keys: Keys, scores: Scores, limit: int) -> Matches:
    """Return the `limit` greatest scores, best first, equal ones by key; minus infinity is left out."""
    if limit <= 0:
        return Matches(np.zeros(0, np.int64), np.zeros(0, np.float32))
    if len(scores) > 4 * limit:
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        candidates = np.flatnonzero(scores >= max(least, np.finfo(np.float32).min))
        keys, scores = keys[candidates], scores[candidates]
    else:
        alive = scores > -np.inf
        keys, scores = keys[alive], scores[alive]
    order = np.lexsort((keys, -scores))[:limit]
    return Matches(keys[order], scores[order])
