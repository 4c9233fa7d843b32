"""Makes the stored thumbnail from a decoded picture."""

import io

from PIL import Image

from core.catalog.thumbnails import LONGEST_PX, SHORTEST_PX
from core.media.model_input import Box

# Models are given stored thumbnails when the user changes the model: these two keep what they see (decision 10).
_QUALITY = 92
_FILTER = Image.Resampling.LANCZOS


def thumbnail_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the thumbnail of a picture: shortest side 288, longest at most 1280, never enlarged."""
    scale = min(1.0, SHORTEST_PX / min(width, height), LONGEST_PX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def shrunk(picture: Image.Image, box: Box | None = None) -> Image.Image:
    """Return `picture`, or what of it lies in `box`, in the size of its thumbnail."""
    if box is None:
        box = (0.0, 0.0, float(picture.width), float(picture.height))
    size = thumbnail_size(round(box[2] - box[0]), round(box[3] - box[1]))
    return picture if size == picture.size else picture.resize(size, _FILTER, box=box)


def to_jpeg(thumbnail: Image.Image) -> bytes:
    """Return the JPEG of a thumbnail."""
    buffer = io.BytesIO()
    thumbnail.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
