"""Reads the still formats besides JPEG that Pillow decodes by itself. Of several frames or pages, the first."""

from dataclasses import dataclass
from typing import IO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    ImageFile,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from core.media.formats.iso_media import AVIF_BRANDS, brands
from core.media.formats.protocol import Decoded, Need, NotMineError, Reader
from core.media.formats.still import decode_still
from core.media.source import Source

Plugin = type[ImageFile.ImageFile]


@dataclass(frozen=True, slots=True)
class PillowReader:
    """One of Pillow's formats.

    Attributes:
        magic: what such a file starts with.
        plugin: Pillow's class, used directly: `Image.open` tries every plugin of a registry that the whole
            process shares, and has one limit of pixels for all.
    """

    name: str
    extensions: frozenset[str]
    magic: tuple[bytes, ...]
    plugin: Plugin

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return head.startswith(self.magic)

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        with _opened(self.plugin, source.rewound()) as image:
            return decode_still(image, self.name, need)


@dataclass(frozen=True, slots=True)
class WebpReader:
    """WebP, whose mark stands behind the length."""

    name: str = "WEBP"
    extensions: frozenset[str] = frozenset({".webp"})

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return head[:4] == b"RIFF" and head[8:12] == b"WEBP"

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        with _opened(WebPImagePlugin.WebPImageFile, source.in_memory()) as image:
            return decode_still(image, self.name, need)


@dataclass(frozen=True, slots=True)
class AvifReader:
    """AVIF, told from other ISO media by its brands."""

    name: str = "AVIF"
    extensions: frozenset[str] = frozenset({".avif", ".avifs"})

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        # `mif3` is a shortened container that libavif does not know yet.
        return bool(brands(head) & AVIF_BRANDS) and head[8:12] != b"mif3"

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        with _opened(AvifImagePlugin.AvifImageFile, source.in_memory()) as image:
            return decode_still(image, self.name, need)


def _opened(plugin: Plugin, stream: IO[bytes]) -> ImageFile.ImageFile:
    try:
        return plugin(stream)
    except SyntaxError as error:
        raise NotMineError(str(error)) from error


READERS: tuple[Reader, ...] = (
    PillowReader("PNG", frozenset({".png", ".apng"}), (b"\x89PNG\r\n\x1a\n",), PngImagePlugin.PngImageFile),
    WebpReader(),
    PillowReader("GIF", frozenset({".gif"}), (b"GIF87a", b"GIF89a"), GifImagePlugin.GifImageFile),
    PillowReader("BMP", frozenset({".bmp", ".dib"}), (b"BM",), BmpImagePlugin.BmpImageFile),
    AvifReader(),
    PillowReader(
        "TIFF",
        frozenset({".tif", ".tiff"}),
        (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
        TiffImagePlugin.TiffImageFile,
    ),
)
