"""The readers there are, in the order in which they are asked. A new format is one module and one line here."""

import importlib
from collections.abc import Sequence
from functools import cache

from core.media.formats import bitmap, heif, jpeg, jpeg_xl, pillow_image, raw, tiff, video
from core.media.formats.protocol import Reader

BUILT_IN: tuple[Reader, ...] = (
    *jpeg.READERS,
    *raw.READERS,  # before TIFF, which many RAW files are by their first bytes
    *tiff.READERS,
    *pillow_image.READERS,
    *bitmap.READERS,
    *heif.READERS,
    *jpeg_xl.READERS,
    *video.READERS,
)


@cache
def with_modules(modules: tuple[str, ...]) -> tuple[Reader, ...]:
    """Return the built-in readers behind those that the named importable modules list as `READERS`."""
    added: list[Reader] = []
    for module in modules:
        added.extend(importlib.import_module(module).READERS)
    return (*added, *BUILT_IN)


def extensions(readers: Sequence[Reader] = BUILT_IN) -> frozenset[str]:
    """Return the extensions of all formats, lower case, with the dot."""
    return frozenset().union(*(reader.extensions for reader in readers))
