"""Shows what is left of a file that is cut short or damaged, as viewers do: one rule for all still formats.

A picture of which a useful part can be decoded is shown, with its flaw said; one of which next to nothing is left is
refused. What a picture can do without, such as a broken text in a PNG, is left out and is no flaw.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile

from core.media.formats import png_chunks
from core.media.formats.iso_media import announced_size as iso_size
from core.media.formats.iso_media import brands
from core.media.source import Source

_LEAST_SHARE = 0.05
"""Of a picture, or of its file, that must be there."""
_LOST_TAIL = b"\xff\xd9" * 2
_LOCK = threading.RLock()


def missing_bytes(source: Source) -> int:
    """Return how many bytes the file lacks by what its own header announces; 0 where it announces nothing."""
    announced = 0
    if source.head[:4] == b"RIFF":
        announced = int.from_bytes(source.head[4:8], "little") + 8
    elif brands(source.head):
        announced = iso_size(source.stream, source.size)
    return max(0, announced - source.size)


def cleaned(source: Source) -> Source | None:
    """Return the file without what a picture can do without; None where there is nothing to leave out."""
    if not source.head.startswith(png_chunks.MAGIC):
        return None
    data = png_chunks.without_odd_chunks(source.whole())
    return None if data is None else _holding(source, data)


def mended(source: Source) -> Source | None:
    """Return the file in a state in which its decoder gives what is there; None where that is no use."""
    if source.head.startswith(b"\xff\xd8"):
        return _holding(source, source.whole() + _LOST_TAIL)
    if source.head.startswith(png_chunks.MAGIC):
        return _holding(source, png_chunks.with_right_checksums(source.whole()))
    missing = missing_bytes(source)
    if missing:
        if source.size < _LEAST_SHARE * (source.size + missing):
            return None
        # These decoders want all bytes; they decode what is there, and rubbish behind it.
        return _holding(source, source.whole() + bytes(min(missing, source.size * round(1 / _LEAST_SHARE))))
    return source


@contextmanager
def tolerant(source: Source) -> Iterator[None]:
    """Let Pillow's own decoders give what they have when a file ends too soon.

    Not those of HEIF: its plug-in then gives black pictures. The switch is one for the whole process.
    """
    if brands(source.head):
        yield
        return
    with _LOCK:
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def shows_enough(picture: Image.Image) -> bool:
    """Tell whether the picture has more than what decoders fill a gap with: rows of one colour, at either end."""
    pixels = np.asarray(picture.convert("RGB"))
    flat = (pixels == pixels[:, :1]).all(axis=(1, 2))
    filled = max(_first_run(flat & _like(pixels, 0)), _first_run((flat & _like(pixels, -1))[::-1]))
    return bool(filled <= (1 - _LEAST_SHARE) * len(pixels))


def _like(pixels: npt.NDArray[np.uint8], row: int) -> npt.NDArray[np.bool_]:
    return np.asarray((pixels[:, 0] == pixels[row, 0]).all(axis=1))


def _first_run(rows: npt.NDArray[np.bool_]) -> int:
    """Return how many of `rows` are true before the first that is not."""
    return len(rows) if rows.all() else int(np.argmin(rows))


def _holding(source: Source, data: bytes) -> Source:
    return replace(source, stream=io.BytesIO(data), data=data, size=len(data))
