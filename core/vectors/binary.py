"""The binary index: one bit a component, compared by differing bits, and the nearest compared again in full.

The bits are random-hyperplane hashes (Charikar 2002): signs after a random rotation, without which a few strong
components would have one bit each like the many weak ones. The mean that all pictures share is taken away first.
"""

import threading
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.values.comparing import Metric
from core.vectors.exact import ExactIndex
from core.vectors.matrix import DEAD, VectorMatrix
from core.vectors.metric import Bits, Scores, hamming_score, sign_bits
from core.vectors.protocol import Keys, Matches, Vectors
from core.vectors.ranking import best

RERANKED = 20
"""How many candidates a wanted hit are compared in full."""
_FEWEST_RERANKED = 2000
_MEAN_OF = 20_000
_BLOCK = 16384
_NEWER_SHARE = 0.1


class BinaryIndex:
    """A `VectorIndex` that reads a sixteenth of the matrix. What is newer than its bits is compared in full."""

    def __init__(self, matrix: VectorMatrix, metric: Metric = Metric.COSINE) -> None:
        self.matrix = matrix
        self._exact = ExactIndex(matrix, metric)
        self._lock = threading.Lock()
        self._made: _Bits | None = None
        self._newer: Keys = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self.matrix)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        self.matrix.add(keys, vectors)
        self.mark_newer(keys)

    def mark_newer(self, keys: Keys) -> None:
        """Compare these keys in full from now on, because their vectors are not the ones the bits were made from."""
        with self._lock:
            self._newer = np.union1d(self._newer, np.asarray(keys, np.int64))

    def remove(self, keys: Keys) -> None:
        self.matrix.remove(keys)

    def keys(self) -> Keys:
        return self.matrix.keys()

    def search(self, query: npt.NDArray[np.float32], limit: int, allowed: Keys | None = None) -> Matches:
        if allowed is not None:
            return self._exact.search(query, limit, allowed)
        made, newer = self._bits()
        likely = best(made.keys, made.score(query), max(RERANKED * limit, _FEWEST_RERANKED)).keys
        candidates = np.union1d(likely, newer)
        scores = self._exact.scores(query, candidates)
        known = ~np.isnan(scores)
        return best(candidates[known], scores[known], limit)

    def scores(self, query: npt.NDArray[np.float32], keys: Keys) -> Scores:
        return self._exact.scores(query, keys)

    def memory(self) -> int:
        """Return the bytes of the bits."""
        return self._bits()[0].bits.nbytes

    def _bits(self) -> tuple["_Bits", Keys]:
        """Return the bits and the keys newer than they; bits are made anew when too many are."""
        with self._lock:
            if self._made is None or len(self._newer) > _NEWER_SHARE * len(self._made.keys):
                self._newer = np.zeros(0, np.int64)
                now = self.matrix.snapshot()
                snapshot = replace(now, keys=now.keys.copy())
                keys = snapshot.keys[snapshot.keys != DEAD]
                rng = np.random.default_rng(0)
                some = self.matrix.vectors(rng.choice(keys, min(_MEAN_OF, len(keys)), replace=False))
                mean = some.sum(axis=0) / max(1, len(some))
                rotation = np.linalg.qr(rng.standard_normal((self.matrix.dimension,) * 2))[0].astype(np.float32)
                empty = np.zeros((0, (self.matrix.dimension + 7) // 8), np.uint8)
                blocks = [sign_bits((rows - mean) @ rotation) for _, rows in snapshot.blocks(_BLOCK)]
                self._made = _Bits(keys, np.concatenate([empty, *blocks]), mean.astype(np.float32), rotation)
            return self._made, self._newer


@dataclass(frozen=True, slots=True)
class _Bits:
    """The bits (n, b) of `keys`, and how bits of a query are made alike."""

    keys: Keys
    bits: Bits
    mean: Vectors
    rotation: Vectors

    def score(self, query: Vectors) -> Scores:
        return hamming_score(sign_bits((query - self.mean)[None, :] @ self.rotation), self.bits, len(query))
