"""Reads cameras' RAW files: the preview that the camera put in, or a half-size demosaic when there is none.

Facts come from the file's own TIFF directories where it has them, else from the preview's EXIF and from LibRaw.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image, JpegImagePlugin
from PIL.ExifTags import Base

from core.media.formats.iso_media import boxes, brands
from core.media.formats.protocol import Decoded, Need, NotMineError, Picture, Reader
from core.media.formats.salvage import missing_bytes, shows_enough
from core.media.formats.still import decode_still, upright
from core.media.formats.tiff_layout import pictures_end
from core.media.limits import check_pixels
from core.media.metadata import merge, values
from core.media.metadata.dates import DateKind, Dates, dated
from core.media.metadata.exif import Directories, ExifFacts, directories, read_exif
from core.media.reasons import MediaError
from core.media.source import Source
from core.values.photo import MediaKind, Metadata, TakenAt
from core.values.reasons import Reason

if TYPE_CHECKING:
    import rawpy

_OTHER_MAGIC = (
    b"FUJIFILMCCD-RAW",
    b"IIRO",  # Olympus
    b"IIRS",
    b"MMOR",
    b"IIU\x00",  # Panasonic
    b"FOVb",  # Sigma
    b"\x00MRM",  # Minolta
    b"II\x1a\x00\x00\x00HEAPCCDR",  # Canon CRW
)
_TIFF_MAGIC = {b"II*\x00": "<", b"MM\x00*": ">"}
# Makers' variants of TIFF, which differ from it in the magic number only.
_TIFF_LIKE = {b"IIRO": b"II*\x00", b"IIRS": b"II*\x00", b"IIU\x00": b"II*\x00", b"MMOR": b"MM\x00*"}

_NEW_SUBFILE_TYPE, _COMPRESSION, _MAKE, _SUB_IFDS, _DNG_VERSION = 0xFE, 0x103, 0x10F, 0x14A, 0xC612
_RAW_COMPRESSIONS = {34713, 32767, 32769, 32770, 65535, 34892}
# LibRaw's `flip`, as the EXIF orientation that turns the picture the same way.
_ORIENTATION_OF_FLIP = {3: 3, 5: 8, 6: 6}


@dataclass(frozen=True, slots=True)
class RawReader:
    """Whatever LibRaw knows."""

    name: str = "RAW"
    # fmt: off
    extensions: frozenset[str] = frozenset(
        {
            ".dng", ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".arw", ".srf", ".sr2", ".raf", ".orf", ".rw2",
            ".rwl", ".pef", ".srw", ".x3f", ".3fr", ".fff", ".iiq", ".mrw", ".mef", ".erf", ".kdc", ".dcr",
            ".mos", ".gpr",
        }
    )
    # fmt: on
    is_salvaged: bool = False

    def takes(self, head: bytes) -> bool:
        """See `Reader`. Many RAW files are TIFF by their magic; what their first directory holds decides."""
        if head.startswith(_OTHER_MAGIC) or b"crx " in brands(head):
            return True
        return head[:4] in _TIFF_MAGIC and (head[8:10] == b"CR" or _is_raw_directory(dict(_first_directory(head))))

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        import rawpy

        data = source.whole()
        try:
            with rawpy.imread(io.BytesIO(data)) as raw:
                decoded = _decode(raw, source, data, need)
                return replace(decoded, flaw=Reason.CUT_SHORT) if _is_cut(source, data) else decoded
        except (rawpy.LibRawFileUnsupportedError, rawpy.NotSupportedError) as error:
            raise NotMineError(f"unsupported: {_words(error)}") from error
        except (rawpy.LibRawUnsufficientMemoryError, rawpy.LibRawTooBigError) as error:
            raise MediaError(Reason.OUT_OF_MEMORY) from error
        except rawpy.LibRawIOError as error:
            raise MediaError(Reason.CUT_SHORT) from error
        except rawpy.LibRawError as error:
            raise MediaError(Reason.DAMAGED, words=_words(error)) from error


def _words(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    return text.decode("ascii", "replace") if isinstance(text, bytes) else str(text)


def _first_directory(head: bytes) -> Iterator[tuple[int, int]]:
    """Yield tag and (first) value of each entry of the first TIFF directory, as far as it lies in `head`."""
    order = _TIFF_MAGIC[head[:4]]
    try:
        (offset,) = struct.unpack_from(order + "I", head, 4)
        (count,) = struct.unpack_from(order + "H", head, offset)
        for at in range(offset + 2, offset + 2 + 12 * min(count, 200), 12):
            tag, kind, _, value = struct.unpack_from(order + "HHII", head, at)
            yield tag, struct.unpack_from(order + "H", head, at + 8)[0] if kind == 3 else value
    except struct.error:
        return


def _is_raw_directory(entries: dict[int, int]) -> bool:
    if _DNG_VERSION in entries or entries.get(_COMPRESSION) in _RAW_COMPRESSIONS:
        return True
    # The picture in the first directory is only a preview, or it belongs to a camera and has pictures below it.
    return _MAKE in entries and (_SUB_IFDS in entries or entries.get(_NEW_SUBFILE_TYPE) == 1)


def _decode(raw: "rawpy.RawPy", source: Source, data: bytes, need: Need) -> Decoded:
    sizes = raw.sizes
    check_pixels(sizes.raw_width, sizes.raw_height)
    width, height = sizes.width, sizes.height
    if sizes.flip in (5, 6):
        width, height = height, width
    own = _own_facts(source, data)
    dates: Dates = ()
    preview = _preview(raw, need)
    # Where the sensor's data is no use, a small preview is all that there is.
    sensor = None if preview is not None and preview.is_large_enough else _developed(raw)
    if preview is not None and sensor is None:
        picture, metadata, dates = preview.decoded.pictures[0], preview.decoded.metadata, preview.decoded.dates
        lies = (picture.image.width > picture.image.height) != (width > height)
        if lies or (sizes.flip == 3 and not preview.was_turned):
            picture = upright(picture, _ORIENTATION_OF_FLIP.get(sizes.flip, 1))
    elif sensor is not None:
        picture, metadata = Picture(sensor), Metadata()
    else:
        raise MediaError(Reason.CUT_SHORT if _is_cut(source, data) else Reason.NO_PICTURE)
    joined = merge.merge(own.metadata, metadata)
    if joined.camera_model is None:
        # Only then: for these facts LibRaw unpacks the sensor's data.
        libraw = _libraw_facts(raw)
        joined, dates = merge.merge(joined, libraw.metadata), (*dates, *libraw.dates)
    maker = (joined.camera_make or "").split()
    return Decoded(
        kind=MediaKind.RAW,
        format="DNG" if _is_dng(source.head) else (maker[0].title() + " RAW" if maker else "RAW"),
        width=width,
        height=height,
        pictures=(picture,),
        metadata=joined,
        dates=(*own.dates, *dates),
    )


@dataclass(frozen=True, slots=True)
class _Preview:
    """The picture that the camera made, and whether it was turned by an orientation of its own."""

    decoded: Decoded
    was_turned: bool
    is_large_enough: bool


def _developed(raw: "rawpy.RawPy") -> Image.Image | None:
    """Return the picture of the sensor's data; None where there is next to nothing, which would come out black."""
    import rawpy

    try:
        developed = Image.fromarray(raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8))
    except (rawpy.LibRawIOError, rawpy.LibRawDataError):
        return None
    return developed if shows_enough(developed) else None


