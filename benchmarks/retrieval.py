"""Recall of a retrieval, with bootstrap confidence intervals; what all model measurements share."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
BOOTSTRAPS = 1_000
SEED = 20260


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage and the ends of its 95 % confidence interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:5.1f} % ({self.low:.1f} to {self.high:.1f})"


def photo_ranks(texts: Floats, photos: Floats, owners: Ints) -> Ints:
    """For each text `[n, d]` the place (0 is best) of its own photo among `photos` `[m, d]`."""
    scores = texts @ photos.T
    own = scores[np.arange(len(texts)), owners][:, None]
    ranks: Ints = (scores > own).sum(1)
    return ranks


def text_ranks(texts: Floats, photos: Floats, owners: Ints) -> Ints:
    """For each photo the place of the best of its own texts among all texts."""
    scores = photos @ texts.T
    mine = owners[None, :] == np.arange(len(photos))[:, None]
    best = np.where(mine, scores, -np.inf).max(1)[:, None]
    ranks: Ints = (scores > best).sum(1)
    return ranks


def recall(ranks: Ints, within: int) -> float:
    """Share (%) of ranks below `within`."""
    return 100 * float((ranks < within).mean())


def share(hits: npt.NDArray[np.bool_], groups: Ints | None = None) -> Share:
    """Percentage of hits; the interval redraws whole groups (photos), or single hits without them."""
    dice = np.random.default_rng(SEED)
    _, group = np.unique(np.arange(len(hits)) if groups is None else groups, return_inverse=True)
    found = np.bincount(group, weights=hits)
    sizes = np.bincount(group)
    drawn = dice.integers(len(sizes), size=(BOOTSTRAPS, len(sizes)))
    low, high = np.percentile(100 * found[drawn].sum(1) / sizes[drawn].sum(1), [2.5, 97.5])
    return Share(100 * float(hits.mean()), float(low), float(high))
