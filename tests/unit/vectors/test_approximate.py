"""The approximate indexes against the exact one, and the graph's file through everything that may happen to it."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.values.comparing import IndexKind, Metric
from core.vectors.binary import BinaryIndex
from core.vectors.exact import ExactIndex
from core.vectors.graph import Graph
from core.vectors.graph_keeper import GraphKeeper
from core.vectors.hnsw import HnswIndex
from core.vectors.matrix import VectorMatrix
from core.vectors.matrix_file import UnusableFileError
from core.vectors.protocol import VectorIndex

Vectors = npt.NDArray[np.float32]
Clustered = Callable[..., Vectors]

COUNT = 3000


@pytest.fixture
def matrix(clustered: Clustered) -> VectorMatrix:
    matrix = VectorMatrix(64)
    matrix.add(np.arange(COUNT), clustered(COUNT))
    return matrix


KINDS = (IndexKind.EXACT, IndexKind.HNSW, IndexKind.BINARY)


def _make(kind: IndexKind, matrix: VectorMatrix, metric: Metric = Metric.COSINE) -> VectorIndex:
    if kind is IndexKind.BINARY:
        return BinaryIndex(matrix, metric)
    if kind is IndexKind.EXACT:
        return ExactIndex(matrix, metric)
    graph = Graph.build(matrix, threading.Event())
    assert graph is not None
    return HnswIndex(matrix, graph, metric)


def _recall(found: npt.NDArray[np.int64], true: npt.NDArray[np.int64]) -> float:
    return len(set(found.tolist()) & set(true.tolist())) / len(true)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("metric", [Metric.COSINE, Metric.PEARSON])
def test_an_index_finds_what_exact_search_finds(
    kind: IndexKind, metric: Metric, matrix: VectorMatrix, clustered: Clustered
) -> None:
    index = _make(kind, matrix, metric)
    exact = ExactIndex(matrix, metric)
    recalls, firsts = [], []
    for query in clustered(30, seed=3):
        found, true = index.search(query, 50), exact.search(query, 50)
        recalls.append(_recall(found.keys, true.keys))
        firsts.append(np.isclose(found.scores[0], true.scores[0], atol=1e-5))
        _, here, there = np.intersect1d(found.keys, true.keys, return_indices=True)
        np.testing.assert_allclose(found.scores[here], true.scores[there], atol=1e-5)
    assert np.mean(recalls) >= 0.98
    # A graph built by several threads may miss the very nearest once; it may not make a habit of it.
    assert sum(firsts) >= (29 if kind is IndexKind.HNSW else 30)


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_follows_changes(kind: IndexKind, matrix: VectorMatrix, clustered: Clustered) -> None:
    index = _make(kind, matrix)
    query = clustered(1, seed=4)[0]
    (best,) = index.search(query, 1).keys
    index.remove(np.array([best]))
    assert best not in index.search(query, 50).keys
    index.add(np.array([COUNT + 5]), query[None, :])
    assert index.search(query, 1).keys.tolist() == [COUNT + 5]
    index.add(np.array([7]), query[None, :])
    assert index.search(query, 2).keys.tolist() == [7, COUNT + 5]
    assert len(index) == COUNT
    allowed = np.array([1, 2, 7, COUNT + 5, 10**6])
    assert index.search(query, 2, allowed).keys.tolist() == [7, COUNT + 5]
    assert sorted(index.keys().tolist()) == sorted({*range(COUNT), COUNT + 5} - {int(best)} | {7})


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_of_nothing_finds_nothing(kind: IndexKind) -> None:
    assert len(_make(kind, VectorMatrix(8)).search(np.ones(8, np.float32), 5).keys) == 0


def test_a_graph_comes_back_from_its_file(matrix: VectorMatrix, clustered: Clustered, tmp_path: Path) -> None:
    graph = Graph.build(matrix, threading.Event())
    assert graph is not None
    graph.save(tmp_path / "a.usearch", "ab")
    again = Graph.open(tmp_path / "a.usearch", "ab", 64)
    query = clustered(1, seed=5)[0]
    assert again.expansion == graph.expansion
    np.testing.assert_array_equal(again.near(query, 50), graph.near(query, 50))


@pytest.mark.parametrize("damage", ["empty", "short", "garbage", "description", "weights", "dimension"])
def test_a_graph_that_does_not_fit_is_refused(damage: str, matrix: VectorMatrix, tmp_path: Path) -> None:
    graph = Graph.build(matrix, threading.Event())
    assert graph is not None
    path = tmp_path / "a.usearch"
    graph.save(path, "ab")
    data = path.read_bytes()
    if damage == "description":
        path.with_name("a.usearch.json").write_text("{}")
    elif damage in {"empty", "short", "garbage"}:
        path.write_bytes({"empty": b"", "short": data[:-1], "garbage": b"x" * len(data)}[damage])
    with pytest.raises(UnusableFileError):
        Graph.open(path, "cd" if damage == "weights" else "ab", 32 if damage == "dimension" else 64)


def test_a_large_matrix_gets_its_graph_in_the_background(
    matrix: VectorMatrix, clustered: Clustered, tmp_path: Path
) -> None:
    keeper = GraphKeeper(tmp_path / "a.usearch", "ab", matrix, Metric.COSINE, up_to=1000)
    keeper.open()
    keeper.check()
    query = clustered(1, seed=6)[0]
    matrix.add(np.array([COUNT]), query[None, :])
    keeper.added(np.array([COUNT]))
    keeper.wait()
    assert keeper.index is not None
    assert keeper.index.search(query, 1).keys.tolist() == [COUNT]
    keeper.close()
    opened = GraphKeeper(tmp_path / "a.usearch", "ab", matrix, Metric.COSINE, up_to=1000)
    opened.open()
    assert opened.index is not None
    assert opened.index.search(query, 1).keys.tolist() == [COUNT]
    opened.close()


def test_a_graph_that_remembers_another_vector_is_not_used_again(
    matrix: VectorMatrix, clustered: Clustered, tmp_path: Path
) -> None:
    keeper = GraphKeeper(tmp_path / "a.usearch", "ab", matrix, Metric.COSINE, up_to=1000)
    keeper.check()
    keeper.wait()
    query = clustered(1, seed=6)[0]
    matrix.add(np.array([5]), query[None, :])
    keeper.added(np.array([5]))
    assert keeper.index is not None
    assert keeper.index.search(query, 1).keys.tolist() == [5]
    keeper.close()
    opened = GraphKeeper(tmp_path / "a.usearch", "ab", matrix, Metric.COSINE, up_to=1000)
    opened.open()
    assert opened.index is None


def test_a_small_matrix_needs_no_graph(matrix: VectorMatrix, tmp_path: Path) -> None:
    keeper = GraphKeeper(tmp_path / "a.usearch", "ab", matrix, Metric.COSINE)
    keeper.check()
    keeper.wait()
    assert keeper.index is None
    assert not list(tmp_path.iterdir())


@pytest.mark.expects_log("No graph")
def test_a_folder_that_cannot_be_written_leaves_exact_search(matrix: VectorMatrix, tmp_path: Path) -> None:
    keeper = GraphKeeper(tmp_path / "absent" / "a.usearch", "ab", matrix, Metric.COSINE, up_to=1000)
    keeper.check()
    keeper.wait()
    assert keeper.index is None
