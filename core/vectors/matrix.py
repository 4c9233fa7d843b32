"""Unit vectors as one float16 matrix with their keys: what every index kind compares against.

The first rows may be mapped from a file (see `matrix_file`), the rest is memory. Readers work on a snapshot, so
one thread may search while another adds.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.values.comparing import Metric
from core.vectors.metric import Half, Scores, score
from core.vectors.protocol import Keys, Vectors
from core.vectors.score_threads import ScoreThreads

DEAD = -1
_LARGEST_KEY = 2**31
_FIRST_CAPACITY = 1024


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The matrix at one moment: rows of `base`, then of `tail`. A key of `DEAD` marks a removed row."""

    keys: Keys
    base: Half
    tail: Half
    threads: ScoreThreads

    def score(self, metric: Metric, query: npt.NDArray[np.float32]) -> Scores:
        """Score every row; removed ones get minus infinity."""
        scores = np.concatenate([score(metric, query, part, self.threads) for part in (self.base, self.tail)])
        scores[self.keys == DEAD] = -np.inf
        return scores

    def rows(self, numbers: npt.NDArray[np.int64]) -> Half:
        """Copy the rows of these numbers, in their order."""
        if len(self.base) == 0:
            return self.tail[numbers]
        in_tail = numbers >= len(self.base)
        if not in_tail.any():
            return self.base[numbers]
        rows = np.empty((len(numbers), self.base.shape[1]), np.float16)
        rows[~in_tail] = self.base[numbers[~in_tail]]
        rows[in_tail] = self.tail[numbers[in_tail] - len(self.base)]
        return rows

    def blocks(self, size: int) -> Iterator[tuple[Keys, Half]]:
        """Yield living keys and their rows, at most `size` at a time."""
        for start in range(0, len(self.keys), size):
            numbers = np.arange(start, min(start + size, len(self.keys)))
            numbers = numbers[self.keys[numbers] != DEAD]
            if len(numbers):
                yield self.keys[numbers], self.rows(numbers)


