"""Very many vectors are compared by threads that stay, and by the caller once they are gone."""

import os
import threading

import numpy as np

from core.values.comparing import Metric
from core.vectors.matrix import VectorMatrix
from core.vectors.score_threads import ScoreThreads


def scoring() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("score")}


def test_the_same_threads_compare_for_every_query() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((150_000, 4)).astype(np.float16)
    matrix = VectorMatrix(4, np.arange(len(vectors)), vectors)
    query = rng.standard_normal(4).astype(np.float32)
    expected = vectors.astype(np.float32) @ query
    before = scoring()
    for _ in range(3):
        assert np.allclose(matrix.snapshot().score(Metric.INNER_PRODUCT, query), expected, atol=0.02)
    started = scoring() - before
    assert 0 < len(started) <= (os.cpu_count() or 1)
    matrix.close()
    assert not scoring() & started
    assert np.allclose(matrix.snapshot().score(Metric.INNER_PRODUCT, query), expected, atol=0.02)


def test_what_goes_wrong_in_a_part_is_raised() -> None:
    threads = ScoreThreads()
    try:
        threads.map(lambda part: 1 // part, [1, 0])
    except ZeroDivisionError:
        pass
    else:
        raise AssertionError("nothing was raised")
    assert threads.map(lambda part: part + 1, [1, 2]) == [2, 3]
    threads.close()
