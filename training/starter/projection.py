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

    def of(self, features: Floats, like: Floats | None = None) -> Floats:
        """Targets of a set. Each is centred by itself, for they differ in sharpness, or as another one `like` it."""
        if len(features) == 0:
            return np.empty((0, self.basis.shape[1]), np.float32)
        centre = _roots(features if like is None else like).mean(0)
        projected = ((_roots(features) - centre) / self.scale) @ self.basis
        targets: Floats = (projected / np.linalg.norm(projected, axis=1, keepdims=True)).astype(np.float32)
        return targets


def projection_of(raw: dict[str, Floats], dimension: int) -> Projection:
    """Find the strongest directions of all sets together."""
    together = np.concatenate([roots - roots.mean(0) for roots in map(_roots, raw.values())])
    scale = together.std(0) + 1e-3
    together /= scale
    values, directions = np.linalg.eigh(together.T @ together / len(together))
    strongest = np.argsort(values)[::-1][:dimension]
    basis = directions[:, strongest] / values[strongest] ** 0.25
    return Projection(scale, basis.astype(np.float32))


def _roots(features: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(features, 0)))
