"""Reads JPEG XL where the package pillow-jxl-plugin is installed; says what is missing where it is not."""

from dataclasses import dataclass

from core.media.formats.protocol import Decoded, Need, NotMineError, Reader
from core.media.formats.still import decode_still
from core.media.reasons import MediaError, Reason
from core.media.source import Source

_CODESTREAM = b"\xff\x0a"
_CONTAINER = b"\x00\x00\x00\x0cJXL \r\n\x87\n"


@dataclass(frozen=True, slots=True)
class JpegXlReader:
    """JPEG XL, bare or in its container. Of an animation, the first frame."""

    name: str = "JXL"
    extensions: frozenset[str] = frozenset({".jxl"})

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return head.startswith((_CODESTREAM, _CONTAINER))

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        try:
            from pillow_jxl.JpegXLImagePlugin import JXLImageFile
        except ImportError as error:
            raise MediaError(Reason.NEEDS_PLUGIN, "pillow-jxl-plugin, for JPEG XL") from error
        try:
            image = JXLImageFile(source.in_memory())
        except SyntaxError as error:
            raise NotMineError(str(error)) from error
        with image:
            return decode_still(image, self.name, need)


READERS: tuple[Reader, ...] = (JpegXlReader(),)
