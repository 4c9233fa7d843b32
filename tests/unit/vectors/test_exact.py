"""The exact index against numpy, for every metric."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.values.comparing import Metric
from core.vectors.exact import ExactIndex
from core.vectors.matrix import VectorMatrix

Vectors = npt.NDArray[np.float32]


def _brute(metric: Metric, query: Vectors, rows: Vectors) -> npt.NDArray[np.float64]:
    rows, query = rows.astype(np.float16).astype(np.float64), query.astype(np.float64)
    match metric:
        case Metric.COSINE:
            return np.asarray(rows @ query / np.linalg.norm(query))
        case Metric.INNER_PRODUCT:
            return np.asarray(rows @ query)
        case Metric.L2:
            return np.asarray(-np.linalg.norm(rows - query, axis=1))
        case Metric.PEARSON:
            return np.array([np.corrcoef(row, query)[0, 1] for row in rows])
        case Metric.HAMMING:
            return np.asarray(np.cos(np.pi * ((rows > 0) != (query > 0)).mean(axis=1)))


@pytest.mark.parametrize("rows_a_thread", [1 << 16, 70, 150])
@pytest.mark.parametrize("metric", list(Metric))
def test_scores_are_those_of_numpy(
    metric: Metric, rows_a_thread: int, clustered: Callable[..., Vectors], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.vectors.metric._ROWS_A_THREAD", rows_a_thread)
    rows = clustered(300)
    query = clustered(1, seed=5)[0]
    index = ExactIndex(VectorMatrix(64), metric)
    index.add(np.arange(300), rows)
    matches = index.search(query, 300)
    expected = _brute(metric, query, rows)
    np.testing.assert_allclose(matches.scores, np.sort(expected)[::-1], atol=3e-3)
    np.testing.assert_allclose(index.scores(query, np.arange(300)), expected, atol=3e-3)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_sequence_of_changes_leaves_what_a_dict_would_hold(data: st.DataObject) -> None:
    rng = np.random.default_rng(0)
    matrix = VectorMatrix(4)
    held: dict[int, Vectors] = {}
    for _ in range(data.draw(st.integers(1, 8))):
        keys = data.draw(st.lists(st.integers(0, 30), max_size=10))
        step = data.draw(st.sampled_from(["add", "remove", "rebase"]))
        if step == "add":
            vectors = rng.standard_normal((len(keys), 4)).astype(np.float32)
            matrix.add(np.array(keys, np.int64), vectors)
            held.update(zip(keys, vectors, strict=True))
        elif step == "remove":
            matrix.remove(np.array(keys, np.int64))
            held = {key: vector for key, vector in held.items() if key not in keys}
        else:
            snapshot = matrix.snapshot()
            kept = snapshot.keys != -1
            base, base_keys = snapshot.rows(np.flatnonzero(kept)), snapshot.keys[kept].copy()
            later = rng.standard_normal((1, 4)).astype(np.float32)
            matrix.add(np.array([5]), later)
            held[5] = later[0]
            matrix.rebase(base_keys, base, since=len(snapshot.keys))
    assert len(matrix) == len(held)
    assert sorted(matrix.keys().tolist()) == sorted(held)
    asked = np.array(sorted(held), np.int64)
    expected = np.array([held[key] for key in asked.tolist()]).reshape(-1, 4).astype(np.float16)
    np.testing.assert_array_equal(matrix.vectors(asked), expected)
    assert set(ExactIndex(matrix).search(np.ones(4, np.float32), 100).keys.tolist()) == set(held)


@pytest.mark.parametrize("allowed", [0, 1, 20, 290])
def test_only_the_allowed_are_found(allowed: int, clustered: Callable[..., Vectors]) -> None:
    rows = clustered(300)
    index = ExactIndex(VectorMatrix(64))
    index.add(np.arange(300), rows)
    keys = np.random.default_rng(1).permutation(310)[:allowed]
    known = keys[keys < 300]
    matches = index.search(rows[0], 50, keys)
    expected = known[np.argsort(-(rows[known] @ rows[0]))][:50]
    assert len(matches.keys) == len(expected)
    np.testing.assert_allclose(matches.scores, rows[expected] @ rows[0], atol=2e-3)


def test_an_unknown_key_scores_nan() -> None:
    index = ExactIndex(VectorMatrix(4))
    index.add(np.array([3]), np.eye(4, dtype=np.float32)[:1])
    scores = index.scores(np.eye(4, dtype=np.float32)[0], np.array([3, 4, -1, 10**12]))
    assert scores[0] == pytest.approx(1)
    assert np.isnan(scores[1:]).all()


def test_an_empty_index_finds_nothing() -> None:
    index = ExactIndex(VectorMatrix(4))
    assert len(index.search(np.ones(4, np.float32), 5).keys) == 0
    assert len(index.search(np.ones(4, np.float32), 5, np.array([1])).keys) == 0


@pytest.mark.parametrize(
    ("keys", "shape", "message"), [([1], (2, 4), "shape"), ([1], (1, 3), "shape"), ([-1], (1, 4), "keys")]
)
def test_what_does_not_fit_is_refused(keys: list[int], shape: tuple[int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        VectorMatrix(4).add(np.array(keys), np.zeros(shape, np.float32))
