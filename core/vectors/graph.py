"""A navigable graph over vectors (HNSW, Malkov and Yashunin 2016) in usearch, with 8-bit vectors of its own.

It proposes candidates; who asks compares them again with the full vectors. A built graph is never changed: it is
mapped from its file, so that opening reads nothing and a search waits for nobody.
"""

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

# WORKAROUND: on Linux the process dies when ONNX Runtime 1.31 is loaded after usearch 2.26: it then runs functions of
# another C++ library. The built-in model loads it with the first photo, so it is loaded here, before usearch.
import onnxruntime  # noqa: F401
from usearch.compiled import MetricKind, ScalarKind
from usearch.index import Index

from core.values.paths import shown
from core.vectors.exact import ExactIndex
from core.vectors.matrix import VectorMatrix
from core.vectors.matrix_file import UnusableFileError
from core.vectors.protocol import Keys

CONNECTIVITY = 32
EXPANSION_ADD = 128
_EXPANSIONS = (128, 192, 256, 384, 512, 768, 1024, 1536)
_ADDED_AT_ONCE = 2048
_DIGESTED = 1 << 20

GOAL = 0.99
"""Recall@50 against exact that the search is widened to, on the library itself."""
_GOAL_AT = 50
_TRIED = 64


@dataclass(frozen=True, slots=True)
class GraphFile:
    """What stands beside a graph's file to tell whether it is whole and whose it is."""

    fingerprint: str
    dimension: int
    size: int
    digest: str
    expansion: int


class Graph:
    """Proposes near keys. Safe for many threads; never changes.

    Attributes:
        keys: that it knows, ascending.
        expansion: how many candidates a search keeps.
    """

    def __init__(self, index: Index, expansion: int) -> None:
        self._index = index
        self.keys: Keys = np.sort(np.asarray(index.keys).astype(np.int64))
        self.expansion = expansion

    @classmethod
    def build(cls, matrix: VectorMatrix, stop: threading.Event) -> Self | None:
        """Build a graph over all vectors, and widen its search until it finds what exact search does.

        Takes minutes for a million vectors. Returns None when `stop` was set meanwhile.
        """
        index = Index(
            ndim=matrix.dimension,
            metric=MetricKind.Cos,
            dtype=ScalarKind.I8,
            connectivity=CONNECTIVITY,
            expansion_add=EXPANSION_ADD,
        )
        for keys, rows in matrix.snapshot().blocks(_ADDED_AT_ONCE):
            if stop.is_set():
                return None
            index.add(keys, rows)
        graph = cls(index, _EXPANSIONS[0])
        graph.expansion = graph._wide_enough(matrix)
        return graph

    def near(self, query: npt.NDArray[np.float32], count: int) -> Keys:
        """Return about `count` near keys, at least as many as the expansion; fewer when there are no more."""
        return np.asarray(self._index.search(query, max(count, self.expansion)).keys).astype(np.int64)

    def memory(self) -> int:
        """Return its size in bytes, in memory or mapped."""
        return int(self._index.serialized_length)

    def save(self, path: Path, fingerprint: str) -> None:
        """Write the graph and its description, each in one step. Raises OSError."""
        temporary = path.with_name(path.name + ".new")
        try:
            self._index.save(str(temporary))
            described = GraphFile(
                fingerprint, int(self._index.ndim), temporary.stat().st_size, _digest(temporary), self.expansion
            )
            _description(path).unlink(missing_ok=True)
            temporary.replace(path)
            temporary.write_text(json.dumps({name: getattr(described, name) for name in described.__slots__}), "utf-8")
            temporary.replace(_description(path))
        except (OSError, RuntimeError) as error:
            temporary.unlink(missing_ok=True)
            raise OSError(f"{shown(path)} cannot be written: {error}") from error

    @classmethod
    def open(cls, path: Path, fingerprint: str, dimension: int) -> Self:
        """Map the graph in the file at `path`.

        Raises:
            FileNotFoundError: there is none.
            UnusableFileError: it is damaged, or belongs to other weights.
        """
        try:
            described = GraphFile(**json.loads(_description(path).read_text("utf-8")))
        except (ValueError, TypeError) as error:
            raise UnusableFileError(f"{shown(_description(path))} is damaged") from error
        if (described.fingerprint, described.dimension) != (fingerprint, dimension):
            raise UnusableFileError(f"{shown(path)} belongs to other weights")
        if path.stat().st_size != described.size or _digest(path) != described.digest:
            raise UnusableFileError(f"{shown(path)} is damaged")
        index = Index.restore(str(path), view=os.name != "nt")  # a mapped file cannot be replaced on Windows
        if index is None or index.ndim != dimension:
            raise UnusableFileError(f"{shown(path)} is no graph of {dimension} dimensions")
        return cls(index, described.expansion)

    @staticmethod
    def remove(path: Path) -> None:
        """Delete the graph's files."""
        _description(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)

    def _wide_enough(self, matrix: VectorMatrix) -> int:
        """Return the least expansion that reaches the goal, for queries near and far from the vectors.

        Words lie in another part of the space than pictures, so half of the queries are pushed out of the common
        direction of all vectors, and farther from any one of them.
        """
        if len(self.keys) == 0:
            return self.expansion
        rng = np.random.default_rng(0)
        tried = rng.choice(self.keys, min(_TRIED, len(self.keys)), replace=False)
        queries = matrix.vectors(tried)
        noise = rng.standard_normal(queries.shape).astype(np.float32) / np.sqrt(matrix.dimension)
        queries[::2] += 0.5 * noise[::2]
        queries[1::2] += noise[1::2] - queries.mean(axis=0)
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        exact = [set(ExactIndex(matrix).search(query, _GOAL_AT).keys.tolist()) for query in queries]
        for expansion in _EXPANSIONS:
            self.expansion = expansion
            found = [
                len(true & set(self.near(query, expansion).tolist()))
                for query, true in zip(queries, exact, strict=True)
            ]
            if sum(found) >= GOAL * sum(len(true) for true in exact):
                break
        return self.expansion


def _description(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _digest(path: Path) -> str:
    """Return a hash of the file's beginning and end."""
    with path.open("rb") as file:
        head = file.read(_DIGESTED)
        file.seek(-min(_DIGESTED, path.stat().st_size), os.SEEK_END)
        return hashlib.blake2b(head + file.read(), digest_size=16).hexdigest()
