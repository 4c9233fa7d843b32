"""The ways in which two vectors are compared. A score is always: greater is nearer.

Vectors are unit vectors, so cosine, inner product and L2 rank alike; they differ for the expert who compares them.
"""

from functools import partial

import numkong
import numpy as np
import numpy.typing as npt

from core.values.comparing import Metric
from core.vectors.score_threads import ScoreThreads

Half = npt.NDArray[np.float16]
Bits = npt.NDArray[np.uint8]
Scores = npt.NDArray[np.float32]

_ROWS_A_THREAD = 65_536


def score(metric: Metric, query: npt.NDArray[np.float32], rows: Half, threads: ScoreThreads) -> Scores:
    """Return the score of `query` (d,) with each of `rows` (n, d), shape (n,)."""
    if len(rows) == 0:
        return np.zeros(0, np.float32)
    half = query.astype(np.float16)[None, :]
    if metric is Metric.HAMMING:
        return hamming_score(sign_bits(half), sign_bits(rows), rows.shape[1])
    if metric is Metric.PEARSON:
        return _pearson(half, rows, threads)
    dots = _dots(half, rows, threads)[0]
    norm = np.float32(max(float(np.linalg.norm(half.astype(np.float32))), 1e-12))
    if metric is Metric.L2:
        scores: Scores = -np.sqrt(np.maximum(norm * norm + 1.0 - 2.0 * dots, 0.0))
        return scores
    if metric is Metric.INNER_PRODUCT:
        return np.asarray(dots, np.float32)
    # Rounding of float16 puts a vector a little above the cosine with itself.
    return np.asarray(np.minimum(dots / norm, 1.0), np.float32)


def sign_bits(rows: npt.NDArray[np.floating]) -> Bits:
    """Return one bit a component, set where it is positive, packed: (n, ceil(d / 8))."""
    return np.packbits(rows > 0, axis=1)


def hamming_score(query: Bits, rows: Bits, dimension: int) -> Scores:
    """Estimate the cosine of `query` (1, b) with each of `rows` (n, b) from differing bits."""
    if len(rows) == 0:
        return np.zeros(0, np.float32)
    differing = np.asarray(numkong.cdist(query, np.ascontiguousarray(rows), "hamming", dtype="uint1"))[0]
    return np.asarray(np.cos(differing * (np.pi / dimension)), np.float32)


def _dots(left: Half, rows: Half, threads: ScoreThreads) -> Scores:
    """Return the inner products (m, n); of very many rows on all cores, which one core cannot read as fast."""
    if len(rows) < 2 * _ROWS_A_THREAD:
        return _dots_of(left, rows)
    parts = [rows[start : start + _ROWS_A_THREAD] for start in range(0, len(rows), _ROWS_A_THREAD)]
    return np.concatenate(threads.map(partial(_dots_of, left), parts), axis=1)


def _dots_of(left: Half, rows: Half) -> Scores:
    dots: Scores = np.asarray(numkong.cdist(left, rows, "dot")).reshape(len(left), len(rows)).astype(np.float32)
    return dots


def _pearson(half: Half, rows: Half, threads: ScoreThreads) -> Scores:
    dimension = rows.shape[1]
    both = np.concatenate([half, np.ones_like(half)])
    dots, sums = _dots(both, rows, threads)
    query = half[0].astype(np.float32)
    covariance = dots - sums * float(query.mean())
    spread = np.sqrt(np.maximum(1.0 - sums * sums / dimension, 1e-12)) * max(
        float(np.linalg.norm(query - query.mean())), 1e-12
    )
    return np.asarray(covariance / spread, np.float32)
