"""Draws the line under the hits that fit, anew for each query.

Cosines of different queries cannot be compared: "dog" may score 0.30 on a dog and "joy" 0.22 on what fits best. So
a score is judged by its place in the library's own background (a fixed sample of photos, nearly all unrelated),
by how far the best hits stand out of it, and by what the model is known to do.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.protocol import RelevanceLine, ScoreScale
from core.values.comparing import Metric

Scores = npt.NDArray[np.float32]

FEWEST_FOR_BACKGROUND = 50
_MAD_TO_STD = 1.4826
_SMALLEST_SPREAD = 1e-4
_STRICTNESS = (0.0, 0.5, 1.0)
_GAP_REACH = 0.15

EXAMPLE_SCALE = ScoreScale(unrelated_mean=0.3, unrelated_std=0.15, related_mean=0.75)
"""For example pictures, of any model: what is called the same stands three spreads out (`make bench-negatives`)."""


@dataclass(frozen=True, slots=True)
class Background:
    """Where unrelated photos score for one query. `spread`: standard deviation."""

    mean: float
    spread: float

    def standard(self, scores: Scores) -> Scores:
        """Return how many spreads each score lies above the mean."""
        return (scores - np.float32(self.mean)) / np.float32(self.spread)


def background(sample_scores: Scores, scale: ScoreScale, metric: Metric = Metric.COSINE) -> Background:
    """Describe the unrelated by the middle of the sample's scores, which the few related ones hardly move.

    `scale`: in cosines, for a library too small to have a background. `metric`: of the scores.
    """
    known = sample_scores[~np.isnan(sample_scores)]
    if len(known) >= FEWEST_FOR_BACKGROUND:
        middle = float(np.median(known))
        below = middle - known[known <= middle]
        spread = float(_MAD_TO_STD * np.median(below))
        return Background(middle, max(spread, _SMALLEST_SPREAD))
    return _of_metric(scale.unrelated_mean, max(scale.unrelated_std, _SMALLEST_SPREAD), metric)


def threshold(scores: Scores, ground: Background, scale: ScoreScale, line: RelevanceLine, strictness: float) -> float:
    """Return the least relevant of `scores`, which come best first.

    A `strictness` of 0 lets everything pass, 1 only what stands out most: in a small library of pictures that are
    all alike nothing else tells them apart.
    """
    if len(scores) == 0 or strictness <= 0:
        return float("-inf")
    best = float(scores[0])
    least = ground.mean + ground.spread * scale.certainty * line.least * 2 * strictness
    beside_best = ground.mean + (best - ground.mean) * float(np.interp(strictness, _STRICTNESS, line.beside_best))
    return _snap_to_gap(scores, max(least, beside_best), ground.spread)


def _of_metric(mean: float, spread: float, metric: Metric) -> Background:
    """Return a background of cosines as one of another metric's scores; those of all but L2 lie near the cosine."""
    if metric is not Metric.L2:
        return Background(mean, spread)
    distance = math.sqrt(2 - 2 * mean)
    return Background(-distance, spread / distance)


def _snap_to_gap(scores: Scores, drawn: float, spread: float) -> float:
    """Move the line to the middle of the widest gap near it, so that it does not part equals."""
    near = scores[np.abs(scores - drawn) <= _GAP_REACH * spread]
    if len(near) < 2:
        return drawn
    gaps = near[:-1] - near[1:]
    widest = int(np.argmax(gaps))
    return float(near[widest] + near[widest + 1]) / 2
