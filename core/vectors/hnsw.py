"""The approximate index: a graph proposes and the full vectors decide. What is newer than the graph is compared too."""

import threading

import numpy as np
import numpy.typing as npt

from core.values.comparing import Metric
from core.vectors.exact import ExactIndex
from core.vectors.graph import Graph
from core.vectors.matrix import VectorMatrix
from core.vectors.metric import Scores
from core.vectors.protocol import Keys, Matches, Vectors
from core.vectors.ranking import best


class HnswIndex:
    """A `VectorIndex` over a matrix and a graph of most of its keys."""

    def __init__(self, matrix: VectorMatrix, graph: Graph, metric: Metric = Metric.COSINE) -> None:
        self.matrix = matrix
        self.graph = graph
        self._exact = ExactIndex(matrix, metric)
        self._lock = threading.Lock()
        self._newer: Keys = np.setdiff1d(matrix.keys(), graph.keys)

    def __len__(self) -> int:
        return len(self.matrix)

    @property
    def newer(self) -> int:
        """How many vectors the graph does not know; each costs a comparison in every search."""
        return len(self._newer)

    def mark_newer(self, keys: Keys) -> None:
        """Compare these keys exactly from now on, because their vectors are not the ones the graph was built from."""
        with self._lock:
            self._newer = np.union1d(self._newer, keys)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        self.mark_newer(np.asarray(keys, np.int64))
        self.matrix.add(keys, vectors)

    def remove(self, keys: Keys) -> None:
        self.matrix.remove(keys)
        with self._lock:
            self._newer = np.setdiff1d(self._newer, keys)

    def keys(self) -> Keys:
        return self.matrix.keys()

    def search(self, query: npt.NDArray[np.float32], limit: int, allowed: Keys | None = None) -> Matches:
        if allowed is not None:
            return self._exact.search(query, limit, allowed)
        candidates = np.union1d(self.graph.near(query, limit), self._newer)
        scores = self._exact.scores(query, candidates)
        known = ~np.isnan(scores)
        return best(candidates[known], scores[known], limit)

    def scores(self, query: npt.NDArray[np.float32], keys: Keys) -> Scores:
        return self._exact.scores(query, keys)
