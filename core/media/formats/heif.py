"""Reads HEIC and HEIF through pillow-heif."""

from dataclasses import dataclass

from core.media.formats.iso_media import boxes, brands
from core.media.formats.protocol import Decoded, Need, NotMineError, Reader
from core.media.formats.still import decode_still
from core.media.limits import check_pixels
from core.media.source import Source

_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"msf1", b"mif3"}


@dataclass(frozen=True, slots=True)
class HeifReader:
    """HEIF, in whatever codec libheif has a decoder for."""

    name: str = "HEIF"
    extensions: frozenset[str] = frozenset({".heic", ".heif", ".hif", ".heics", ".heifs"})

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return bool(brands(head) & _BRANDS)

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        from pillow_heif import HeifImageFile

        try:
            image = HeifImageFile(source.rewound())  # type: ignore[no-untyped-call]
        except SyntaxError as error:
            raise NotMineError(str(error)) from error
        with image:
            # libheif needs about ten bytes a pixel; a draft may not spare them.
            check_pixels(*image.size)
            return decode_still(image, self.name, need)


def has_motion_video(source: Source) -> bool:
    """Tell whether Samsung's box with a clip is in the file."""
    return any(kind == b"mpvd" for kind, _, _ in boxes(source.stream, 0, source.size))


READERS: tuple[Reader, ...] = (HeifReader(),)
