"""How fast and how exactly vectors are searched at scale, side by side in one run, as JSON.

Vectors are made: clusters within clusters, a falling spectrum turned at random, one common direction, as those of
CLIP models lie; half of the queries are like pictures, half like words (outside the pictures' cone). Compared are our
exact, graph and binary indexes with numpy's brute force in float32 and with usearch as it comes.

    python -m benchmarks.bench_search --vectors 1000000
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
from usearch.compiled import ScalarKind
from usearch.index import Index

from benchmarks.report import Figure, seconds_of, write
from core.search import planner
from core.vectors import matrix_file
from core.vectors.binary import BinaryIndex
from core.vectors.exact import ExactIndex
from core.vectors.graph import Graph
from core.vectors.hnsw import HnswIndex
from core.vectors.matrix import VectorMatrix
from core.vectors.protocol import Keys, VectorIndex

Floats = npt.NDArray[np.float32]
Search = Callable[[Floats], Keys]

LIMIT = 50
_KINDS = {"f32": ScalarKind.F32, "f16": ScalarKind.F16, "i8": ScalarKind.I8}
_BLOCK = 50_000


class Maker:
    """Draws vectors and queries of one made-up world."""

    def __init__(self, dimension: int, clusters: int, seed: int = 0) -> None:
        self.dimension = dimension
        self._rng = np.random.default_rng(seed)
        spectrum = np.arange(1, dimension + 1) ** -0.5
        self._spectrum = (spectrum / np.linalg.norm(spectrum)).astype(np.float32)
        self._turn = np.linalg.qr(self._rng.standard_normal((dimension, dimension)))[0].astype(np.float32)
        coarse = self._draw(max(1, clusters // 20))
        self._centres = 0.7 * coarse[self._rng.integers(0, len(coarse), clusters)] + 0.7 * self._draw(clusters)
        self._pictures, self._words = self._draw(1), self._draw(1)

    def vectors(self, count: int) -> Floats:
        """Return pictures (count, d)."""
        made = np.empty((count, self.dimension), np.float32)
        for start in range(0, count, _BLOCK):
            rows = made[start : start + _BLOCK]
            rows[:] = self._unit(0.8 * self._some_centres(len(rows)) + 0.8 * self._draw(len(rows)) + self._pictures)
        return made

    def queries(self, count: int) -> Floats:
        """Return queries (count, d), the first half like pictures, the rest like words."""
        half = count // 2
        like_words = 0.5 * self._some_centres(count - half) + 0.3 * self._draw(count - half) + self._words
        return np.concatenate([self.vectors(half), self._unit(like_words)])

    def _some_centres(self, count: int) -> Floats:
        return np.asarray(self._centres[self._rng.integers(0, len(self._centres), count)])

    def _draw(self, count: int) -> Floats:
        rows: Floats = self._rng.standard_normal((count, self.dimension), np.float32) * self._spectrum
        return rows @ self._turn

    @staticmethod
    def _unit(rows: Floats) -> Floats:
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def measured(search: Search, queries: Floats, true: list[set[int]]) -> dict[str, Figure]:
    """Return latencies and recall@50, for all queries and apart for those like pictures and like words."""
    search(queries[0])
    seconds, recalls = [], []
    for query, right in zip(queries, true, strict=True):
        start = time.perf_counter()
        keys = search(query)
        seconds.append(time.perf_counter() - start)
        recalls.append(len(right & set(keys.tolist())) / len(right))
    half = len(queries) // 2
    return {
        "p50_ms": 1000 * float(np.percentile(seconds, 50)),
        "p95_ms": 1000 * float(np.percentile(seconds, 95)),
        f"recall_at_{LIMIT}": float(np.mean(recalls)),
        "recall_like_pictures": float(np.mean(recalls[:half])),
        "recall_like_words": float(np.mean(recalls[half:])),
    }


def filtered(index: VectorIndex, exact: ExactIndex, queries: Floats) -> dict[str, Figure]:
    """Return latency and lost hits with filters of every selectivity, through the planner."""
    rng = np.random.default_rng(1)
    keys = exact.keys()
    figures: dict[str, Figure] = {}
    for share in (0.0001, 0.001, 0.01, 0.1, 0.5, 0.9):
        allowed = np.sort(rng.choice(keys, max(LIMIT, int(share * len(keys))), replace=False))
        seconds, lost, plan = [], 0, ""
        for query in queries[::4]:
            start = time.perf_counter()
            answer = planner.nearest(index, exact, query, LIMIT, allowed)
            seconds.append(time.perf_counter() - start)
            true = exact.search(query, LIMIT, allowed).keys
            lost += len(set(true.tolist()) - set(answer.matches.keys.tolist()))
            plan = answer.plan
        figures[f"{share:g}"] = {
            "p95_ms": 1000 * float(np.percentile(seconds, 95)),
            "recall": 1 - lost / (LIMIT * len(queries[::4])),
            "plan": plan,
        }
    return figures


def bench(
    count: int, dimension: int, query_count: int, folder: Path, *, rivals: Sequence[ScalarKind]
) -> Mapping[str, Figure]:
    """Build everything, then measure it side by side; `rivals`: usearch's defaults with vectors stored so."""
    maker = Maker(dimension, clusters=max(50, count // 500))
    vectors = maker.vectors(count)
    queries = maker.queries(query_count)
    matrix = VectorMatrix(dimension)
    matrix.add(np.arange(count), vectors)
    matrix_file.write(folder / "bench.vectors", matrix.snapshot(), model="bench", fingerprint="bench")
    del matrix
    start = time.perf_counter()
    content = matrix_file.read(folder / "bench.vectors", model="bench", fingerprint="bench", dimension=dimension)
    matrix = VectorMatrix(dimension, content.keys, content.vectors)
    opened = time.perf_counter() - start
    print("building the graph", flush=True)
    graph_seconds = seconds_of(partial(_build_graph, matrix, folder))
    rival_seconds = {}
    for kind in rivals:
        print(f"building usearch's graph, {kind.name.lower()}", flush=True)
        rival_seconds[kind] = seconds_of(partial(_build_rival, vectors, kind, folder))

    print("measuring", flush=True)
    true = [set(np.argpartition(-(vectors @ query), LIMIT)[:LIMIT].tolist()) for query in queries]
    figures: dict[str, Figure] = {"vectors": count, "dimension": dimension, "queries": query_count}

    def numpy_search(query: Floats) -> Keys:
        scores = vectors @ query
        best = np.argpartition(-scores, LIMIT)[:LIMIT]
        return best[np.argsort(-scores[best])]

    figures["numpy float32 brute force"] = {**measured(numpy_search, queries, true), "bytes": vectors.nbytes}
    exact = ExactIndex(matrix)
    figures["exact float16, mapped"] = {
        **measured(lambda query: exact.search(query, LIMIT).keys, queries, true),
        "bytes": matrix.nbytes,
        "open_seconds": opened,
    }
    binary = BinaryIndex(matrix)
    binary.search(queries[0], 1)
    figures["binary, re-ranked"] = {
        **measured(lambda query: binary.search(query, LIMIT).keys, queries, true),
        "bytes": binary.memory(),
    }
    figures["graph"] = {**_graph(matrix, exact, queries, true, folder), "build_seconds": graph_seconds}
    for kind in rivals:
        name = f"usearch defaults, {kind.name.lower()}"
        figures[name] = {**_rival(kind, queries, true, folder), "build_seconds": rival_seconds[kind]}
    figures["peak_process_bytes"] = psutil.Process().memory_info().rss
    return figures


def _build_graph(matrix: VectorMatrix, folder: Path) -> None:
    graph = Graph.build(matrix, threading.Event())
    assert graph is not None
    graph.save(folder / "bench.usearch", "bench")


def _build_rival(vectors: Floats, kind: ScalarKind, folder: Path) -> None:
    index = Index(ndim=vectors.shape[1], metric="cos", dtype=kind)
    index.add(np.arange(len(vectors)), vectors)
    index.save(str(_rival_path(kind, folder)))


def _graph(
    matrix: VectorMatrix, exact: ExactIndex, queries: Floats, true: list[set[int]], folder: Path
) -> dict[str, Figure]:
    before = psutil.Process().memory_info().rss
    start = time.perf_counter()
    graph = Graph.open(folder / "bench.usearch", "bench", matrix.dimension)
    opened = time.perf_counter() - start
    index = HnswIndex(matrix, graph)
    return {
        **measured(lambda query: index.search(query, LIMIT).keys, queries, true),
        "expansion": graph.expansion,
        "open_seconds": opened,
        "bytes": graph.memory(),
        "memory_after_opening": psutil.Process().memory_info().rss - before,
        "filtered": filtered(index, exact, queries),
    }


def _rival(kind: ScalarKind, queries: Floats, true: list[set[int]], folder: Path) -> dict[str, Figure]:
    path = _rival_path(kind, folder)
    opened = {}
    for name, view in (("view", True), ("load", False)):
        start = time.perf_counter()
        index = Index.restore(str(path), view=view)
        opened[f"{name}_seconds"] = time.perf_counter() - start
    assert index is not None
    loaded = index
    figures = measured(lambda query: np.asarray(loaded.search(query, LIMIT).keys).astype(np.int64), queries, true)
    return {**figures, "bytes": path.stat().st_size, **opened}


def _rival_path(kind: ScalarKind, folder: Path) -> Path:
    return folder / f"usearch-{kind.name.lower()}.usearch"


def main() -> None:
    """Measure and write `build/bench/search.json`."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--vectors", type=int, default=1_000_000)
    arguments.add_argument("--dimension", type=int, default=512)
    arguments.add_argument("--queries", type=int, default=200)
    arguments.add_argument(
        "--rivals",
        nargs="*",
        choices=_KINDS,
        default=tuple(_KINDS),
        help="how usearch stores its vectors; each kind has a graph built for it, which takes most of the time",
    )
    arguments.add_argument("--out", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = bench(
            given.vectors, given.dimension, given.queries, Path(folder), rivals=[_KINDS[kind] for kind in given.rivals]
        )
        write("search", figures, given.out)


if __name__ == "__main__":
    main()
