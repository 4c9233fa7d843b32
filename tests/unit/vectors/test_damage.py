"""Vectors changed in place: noticed by their checksums, and taken from the catalog again."""

from pathlib import Path

import numpy as np
import pytest

from core.values.comparing import Metric
from core.vectors import matrix_file
from core.vectors.exact import ExactIndex
from core.vectors.matrix import VectorMatrix


def _units(count: int, dimension: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float16]]":
    vectors = np.random.default_rng(1).normal(size=(count, dimension))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float16)


def test_changed_bytes_are_found_in_their_block_alone(tmp_path: Path) -> None:
    matrix = VectorMatrix(32)
    keys = np.arange(20_000, dtype=np.int64)
    matrix.add(keys, _units(len(keys), 32))
    path = tmp_path / "a.vectors"
    matrix_file.write(path, matrix.snapshot(), model="m", fingerprint="f")
    assert len(matrix_file.read(path, model="m", fingerprint="f", dimension=32).damaged()) == 0

    with path.open("rb+") as file:
        file.seek(-64 * 100, 2)
        file.write(b"\xff" * 64)

    damaged = matrix_file.read(path, model="m", fingerprint="f", dimension=32).damaged()
    assert damaged.max() == 19_999
    assert 0 < len(damaged) < 10_000


@pytest.mark.parametrize("metric", [Metric.COSINE])
def test_no_cosine_is_above_one(metric: Metric) -> None:
    matrix = VectorMatrix(64)
    vectors = _units(500, 64)
    matrix.add(np.arange(500, dtype=np.int64), vectors)
    index = ExactIndex(matrix, metric)

    best = [float(index.search(vector.astype(np.float32), 1).scores[0]) for vector in vectors]

    assert max(best) <= 1.0
