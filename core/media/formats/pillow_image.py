"""Reads the still formats besides JPEG that Pillow decodes by itself. Of several frames or pages, the first."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    ImageFile,
    PngImagePlugin,
    WebPImagePlugin,
)

from core.media.formats.iso_media import AVIF_BRANDS, brands
from core.media.formats.protocol import Decoded, Need, NotMineError, Reader
from core.media.formats.still import decode_still
from core.media.formats.xmp_packets import packet_in_gif
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
            return decode_still(image, self.name, need)


def _begins(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_avif(head: bytes) -> bool:
    # `mif3` is a shortened container that libavif does not know yet.
    return bool(brands(head) & AVIF_BRANDS) and head[8:12] != b"mif3"


READERS: tuple[Reader, ...] = (
    PillowReader("PNG", frozenset({".png", ".apng"}), _begins(b"\x89PNG\r\n\x1a\n"), PngImagePlugin.PngImageFile),
    PillowReader("WEBP", frozenset({".webp"}), _is_webp, WebPImagePlugin.WebPImageFile, wants_all=True),
    PillowReader(
        "GIF", frozenset({".gif"}), _begins(b"GIF87a", b"GIF89a"), GifImagePlugin.GifImageFile, packet=packet_in_gif
    ),
    PillowReader("AVIF", frozenset({".avif", ".avifs"}), _is_avif, AvifImagePlugin.AvifImageFile, wants_all=True),
)