def _is_cut(source: Source, data: bytes) -> bool:
    """Tell whether the file ends before its pictures do."""
    if brands(source.head):
        return missing_bytes(source) > 0
    if source.head.startswith(b"FUJIFILMCCD-RAW"):
        places = struct.unpack_from(">6I", source.head, 84) if len(source.head) >= 108 else ()
        return any(at + length > source.size for at, length in zip(places[::2], places[1::2], strict=True))
    return pictures_end(data) > source.size


def _preview(raw: "rawpy.RawPy", need: Need) -> _Preview | None:
    """Return the embedded preview; None where there is none that can be decoded."""
    import rawpy

    try:
        thumb = raw.extract_thumb()
    except rawpy.LibRawError:  # there is none, of a kind that LibRaw does not know, or in a file that ends before it
        return None
    if thumb.format != rawpy.ThumbFormat.JPEG or not isinstance(thumb.data, bytes):
        return None
    try:
        with JpegImagePlugin.JpegImageFile(io.BytesIO(thumb.data)) as image:
            is_large_enough = min(image.size) >= need.shortest_px
            was_turned = image.getexif().get(Base.Orientation, 1) != 1
            return _Preview(decode_still(image, "JPEG", need), was_turned, is_large_enough)
    except Exception:  # Pillow raises whatever it stumbles on; the sensor's data may still be whole
        return None


