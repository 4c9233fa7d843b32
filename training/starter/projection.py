"""What is made of the feature teacher's features.

They are square-rooted and standardised, then projected to half-whitened principal directions, so that a cosine between
two targets is not ruled by a few strong features.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Projection:
    """What is divided by, and the half-whitened directions `[features, dimension]`."""

    scale: Floats
    basis: Floats

    def of(self, features: Floats) -> Floats:
        """Targets of a set. Each set is centred by itself: they differ in sharpness."""
        if len(features) == 0:
            return np.empty((0, self.basis.shape[1]), np.float32)
        projected = (_centred_roots(features) / self.scale) @ self.basis
        targets: Floats = (projected / np.linalg.norm(projected, axis=1, keepdims=True)).astype(np.float32)
        return targets


def projection_of(raw: dict[str, Floats], dimension: int) -> Projection:
    """Find the strongest directions of all sets together."""
    together = np.concatenate([_centred_roots(features) for features in raw.values()])
    scale = together.std(0) + 1e-3
    together /= scale
    values, directions = np.linalg.eigh(together.T @ together / len(together))
    strongest = np.argsort(values)[::-1][:dimension]
    basis = directions[:, strongest] / values[strongest] ** 0.25
    return Projection(scale, basis.astype(np.float32))


def _centred_roots(features: Floats) -> Floats:
    roots = np.sqrt(np.maximum(features, 0))
    return np.asarray(roots - roots.mean(0))
