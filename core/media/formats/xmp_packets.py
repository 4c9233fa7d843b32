"""Finds XMP, and Sony's XML, in formats whose decoders do not hand them out: GIF, MP4, QuickTime.

Where a packet stands: Adobe's XMP specification, part 3.
"""

from core.media.formats.iso_media import boxes
from core.media.limits import SIDECAR_BYTES
from core.media.source import Source

_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_GIF_BLOCK = b"\x21\xff\x0bXMP DataXMP"


def packet_in_gif(source: Source) -> bytes | None:
    """Return what follows the application block of XMP. It is no sequence of sub-blocks, but plain text."""
    data = source.head if source.data is None else source.data
    at = data.find(_GIF_BLOCK)
    return None if at < 0 else data[at + len(_GIF_BLOCK) :][:SIDECAR_BYTES]


def packet_in_movie(source: Source) -> bytes | None:
    """Return the content of the `uuid` box of MP4, or of the `XMP_` box among QuickTime's user data."""
    for kind, start, end in boxes(source.stream, 0, source.size):
        if kind == b"uuid" and _content(source, start, start + 16) == _UUID:
            return _content(source, start + 16, end)
        if kind == b"moov":
            for inner, inner_start, inner_end in boxes(source.stream, start, end):
                if inner != b"udta":
                    continue
                for name, at, until in boxes(source.stream, inner_start, inner_end):
                    if name == b"XMP_":
                        return _content(source, at, until)
    return None


def sony_xml(source: Source) -> bytes | None:
    """Return the XML in the `meta` box of a movie, at the file's top or below `moov`."""
    for kind, start, end in boxes(source.stream, 0, source.size):
        inside = boxes(source.stream, start, end) if kind == b"moov" else iter([(kind, start, end)])
        for name, at, until in inside:
            if name != b"meta":
                continue
            # A version stands before the boxes of a `meta` box.
            for inner, inner_at, inner_until in boxes(source.stream, at + 4, until):
                if inner == b"xml ":
                    return _content(source, inner_at + 4, inner_until)
    return None


def _content(source: Source, start: int, end: int) -> bytes:
    source.stream.seek(start)
    return source.stream.read(min(end - start, SIDECAR_BYTES))
