"""Makes the stored thumbnail from a decoded picture."""

import io

from PIL import Image

from core.catalog.thumbnails import LONGEST_PX, SHORTEST_PX

_QUALITY = 85


def thumbnail_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the thumbnail of a picture: shortest side 288, longest at most 1280, never enlarged."""
    scale = min(1.0, SHORTEST_PX / min(width, height), LONGEST_PX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def make_thumbnail(picture: Image.Image) -> bytes:
    """Return the JPEG of an upright sRGB RGB `picture`."""
    size = thumbnail_size(*picture.size)
    small = picture if size == picture.size else picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
