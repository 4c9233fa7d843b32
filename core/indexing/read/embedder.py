"""Turns prepared pictures into vectors, in batches of the size that the encoder likes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.catalog.readings import Vector
from core.embedding.protocol import Encoder
from core.media.request import Frame


def embed(encoder: Encoder, pictures: Sequence[Sequence[Frame]]) -> list[tuple[Vector, ...]]:
    """Return the vectors of each picture's frames. Batches go across pictures."""
    frames = [frame for picture in pictures for frame in picture]
    vectors: list[npt.NDArray[np.float32]] = []
    for start in range(0, len(frames), encoder.batch_size):
        pixels = np.stack([frame.pixels for frame in frames[start : start + encoder.batch_size]])
        vectors.extend(encoder.encode_images(pixels))
    rest = iter(vectors)
    return [
        tuple(
            Vector(number, frame.moment_ms, next(rest).astype("<f2").tobytes()) for number, frame in enumerate(picture)
        )
        for picture in pictures
    ]
