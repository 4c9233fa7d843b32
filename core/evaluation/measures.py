"""The figures of retrieval from ranks and scores, with bootstrap confidence intervals."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.evaluation.report import Cut, Interval, Retrieval

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_DRAWS = 1000


def retrieval(ranks: Ints, precisions: Floats, groups: Ints, seed: int) -> Retrieval:
    """Summarise the rank (from 1) of the first right answer of each query, and its average precision.

    `groups`: the photo of each query; whole photos are drawn again, because captions of one photo succeed together.
    """
    return Retrieval(
        len(ranks),
        interval(ranks <= 1, groups, seed),
        interval(ranks <= 5, groups, seed),
        interval(ranks <= 10, groups, seed),
        median_interval(ranks, groups, seed),
        interval(ranks, groups, seed),
        interval(precisions, groups, seed),
    )


def interval(values: Bools | Ints | Floats, groups: Ints, seed: int) -> Interval:
    """Return the mean of `values` (a share, where they are hits) and its 95 % interval."""
    _, group = np.unique(groups, return_inverse=True)
    sums, sizes = np.bincount(group, weights=values), np.bincount(group)
    drawn = _drawn(len(sizes), seed)
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    return _between(float(values.mean()), means)


def median_interval(values: Ints, groups: Ints, seed: int) -> Interval:
    """Return the median of `values` and its 95 % interval."""
    _, group = np.unique(groups, return_inverse=True)
    order = np.argsort(values, kind="stable")
    values, group = values[order], group[order]
    count = int(group.max()) + 1
    times = [np.bincount(drawn, minlength=count)[group] for drawn in _drawn(count, seed)]
    medians = np.array([np.median(np.repeat(values, how_often)) for how_often in times])
    return _between(float(np.median(values)), medians)


def average_precision(right: Bools, wanted: int) -> float:
    """Return the average precision of a ranking; `right` says which places are right, of `wanted` in all."""
    places = np.flatnonzero(right) + 1
    return float((np.arange(1, len(places) + 1) / places).sum() / max(1, wanted))


def cut(found: Sequence[frozenset[int]], wanted: Sequence[frozenset[int]], seed: int) -> Cut:
    """Return the means over queries, which are drawn again. Nothing found has a precision of 0."""
    figures, queries = _cuts(found, wanted), np.arange(len(found))
    precision, recall, f1 = (interval(figures[:, number], queries, seed) for number in range(3))
    return Cut(precision, recall, f1)


def best_fixed(scores: Sequence[dict[int, float]], wanted: Sequence[frozenset[int]], seed: int) -> tuple[float, Cut]:
    """Return the threshold with the best mean F1, and what it gives."""
    every = np.concatenate([np.fromiter(one.values(), np.float64) for one in scores])
    thresholds = np.quantile(every, np.linspace(0.5, 0.999, 100)).tolist()
    f1s = [float(_cuts(_at_least(threshold, scores), wanted)[:, 2].mean()) for threshold in thresholds]
    best = thresholds[int(np.argmax(f1s))]
    return best, cut(_at_least(best, scores), wanted, seed)


def _cuts(found: Sequence[frozenset[int]], wanted: Sequence[frozenset[int]]) -> Floats:
    """Return precision, recall and F1 of each query, (n, 3)."""
    figures = []
    for got, right in zip(found, wanted, strict=True):
        both = len(got & right)
        precision, recall = both / max(1, len(got)), both / len(right)
        figures.append((precision, recall, 2 * precision * recall / max(1e-12, precision + recall)))
    return np.array(figures, np.float64)


def _at_least(threshold: float, scores: Sequence[dict[int, float]]) -> list[frozenset[int]]:
    return [frozenset(photo for photo, score in one.items() if score >= threshold) for one in scores]


def _drawn(count: int, seed: int) -> Ints:
    return np.random.default_rng(seed).integers(count, size=(_DRAWS, count))


def _between(value: float, drawn: Floats) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5]).tolist()
    return Interval(value, low, high)
