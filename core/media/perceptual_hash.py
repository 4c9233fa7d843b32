"""A 64-bit fingerprint of what a picture looks like: near-duplicates differ in few bits.

The DCT hash of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), as pHash
and ImageHash compute it: grey, 32 x 32, two-dimensional DCT, its 8 x 8 lowest frequencies against their median.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

_SIDE = 32
_KEPT = 8


def _dct_rows() -> npt.NDArray[np.float32]:
    frequency = np.arange(_KEPT)[:, None]
    position = np.arange(_SIDE)[None, :]
    return np.cos(np.pi * frequency * (2 * position + 1) / (2 * _SIDE)).astype(np.float32)


_DCT = _dct_rows()


def perceptual_hash(picture: Image.Image) -> int:
    """Return the hash of an upright `picture` as a signed 64-bit integer."""
    grey = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    low = _DCT @ np.asarray(grey, dtype=np.float32) @ _DCT.T
    bits = (low > np.median(low)).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big", signed=True)


def distance(first: int, second: int) -> int:
    """Return in how many of the 64 bits two hashes differ."""
    return ((first ^ second) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