class VectorMatrix:
    """Keys and vectors that can grow.

    Keys are row ids of the catalog: from 0 and dense enough for a table from key to row.
    """

    def __init__(self, dimension: int, keys: Keys | None = None, base: Half | None = None) -> None:
        """Start empty, or on `base` (n, dimension), which is never written to, with its `keys` (n,)."""
        self.dimension = dimension
        self._lock = threading.Lock()
        self._threads = ScoreThreads()
        self._base: Half = np.zeros((0, dimension), np.float16) if base is None else base
        self._tail: Half = np.zeros((0, dimension), np.float16)
        self._keys: Keys = np.zeros(0, np.int64) if keys is None else keys.astype(np.int64)
        self._count = len(self._keys)
        self._alive = self._count
        self._row_of = np.full(int(self._keys.max(initial=-1)) + 1, DEAD, np.int64)
        self._row_of[self._keys] = np.arange(self._count)

    def __len__(self) -> int:
        return self._alive

    @property
    def nbytes(self) -> int:
        """Bytes of the vectors, mapped ones included."""
        return self._base.nbytes + self._tail.nbytes

    def snapshot(self) -> Snapshot:
        """Return the matrix as it is now; later changes do not show except that rows may die."""
        with self._lock:
            return self._snapshot()

    def lookup(self, keys: Keys) -> tuple[npt.NDArray[np.int64], Snapshot]:
        """Return the row number of each key, `DEAD` for an unknown one, and the snapshot they are rows of."""
        with self._lock:
            known = (keys >= 0) & (keys < len(self._row_of))
            numbers = np.full(len(keys), DEAD, np.int64)
            numbers[known] = self._row_of[keys[known]]
            return numbers, self._snapshot()

    def keys(self) -> Keys:
        """Return the living keys."""
        snapshot = self.snapshot()
        alive: Keys = snapshot.keys[snapshot.keys != DEAD]
        return alive

    def vectors(self, keys: Keys) -> Vectors:
        """Return the vectors of `keys` (n, d); NaN where a key is unknown."""
        numbers, snapshot = self.lookup(keys)
        found = numbers != DEAD
        vectors = np.full((len(keys), self.dimension), np.nan, np.float32)
        vectors[found] = snapshot.rows(numbers[found])
        return vectors

    def add(self, keys: Keys, vectors: npt.NDArray[np.floating]) -> None:
        """Add vectors; of a key given twice the last counts, one that is there is replaced.

        Raises:
            ValueError: keys out of range, or vectors of another shape.
        """
        keys = np.asarray(keys, np.int64)
        if vectors.shape != (len(keys), self.dimension):
            raise ValueError(f"expected vectors of shape {(len(keys), self.dimension)}, got {vectors.shape}")
        if len(keys) == 0:
            return
        if keys.min() < 0 or keys.max() >= _LARGEST_KEY:
            raise ValueError(f"keys must be in [0, {_LARGEST_KEY}), got {keys.min()} to {keys.max()}")
        last = len(keys) - 1 - np.unique(keys[::-1], return_index=True)[1]
        last.sort()
        keys, vectors = keys[last], vectors[last]
        with self._lock:
            self._kill(keys)
            self._reserve(len(keys), int(keys.max()))
            rows = slice(self._count, self._count + len(keys))
            self._tail[rows.start - len(self._base) : rows.stop - len(self._base)] = vectors
            self._keys[rows] = keys
            self._row_of[keys] = np.arange(rows.start, rows.stop)
            self._count = rows.stop
            self._alive += len(keys)

    def remove(self, keys: Keys) -> None:
        """Remove keys; unknown ones are ignored."""
        with self._lock:
            self._kill(np.unique(np.asarray(keys, np.int64)))

    def rebase(self, keys: Keys, base: Half, since: int) -> None:
        """Stand on a file just written from a snapshot of `since` rows: `keys` (n,), the living ones, in its order.

        What was added or removed since the snapshot stays so.
        """
        with self._lock:
            later = np.arange(since, self._count)
            later = later[self._keys[later] != DEAD]
            rows = self._row_of[keys]
            kept = np.where((rows != DEAD) & (rows < since), keys, DEAD)
            self._tail = self._tail[later - len(self._base)]
            self._keys = np.concatenate([kept, self._keys[later]])
            self._base = base
            self._count = len(self._keys)
            self._row_of[:] = DEAD
            alive = np.flatnonzero(self._keys != DEAD)
            self._row_of[self._keys[alive]] = alive
            self._alive = len(alive)

    def close(self) -> None:
        """End the threads that compare. Searching goes on without them."""
        self._threads.close()

    def _snapshot(self) -> Snapshot:
        return Snapshot(
            self._keys[: self._count], self._base, self._tail[: self._count - len(self._base)], self._threads
        )

    def _kill(self, keys: Keys) -> None:
        keys = keys[(keys >= 0) & (keys < len(self._row_of))]
        rows = self._row_of[keys]
        rows = rows[rows != DEAD]
        self._keys[rows] = DEAD
        self._row_of[keys] = DEAD
        self._alive -= len(rows)

    def _reserve(self, more: int, largest_key: int) -> None:
        needed = self._count + more
        if needed > len(self._keys):
            capacity = max(needed, len(self._base) + max(_FIRST_CAPACITY, 3 * len(self._tail) // 2))
            keys = np.full(capacity, DEAD, np.int64)
            keys[: self._count] = self._keys[: self._count]
            tail = np.empty((capacity - len(self._base), self.dimension), np.float16)
            tail[: self._count - len(self._base)] = self._tail[: self._count - len(self._base)]
            self._keys, self._tail = keys, tail
        if largest_key >= len(self._row_of):
            row_of = np.full(max(largest_key + 1, 3 * len(self._row_of) // 2), DEAD, np.int64)
            row_of[: len(self._row_of)] = self._row_of
            self._row_of = row_of
