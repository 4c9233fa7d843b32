"""Reads HEIC and HEIF through pillow-heif."""

from dataclasses import dataclass, replace

from core.media.formats.iso_media import AVIF_BRANDS, HEIF_BRANDS, boxes, brands
from core.media.formats.protocol import Decoded, Need, NotMineError, Reader
from core.media.formats.still import decode_still
from core.media.reasons import MediaError
from core.media.source import Source
from core.values.reasons import Reason


@dataclass(frozen=True, slots=True)
class HeifReader:
    """HEIF, in whatever codec libheif has a decoder for."""

    name: str = "HEIF"
    extensions: frozenset[str] = frozenset({".heic", ".heif", ".hif", ".heics", ".heifs"})
    is_salvaged: bool = True

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return bool(brands(head) & HEIF_BRANDS) and head[8:12] not in AVIF_BRANDS

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        from pillow_heif import HeifImageFile

        try:
            image = HeifImageFile(source.in_memory())  # type: ignore[no-untyped-call]
        except SyntaxError as error:
            if "not identified" in str(error):  # what Pillow says when libheif finds no picture that it can decode
                raise MediaError(Reason.UNSUPPORTED, "HEIF in a codec that libheif has no decoder for") from error
            raise NotMineError(str(error)) from error
        with image:
            decoded = decode_still(image, self.name, need)
        return decoded if decoded.motion_video else replace(decoded, motion_video=_has_motion_video(source))


def _has_motion_video(source: Source) -> bool:
    """Tell whether Samsung's box with a clip is in the file."""
    return any(kind == b"mpvd" for kind, _, _ in boxes(source.stream, 0, source.size))


READERS: tuple[Reader, ...] = (HeifReader(),)
