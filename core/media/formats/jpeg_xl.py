"""Reads JPEG XL where the package pillow-jxl-plugin is installed; says what is missing where it is not."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, JpegImagePlugin

from core.media.formats.protocol import Decoded, Need, Reader
from core.media.formats.still import decode_still
from core.media.limits import SIDECAR_BYTES
from core.media.reasons import MediaError
from core.media.source import Source
from core.values.reasons import Reason

_COMPRESSED = b"brob"
_TIFF = (b"II*\x00", b"MM\x00*")
_CODESTREAM = b"\xff\x0a"
_CONTAINER = b"\x00\x00\x00\x0cJXL \r\n\x87\n"


@dataclass(frozen=True, slots=True)
class JpegXlReader:
    """JPEG XL, bare or in its container. Of an animation, the first frame."""

    name: str = "JXL"
    extensions: frozenset[str] = frozenset({".jxl"})
    is_salvaged: bool = True

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return head.startswith((_CODESTREAM, _CONTAINER))

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        try:
            from pillow_jxl import Decoder
        except ImportError as error:
            raise MediaError(Reason.NEEDS_PLUGIN, "pillow-jxl-plugin, for JPEG XL") from error
        # The package's decoder, not its plugin for Pillow, which drops XMP.
        is_jpeg, info, data, icc, boxes = Decoder(num_threads=1)(source.whole())
        if is_jpeg:  # a JPEG that was made smaller without loss
            with JpegImagePlugin.JpegImageFile(io.BytesIO(data)) as image:
                return decode_still(image, self.name, need)
        mode = "F" if info.mode == "F;16" else info.mode
        whole = Image.frombytes(mode, (info.width, info.height), data)
        whole.info.update(_blocks((box.box_type, box.data) for box in boxes))
        if icc:
            whole.info["icc_profile"] = icc
        return decode_still(whole, self.name, need)


def _blocks(boxes: Iterable[tuple[bytes, bytes]]) -> dict[str, bytes]:
    """Return EXIF and XMP under the names that Pillow's own formats use."""
    found: dict[str, bytes] = {}
    for outer, content in boxes:
        is_compressed = outer == _COMPRESSED and content[:4] in (b"Exif", b"xml ")
        kind, data = (content[:4], _decompressed(content[4:])) if is_compressed else (outer, content)
        if kind == b"xml ":
            found.setdefault("xmp", data)
        elif kind == b"Exif":
            # By the standard the block's offset stands before it; some programs leave that out.
            found.setdefault("exif", data if data[:4] in _TIFF else data[4 + int.from_bytes(data[:4], "big") :])
    return found


def _decompressed(data: bytes) -> bytes:
    try:
        import brotli

        return bytes(brotli.Decompressor().process(data, output_buffer_limit=SIDECAR_BYTES))
    except ImportError:
        return b""
    except brotli.error:
        return b""  # what was there can be neither read nor said


READERS: tuple[Reader, ...] = (JpegXlReader(),)
