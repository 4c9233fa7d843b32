"""Reads Windows bitmaps, also those that Pillow does not: with bit fields of any width, and without a file's header.

The layout: Microsoft's BITMAPINFOHEADER and its later versions.
"""

import io
import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import BmpImagePlugin, Image, ImageFile

from core.media.formats.protocol import Decoded, Need, NotMineError, Reader
from core.media.formats.still import decode_still
from core.media.limits import check_pixels
from core.media.reasons import MediaError
from core.media.source import Source
from core.values.reasons import Reason

_HEADER_BYTES = {40, 52, 56, 64, 108, 124}
_BITFIELDS, _ALPHA_BITFIELDS = 3, 6
_DEPTHS = {1, 2, 4, 8, 16, 24, 32}
_FILE_HEADER = 14


@dataclass(frozen=True, slots=True)
class _Header:
    size: int
    width: int
    height: int
    depth: int
    compression: int
    colours: int


@dataclass(frozen=True, slots=True)
class BitmapReader:
    """BMP, and DIB: the same without the header of a file."""

    name: str = "BMP"
    extensions: frozenset[str] = frozenset({".bmp", ".dib"})
    is_salvaged: bool = True

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return head.startswith(b"BM") or _header(head) is not None

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        start = _FILE_HEADER if source.head.startswith(b"BM") else 0
        header = _header(source.head[start:])
        if header is not None and header.compression in (_BITFIELDS, _ALPHA_BITFIELDS):
            return decode_still(_by_masks(source.whole(), start, header), self.name, need)
        try:
            image = BmpImagePlugin.BmpImageFile(source.rewound() if start else _with_file_header(source, header))
        except SyntaxError as error:
            raise NotMineError(str(error)) from error
        with image:
            return decode_still(image, self.name, need)


def _header(data: bytes) -> _Header | None:
    """Return the header that `data` begins with, or None where it is none."""
    if len(data) < 40:
        return None
    size, width, height, planes, depth, compression = struct.unpack_from("<IiiHHI", data)
    if size not in _HEADER_BYTES or planes != 1 or depth not in _DEPTHS or compression > _ALPHA_BITFIELDS:
        return None
    if width <= 0 or height == 0:
        return None
    return _Header(size, width, height, depth, compression, struct.unpack_from("<I", data, 32)[0])


def _with_file_header(source: Source, header: _Header | None) -> io.BytesIO:
    """Return a DIB with the header of a file before it, which says where the pixels begin."""
    if header is None:
        raise NotMineError("no bitmap")
    palette = 4 * (header.colours or (1 << header.depth if header.depth <= 8 else 0))
    pixels = _FILE_HEADER + header.size + palette
    return io.BytesIO(struct.pack("<2sIHHI", b"BM", _FILE_HEADER + source.size, 0, 0, pixels) + source.whole())


def _by_masks(data: bytes, start: int, header: _Header) -> Image.Image:
    """Return the picture of a bitmap whose pixels are 16 or 32 bits, with a mask for each colour."""
    width, height = header.width, abs(header.height)
    check_pixels(width, height)
    if header.depth not in (16, 32):
        raise MediaError(Reason.DAMAGED)
    count = 4 if header.size >= 56 or header.compression == _ALPHA_BITFIELDS else 3
    masks = struct.unpack_from(f"<{count}I", data, start + 40)
    behind = start + header.size + (4 * count if header.size == 40 else 0)
    at = struct.unpack_from("<I", data, 10)[0] if start else behind
    stride = (width * header.depth // 8 + 3) // 4 * 4
    rows = data[at : at + stride * height]
    if len(rows) < stride * height and not ImageFile.LOAD_TRUNCATED_IMAGES:
        raise MediaError(Reason.CUT_SHORT)
    whole = np.frombuffer(rows + bytes(stride * height - len(rows)), np.uint8).reshape(height, stride)
    kind = np.dtype("<u2" if header.depth == 16 else "<u4")
    values = whole[:, : width * kind.itemsize].copy().view(kind).astype(np.uint32)
    if header.height > 0:
        values = values[::-1]
    planes = [_plane(values, mask) for mask in masks if mask]
    if len(planes) < 3:
        raise MediaError(Reason.DAMAGED)
    # An alpha that is nought everywhere was never set.
    has_alpha = len(planes) == 4 and bool(planes[3].any())
    return Image.fromarray(np.stack(planes[: 4 if has_alpha else 3], axis=-1))


def _plane(values: npt.NDArray[np.uint32], mask: int) -> npt.NDArray[np.uint8]:
    shift = (mask & -mask).bit_length() - 1
    most = mask >> shift
    return np.asarray((((values & np.uint32(mask)) >> np.uint32(shift)) * (255.0 / most)).round(), np.uint8)


READERS: tuple[Reader, ...] = (BitmapReader(),)