def _is_dng(head: bytes) -> bool:
    return head[:4] in _TIFF_MAGIC and any(tag == _DNG_VERSION for tag, _ in _first_directory(head))


def _own_facts(source: Source, data: bytes) -> ExifFacts:
    if b"crx " in brands(source.head):
        return read_exif(_canon_directories(source))
    magic = _TIFF_LIKE.get(source.head[:4], source.head[:4])
    if magic not in _TIFF_MAGIC:
        return ExifFacts(Metadata())
    exif = Image.Exif()
    try:
        exif.load_from_fp(io.BytesIO(magic + data[4:]))
    except Exception as error:  # Pillow raises whatever its parser stumbles on
        return ExifFacts(Metadata(notes=(f"EXIF: {error}",)))
    return read_exif(directories(exif))


def _canon_directories(source: Source) -> Directories:
    """Return the directories of a CR3, each a TIFF of its own in a box below `moov`."""
    found: dict[bytes, dict[int, object]] = {}
    for kind, start, end in boxes(source.stream, 0, source.size):
        if kind != b"moov":
            continue
        for inner, inner_start, inner_end in boxes(source.stream, start, end):
            if inner != b"uuid":
                continue
            for name, at, until in boxes(source.stream, inner_start + 16, inner_end):
                if name in (b"CMT1", b"CMT2", b"CMT4"):
                    source.stream.seek(at)
                    found[name] = _loose_directory(source.stream.read(until - at))
    return Directories(found.get(b"CMT1", {}), found.get(b"CMT2", {}), found.get(b"CMT4", {}))


def _loose_directory(tiff: bytes) -> dict[int, object]:
    exif = Image.Exif()
    try:
        exif.load(tiff)
        return dict(exif)
    except Exception:  # as above; the other directories may be whole
        return {}


def _libraw_facts(raw: "rawpy.RawPy") -> ExifFacts:
    import rawpy

    notes = values.Notes("LibRaw")
    try:
        other, lens = raw.other, raw.lens.model
    except rawpy.LibRawError:  # the file ends too soon
        return ExifFacts(Metadata())
    metadata = Metadata(
        lens=notes.take("lens", lens, values.name),
        iso=notes.take("ISO", other.iso_speed, values.iso_speed),
        f_number=notes.take("aperture", other.aperture, values.between(0.1, 1000)),
        exposure_s=notes.take("shutter", other.shutter_speed, values.between(1e-7, 1e6)),
        focal_mm=notes.take("focal length", other.focal_length, values.between(0.1, 1e5)),
    )
    clock = other.timestamp
    return ExifFacts(metadata, dated(TakenAt(clock) if clock.year > 1980 else None, DateKind.DIGITISED))


READERS: tuple[Reader, ...] = (RawReader(),)
