"""The way of every still from Pillow's lazy image to an upright sRGB picture of useful size, with its metadata."""

from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageFile, IptcImagePlugin

from core.media.colour import to_srgb
from core.media.formats.protocol import Decoded, Need, Picture
from core.media.limits import check_pixels
from core.media.metadata import merge, values
from core.media.metadata.dates import Dates
from core.media.metadata.exif import ExifFacts, directories, read_exif
from core.media.metadata.iptc import IptcFacts, IptcRecords, read_iptc
from core.media.metadata.png_texts import iptc_records
from core.media.metadata.xmp import XmpFacts, read_xmp
from core.media.model_input import Box
from core.values.photo import MediaKind, Metadata

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# An undrafted picture is first averaged down to about this many times the needed size: box filtering is
# several times cheaper than bicubic over all pixels, and what the bicubic steps then see is still finer than they need.
_HEADROOM = 2


@dataclass(frozen=True, slots=True)
class StillFacts:
    """The metadata of one still."""

    metadata: Metadata
    dates: Dates
    orientation: int
    comment: str
    motion_photo: bool


def decode_still(image: Image.Image, format_name: str, need: Need, facts: StillFacts | None = None) -> Decoded:
    """Decode `image`, opened but not loaded, as far as `need` asks. `facts`: where `image` does not carry them itself.

    Raises:
        MediaError: it is too large.
        Exception: whatever Pillow raises on a damaged file.
    """
    width, height = image.size
    draft(image, need)
    check_pixels(width, height, image.width * image.height)
    image.load()
    # Only now: Pillow turns TIFFs upright while loading, and takes the orientation out of their EXIF.
    facts = facts or read_facts(image)
    icc = image.info.get("icc_profile")
    width, height = max(width, image.width), max(height, image.height)
    picture = to_srgb(reduced(image, need), icc if isinstance(icc, bytes) else None)
    box = _box(picture.size, width, height)
    if facts.orientation >= 5:
        width, height = height, width
    return Decoded(
        kind=MediaKind.IMAGE,
        format=format_name,
        width=width,
        height=height,
        pictures=(upright(Picture(picture, box), facts.orientation),),
        metadata=facts.metadata,
        dates=facts.dates,
        comment=facts.comment,
        motion_video=facts.motion_photo,
    )


def draft(image: Image.Image, need: Need) -> None:
    """Let the decoder make the picture smaller where it can (JPEG; HEIF that holds a large thumbnail)."""
    width, height = image.size
    scale = need.shortest_px / min(width, height)
    if scale < 1:
        image.draft(None, (max(1, round(width * scale)), max(1, round(height * scale))))


def reduced(image: Image.Image, need: Need) -> Image.Image:
    """Return the loaded `image` averaged down by a whole factor, if it is several times larger than needed."""
    factor = min(image.size) // (need.shortest_px * _HEADROOM)
    if factor < 2 or image.mode not in {"L", "RGB", "RGBA", "LA", "CMYK", "I", "F"}:
        return image
    smaller = image.reduce(factor)
    smaller.info = image.info
    return smaller


def _box(size: tuple[int, int], width: int, height: int) -> Box:
    """Return the part of a picture of `size` that shows the full `width` x `height`.

    A decoder and `Image.reduce` round the size up: the last column and row then stand for less than a pixel. To take
    them as whole ones would shift everything by up to a pixel, which a model sees.
    """
    scale = max(1, round(max(width / size[0], height / size[1])))
    return 0.0, 0.0, min(float(size[0]), width / scale), min(float(size[1]), height / scale)


def upright(picture: Picture, orientation: int) -> Picture:
    """Return `picture` turned as its EXIF `orientation` (1 to 8) says."""
    transposition = _UPRIGHT.get(orientation)
    if transposition is None:
        return picture
    turned = picture.image.transpose(transposition)
    return Picture(turned, None if picture.box is None else _turned_box(picture.box, picture.image.size, orientation))


def _turned_box(box: Box, size: tuple[int, int], orientation: int) -> Box:
    left, top, right, bottom = box
    width, height = size
    if orientation in (2, 3, 7, 8):
        left, right = width - right, width - left
    if orientation in (3, 4, 6, 7):
        top, bottom = height - bottom, height - top
    return (top, left, bottom, right) if orientation >= 5 else (left, top, right, bottom)


def read_facts(image: Image.Image) -> StillFacts:
    """Return the metadata that `image` carries. Never fails for it: what is malformed becomes a note."""
    notes = values.Notes("EXIF")
    try:
        exif = read_exif(directories(image.getexif()))
    except Exception as error:  # Pillow raises whatever its parser stumbles on
        notes.add("block", error or "malformed")
        exif = ExifFacts(Metadata(notes=tuple(notes.lines)))
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    xmp = read_xmp(packet) if isinstance(packet, bytes | str) else XmpFacts(Metadata())
    iptc = _iptc(image)
    return StillFacts(
        merge.of_file(exif.metadata, xmp.metadata, iptc.metadata),
        (*exif.dates, *xmp.dates, *iptc.dates),
        exif.orientation,
        f"{exif.comment} {xmp.comment}",
        xmp.motion_photo,
    )


def _iptc(image: Image.Image) -> IptcFacts:
    try:
        if isinstance(image, ImageFile.ImageFile) and image.format != "PNG":
            records = cast("IptcRecords", IptcImagePlugin.getiptcinfo(image) or {})
        else:
            records = iptc_records(image.info)
    except Exception as error:  # as for EXIF
        return IptcFacts(Metadata(notes=(f"IPTC block: {error}",)))
    return read_iptc(records)
