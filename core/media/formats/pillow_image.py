"""Reads the still formats besides JPEG that Pillow decodes by itself. Of several frames or pages, the first."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    ImageFile,
    Jpeg2KImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    PsdImagePlugin,
    WebPImagePlugin,
)

from core.media.formats.iso_media import AVIF_BRANDS, brands
from core.media.formats.protocol import Decoded, Need, NotMineError, Reader
from core.media.formats.still import decode_still
from core.media.formats.xmp_packets import packet_in_gif, packet_in_movie
from core.media.source import Source


@dataclass(frozen=True, slots=True)
class PillowReader:
    """One of Pillow's formats.

    Attributes:
        recognises: tells such a file by its first bytes.
        plugin: Pillow's class, used directly: `Image.open` tries every plugin of a registry that the whole
            process shares, and has one limit of pixels for all.
        wants_all: the decoder reads the file whole.
        packet: finds the XMP packet, where the plugin does not.
    """

    name: str
    extensions: frozenset[str]
    recognises: Callable[[bytes], bool]
    plugin: type[ImageFile.ImageFile]
    wants_all: bool = False
    packet: Callable[[Source], bytes | None] | None = None
    is_salvaged: bool = True

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return self.recognises(head)

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        try:
            image = self.plugin(source.in_memory() if self.wants_all else source.rewound())
        except SyntaxError as error:
            raise NotMineError(str(error)) from error
        with image:
            if self.packet is not None and (packet := self.packet(source)) is not None:
                image.info["xmp"] = packet
            if isinstance(image, PsdImagePlugin.PsdImageFile):
                image.info.update(
                    {_PSD_BLOCKS[number]: data for number, _, data in image.resources if number in _PSD_BLOCKS}
                )
            return decode_still(image, self.name, need)


_PSD_BLOCKS = {1058: "exif", 1060: "xmp"}
"""Where Photoshop keeps EXIF and XMP, and the names that Pillow's other formats use."""


def _begins(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_pnm(head: bytes) -> bool:
    return head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace()


def _is_avif(head: bytes) -> bool:
    # `mif3` is a shortened container that libavif does not know yet.
    return bool(brands(head) & AVIF_BRANDS) and head[8:12] != b"mif3"


READERS: tuple[Reader, ...] = (
    PillowReader("PNG", frozenset({".png", ".apng"}), _begins(b"\x89PNG\r\n\x1a\n"), PngImagePlugin.PngImageFile),
    PillowReader("WEBP", frozenset({".webp"}), _is_webp, WebPImagePlugin.WebPImageFile, wants_all=True),
    PillowReader(
        "GIF", frozenset({".gif"}), _begins(b"GIF87a", b"GIF89a"), GifImagePlugin.GifImageFile, packet=packet_in_gif
    ),
    PillowReader(
        "JPEG2000",
        frozenset({".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"}),
        _begins(b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  \r\n\x87\n"),
        Jpeg2KImagePlugin.Jpeg2KImageFile,
        packet=packet_in_movie,
    ),
    PillowReader("PSD", frozenset({".psd"}), _begins(b"8BPS\x00\x01"), PsdImagePlugin.PsdImageFile),
    PillowReader("PPM", frozenset({".ppm", ".pgm", ".pbm", ".pnm"}), _is_pnm, PpmImagePlugin.PpmImageFile),
    PillowReader("AVIF", frozenset({".avif", ".avifs"}), _is_avif, AvifImagePlugin.AvifImageFile, wants_all=True),
)
