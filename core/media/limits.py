"""How much of one file is taken, so that a hostile or broken one stays cheap."""

from core.media.reasons import MediaError
from core.values.reasons import Reason

SHORTEST_WORKING_PX = 288
"""The shorter side that a thumbnail needs; `core.catalog.thumbnails.SHORTEST_PX` is the same number."""

MOST_PIXELS = 1_000_000_000
"""Pixels that the header of a picture may announce."""

MOST_DECODED_PIXELS = 220_000_000
"""Pixels that are decoded at most: 200 megapixels, as the largest phone sensors have, and some more."""

WHOLE_FILE_BYTES = 32 * 1024 * 1024
"""Files up to this size are read at once; of larger ones the decoder takes what it needs."""

MOST_BUFFERED_BYTES = 512 * 1024 * 1024
"""Larger files are never held in memory whole (RAW decoders want that)."""

SIDECAR_BYTES = 4 * 1024 * 1024
"""An XMP packet or sidecar larger than this is left alone."""


def check_pixels(width: int, height: int, decoded: int | None = None) -> None:
    """Refuse a picture that is too large, or has no area.

    Args:
        width: of the full picture.
        height: of the full picture.
        decoded: how many pixels will be decoded; all of them when None.

    Raises:
        MediaError: with `Reason.TOO_LARGE` or `Reason.DAMAGED`.
    """
    if width < 1 or height < 1:
        raise MediaError(Reason.DAMAGED, f"a picture of {width} x {height} pixels")
    pixels = width * height
    if pixels > MOST_PIXELS:
        raise MediaError(Reason.TOO_LARGE, f"{width} x {height}; at most {MOST_PIXELS // 10**6} megapixels")
    if (pixels if decoded is None else decoded) > MOST_DECODED_PIXELS:
        raise MediaError(
            Reason.TOO_LARGE, f"{width} x {height}; at most {MOST_DECODED_PIXELS // 10**6} megapixels here"
        )
