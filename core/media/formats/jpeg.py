"""Reads JPEG, the one format that nearly every photo has."""

from dataclasses import dataclass, replace
from typing import BinaryIO

from PIL import JpegImagePlugin

from core.media.formats.protocol import Decoded, Need, NotMineError, Reader
from core.media.formats.still import decode_still
from core.media.reasons import MediaError
from core.media.source import Source
from core.values.reasons import Reason

_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_JUNK = 64 * 1024
_SAMSUNG_CLIP = b"MotionPhoto_Data"


@dataclass(frozen=True, slots=True)
class JpegReader:
    """JPEG; of several pictures in one file (MPO) the first."""

    name: str = "JPEG"
    extensions: frozenset[str] = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"})
    is_salvaged: bool = True

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return head.startswith(b"\xff\xd8\xff")

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        _check_there_is_a_frame(source.rewound())
        try:
            image = JpegImagePlugin.JpegImageFile(source.rewound())
        except SyntaxError as error:
            raise NotMineError(str(error)) from error
        with image:
            decoded = decode_still(image, self.name, need)
        has_clip = decoded.motion_video or (source.data is not None and _SAMSUNG_CLIP in source.data)
        return replace(decoded, motion_video=has_clip)


def _check_there_is_a_frame(stream: BinaryIO) -> None:
    """Refuse a file that only begins like a JPEG: Pillow would look at each of its perhaps billions of bytes.

    Raises:
        MediaError: it ends, or goes on with rubbish, before a frame begins.
    """
    stream.seek(2)
    junk = 0
    while byte := stream.read(1):
        if byte != b"\xff":
            junk += 1
            if junk > _MOST_JUNK:
                raise MediaError(Reason.DAMAGED, "no picture after the header")
            continue
        marker = stream.read(1)
        while marker == b"\xff":
            marker = stream.read(1)
        if not marker:
            break
        if marker[0] in _FRAME_MARKERS:
            return
        if marker[0] in (0x00, 0x01) or 0xD0 <= marker[0] <= 0xD8:
            continue  # these stand alone
        length = int.from_bytes(stream.read(2), "big")
        stream.seek(max(0, length - 2), 1)
    raise MediaError(Reason.CUT_SHORT, "the file ends before the picture")


READERS: tuple[Reader, ...] = (JpegReader(),)
