"""Reads TIFF: through Pillow, and by other ways what that does not take: float colours, WebP, old-style JPEG."""

import io
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image, JpegImagePlugin, TiffImagePlugin, WebPImagePlugin

from core.media.formats.protocol import Decoded, Need, NotMineError, Reader
from core.media.formats.still import StillFacts, decode_still
from core.media.limits import check_pixels
from core.media.metadata import merge
from core.media.metadata.exif import directories, read_exif
from core.media.metadata.xmp import XmpFacts, read_xmp
from core.media.reasons import MediaError
from core.media.source import Source
from core.values.photo import Metadata
from core.values.reasons import Reason

if TYPE_CHECKING:
    import tifffile

_XMP = 700
_COMPRESSION, _JPEG_AT = 259, 513
_OLD_STYLE_JPEG, _WEBP = 6, 50001
# None, the fax machines' three, LZW, both kinds of JPEG, Deflate by its two numbers, PackBits.
_KNOWN_COMPRESSIONS = {1, 2, 3, 4, 5, 6, 7, 8, 32946, 32773}
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2


@dataclass(frozen=True, slots=True)
class TiffReader:
    """TIFF and BigTIFF; of several pages, the first."""

    name: str = "TIFF"
    extensions: frozenset[str] = frozenset({".tif", ".tiff"})
    is_salvaged: bool = True

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"))

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        if _directory_at(source.head) >= source.size:
            raise MediaError(Reason.CUT_SHORT, "the directory at the end is missing")
        try:
            image = TiffImagePlugin.TiffImageFile(source.rewound())
        except SyntaxError as error:
            picture = _other_kind(source)
            if picture is None:
                raise NotMineError(str(error)) from error
            return decode_still(picture, self.name, need, _facts(source))
        with image:
            compression = image.tag_v2.get(_COMPRESSION, 1)
            picture = _other_kind(source) if compression == _WEBP else _old_style_jpeg(image, source)
            if picture is not None:
                return decode_still(picture, self.name, need, _facts(source))
            try:
                return decode_still(image, self.name, need)
            except OSError as error:
                if compression not in _KNOWN_COMPRESSIONS:
                    raise MediaError(Reason.UNSUPPORTED) from error
                raise


def _facts(source: Source) -> StillFacts:
    """Return what the directories say, for a picture that was decoded by another way than through them."""
    exif = Image.Exif()
    try:
        exif.load_from_fp(source.rewound())
        packet = exif.get(_XMP)
    except Exception as error:  # Pillow raises whatever its parser stumbles on
        return StillFacts(Metadata(notes=(f"EXIF: {error}",)), (), 1, "", False)
    found = read_exif(directories(exif))
    xmp = read_xmp(packet) if isinstance(packet, bytes | str) else XmpFacts(Metadata())
    metadata = merge.of_file(found.metadata, xmp.metadata, Metadata())
    return StillFacts(metadata, (*found.dates, *xmp.dates), found.orientation, found.comment, xmp.motion_photo)


def _directory_at(head: bytes) -> int:
    field = head[8:16] if b"+" in head[:4] else head[4:8]
    return int.from_bytes(field, "little" if head[:1] == b"I" else "big")


def _old_style_jpeg(image: TiffImagePlugin.TiffImageFile, source: Source) -> JpegImagePlugin.JpegImageFile | None:
    """Return the whole JPEG that such a file has inside. libtiff takes its colours for those of RGB."""
    tags = image.tag_v2
    at = tags.get(_JPEG_AT)
    if tags.get(_COMPRESSION) != _OLD_STYLE_JPEG or not isinstance(at, int):
        return None
    data = source.whole()[at:]
    if not data.startswith(b"\xff\xd8"):
        return None
    try:
        inside = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    except SyntaxError:
        return None
    if inside.size != image.size:
        return None
    if "icc_profile" in image.info:
        inside.info.setdefault("icc_profile", image.info["icc_profile"])
    return inside


def _other_kind(source: Source) -> Image.Image | None:
    """Return the picture of a kind of TIFF that Pillow does not know; None where nobody here does."""
    import tifffile

    # What it complains of is in the reason; a damaged file gives hundreds of lines.
    logging.getLogger("tifffile").setLevel(logging.CRITICAL + 1)
    try:
        with tifffile.TiffFile(io.BytesIO(source.whole())) as tiff:
            page = tiff.pages.first
            check_pixels(page.imagewidth, page.imagelength)
            if page.compression == _WEBP:
                return _webp(page, source)
            return _of_samples(np.asarray(page.asarray()), page)
    except MediaError:
        raise
    except Exception as error:  # tifffile raises whatever it stumbles on, and ValueError for what needs another package
        if "requires the" in str(error):
            raise MediaError(Reason.UNSUPPORTED) from error
        return None


def _webp(page: "tifffile.TiffPage", source: Source) -> Image.Image:
    data = source.whole()
    whole = Image.new("RGBA" if page.samplesperpixel == 4 else "RGB", (page.imagewidth, page.imagelength))
    wide = page.tilewidth or page.imagewidth
    high = page.tilelength or page.rowsperstrip
    across = -(-page.imagewidth // wide)
    for number, (at, length) in enumerate(zip(page.dataoffsets, page.databytecounts, strict=True)):
        with WebPImagePlugin.WebPImageFile(io.BytesIO(data[at : at + length])) as part:
            whole.paste(part, (number % across * wide, number // across * high))
    return whole


def _of_samples(samples: npt.NDArray[np.generic], page: "tifffile.TiffPage") -> Image.Image | None:
    """Return a picture of grey or colour samples of any width, as 8 bits."""
    if page.photometric not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB):
        return None
    if "S" in page.axes and page.axes.index("S") == 0:
        samples = np.moveaxis(samples, 0, -1)
    scaled = _as_bytes(samples, page.bitspersample)
    if page.photometric == _WHITE_IS_ZERO:
        scaled = 255 - scaled
    if scaled.ndim == 3:
        scaled = scaled[:, :, :4] if scaled.shape[2] >= 4 and page.extrasamples else scaled[:, :, :3]
    return Image.fromarray(np.ascontiguousarray(scaled.squeeze()))


def _as_bytes(samples: npt.NDArray[np.generic], bits: int) -> npt.NDArray[np.uint8]:
    if samples.dtype.kind == "f":
        values = np.nan_to_num(samples.astype(np.float32), posinf=0.0, neginf=0.0)
        # 1 is white, as in whatever is made for a screen; other ranges are stretched.
        low, high = (
            (0.0, 1.0) if values.min() >= 0 and values.max() <= 1 else (float(values.min()), float(values.max()))
        )
        return np.asarray((values - low) * (255.0 / max(high - low, 1e-12)), np.uint8)
    lowest = -(2 ** (bits - 1)) if samples.dtype.kind == "i" else 0
    return np.asarray((samples.astype(np.float64) - lowest) * (255.0 / (2**bits - 1)), np.uint8)


READERS: tuple[Reader, ...] = (TiffReader(),)
