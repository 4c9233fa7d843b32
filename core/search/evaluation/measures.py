"""The figures of retrieval from ranks and scores, with bootstrap confidence intervals."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.search.evaluation.report import Cut, Interval, Retrieval

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
        float(np.median(ranks)),
        float(ranks.mean()),
        float(precisions.mean()),
    )


def interval(hits: Bools, groups: Ints, seed: int) -> Interval:
    """Return the share of hits and its 95 % interval."""
    _, group = np.unique(groups, return_inverse=True)
    found, sizes = np.bincount(group, weights=hits), np.bincount(group)
    drawn = np.random.default_rng(seed).integers(len(sizes), size=(_DRAWS, len(sizes)))
    shares = found[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return Interval(float(hits.mean()), float(low), float(high))


def average_precision(right: Bools, wanted: int) -> float:
    """Return the average precision of a ranking; `right` says which places are right, of `wanted` in all."""
    places = np.flatnonzero(right) + 1
    return float((np.arange(1, len(places) + 1) / places).sum() / max(1, wanted))


def cut(found: Sequence[frozenset[int]], wanted: Sequence[frozenset[int]]) -> Cut:
    """Return the means over queries. Nothing found has a precision of 0."""
    figures = []
    for got, right in zip(found, wanted, strict=True):
        both = len(got & right)
        precision, recall = both / max(1, len(got)), both / len(right)
        figures.append((precision, recall, 2 * precision * recall / max(1e-12, precision + recall)))
    precision, recall, f1 = np.mean(figures, axis=0).tolist()
    return Cut(precision, recall, f1)


def best_fixed(scores: Sequence[dict[int, float]], wanted: Sequence[frozenset[int]]) -> tuple[float, Cut]:
    """Return the threshold with the best mean F1, and what it gives."""
    every = np.concatenate([np.fromiter(one.values(), np.float64) for one in scores])
    best: tuple[float, Cut] | None = None
    for threshold in np.quantile(every, np.linspace(0.5, 0.999, 100)).tolist():
        found = [frozenset(photo for photo, score in one.items() if score >= threshold) for one in scores]
        got = cut(found, wanted)
        if best is None or got.f1 > best[1].f1:
            best = (threshold, got)
    assert best is not None
    return best
