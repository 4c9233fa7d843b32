"""The planner beside a graph, which by itself would miss hits."""

import functools
import threading

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.search import planner
from core.vectors.exact import ExactIndex
from core.vectors.graph import Graph
from core.vectors.hnsw import HnswIndex
from core.vectors.matrix import VectorMatrix

COUNT, DIMENSION, LIMIT = 2000, 24, 20


def _clustered() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    dice = np.random.default_rng(5)
    rows = dice.standard_normal((20, DIMENSION))[dice.integers(0, 20, COUNT)] * 2
    rows += dice.standard_normal((COUNT, DIMENSION))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


VECTORS = _clustered()
MATRIX = VectorMatrix(DIMENSION)
MATRIX.add(np.arange(COUNT), VECTORS)


@functools.cache
def _graph() -> HnswIndex:
    graph = Graph.build(MATRIX, threading.Event())
    assert graph is not None
    return HnswIndex(MATRIX, graph)


@settings(deadline=None)
@given(share=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_filters_of_every_selectivity_lose_no_hit(share: float, seed: int) -> None:
    dice = np.random.default_rng(seed)
    allowed = np.flatnonzero(dice.random(COUNT) < share)
    query = VECTORS[dice.integers(COUNT)]

    answer = planner.nearest(_graph(), ExactIndex(MATRIX), query, LIMIT, allowed)

    scores = VECTORS[allowed].astype(np.float16).astype(np.float32) @ query
    least = np.sort(scores)[::-1][:LIMIT]
    assert set(answer.matches.keys.tolist()) <= set(allowed.tolist())
    assert len(answer.matches.keys) == len(least)
    assert np.allclose(np.sort(answer.matches.scores)[::-1], least, atol=2e-3)
