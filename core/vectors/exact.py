"""The exact index: every vector is compared. Nothing to build, nothing is missed."""

import numpy as np
import numpy.typing as npt

from core.values.comparing import Metric
from core.vectors.matrix import DEAD, VectorMatrix
from core.vectors.metric import Scores, score
from core.vectors.protocol import Keys, Matches, Vectors
from core.vectors.ranking import best


class ExactIndex:
    """A `VectorIndex` that reads the whole matrix, or all of the allowed rows."""

    def __init__(self, matrix: VectorMatrix, metric: Metric = Metric.COSINE) -> None:
        self.matrix = matrix
        self.metric = metric

    def __len__(self) -> int:
        return len(self.matrix)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        self.matrix.add(keys, vectors)

    def remove(self, keys: Keys) -> None:
        self.matrix.remove(keys)

    def keys(self) -> Keys:
        return self.matrix.keys()

    def search(self, query: npt.NDArray[np.float32], limit: int, allowed: Keys | None = None) -> Matches:
        if allowed is None:
            snapshot = self.matrix.snapshot()
            return best(snapshot.keys, snapshot.score(self.metric, query), limit)
        numbers, snapshot = self.matrix.lookup(np.asarray(allowed, np.int64))
        allowed = allowed[numbers != DEAD]
        numbers = numbers[numbers != DEAD]
        if len(numbers) > len(snapshot.keys) // 4:
            return best(allowed, snapshot.score(self.metric, query)[numbers], limit)
        return best(allowed, score(self.metric, query, snapshot.rows(numbers), snapshot.threads), limit)

    def scores(self, query: npt.NDArray[np.float32], keys: Keys) -> Scores:
        numbers, snapshot = self.matrix.lookup(np.asarray(keys, np.int64))
        scores = np.full(len(keys), np.nan, np.float32)
        found = numbers != DEAD
        scores[found] = score(self.metric, query, snapshot.rows(numbers[found]), snapshot.threads)
        return scores
