"""What every kind of vector index can do. Keys are embedding ids of the catalog."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Matches:
    """The nearest vectors, best first. `scores`: similarity, greater is nearer (for cosine: the cosine)."""

    keys: Keys
    scores: npt.NDArray[np.float32]


class VectorIndex(Protocol):
    """Nearest-neighbour search over unit vectors. Safe to search from one thread while another adds."""

    def __len__(self) -> int: ...

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors (n, d); a key that is there already is replaced."""

    def remove(self, keys: Keys) -> None:
        """Remove keys; unknown ones are ignored."""

    def keys(self) -> Keys:
        """Return all keys, in no particular order."""

    def search(self, query: npt.NDArray[np.float32], limit: int, allowed: Keys | None = None) -> Matches:
        """Return the `limit` nearest to `query` (d,), among `allowed` when given."""

    def scores(self, query: npt.NDArray[np.float32], keys: Keys) -> npt.NDArray[np.float32]:
        """Return the similarity of `query` to each of `keys`, NaN for an unknown key."""
