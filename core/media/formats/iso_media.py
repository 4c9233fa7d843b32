"""Looks into the box structure that HEIF, AVIF, MP4, QuickTime and Canon's CR3 have in common (ISO 14496-12)."""

from collections.abc import Iterator
from typing import BinaryIO

AVIF_BRANDS = frozenset({b"avif", b"avis"})
HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"mif3", b"msf1"}
)

_MOST_BOXES = 1000
_OUTERMOST = frozenset(
    {
        b"ftyp",
        b"meta",
        b"mdat",
        b"moov",
        b"free",
        b"skip",
        b"wide",
        b"uuid",
        b"udta",
        b"pnot",
        b"moof",
        b"mpvd",
    }
)


def brands(head: bytes) -> frozenset[bytes]:
    """Return the major and compatible brands of a file that starts with `head`; empty for other files."""
    if head[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(head[:4], "big"), len(head), 512)
    found = [head[8:12]] + [head[at : at + 4] for at in range(16, end - 3, 4)]
    return frozenset(found)


def is_picture(head: bytes) -> bool:
    """Tell whether a file that starts with `head` is HEIF, AVIF or CR3 rather than a movie."""
    return bool(brands(head) & (HEIF_BRANDS | AVIF_BRANDS | {b"crx "}))


def boxes(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start and end of the content of each box in `stream` from `start` to `end`."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        stream.seek(start)
        header = stream.read(16)
        if len(header) < 8:
            return
        size, content = int.from_bytes(header[:4], "big"), start + 8
        if size == 1:
            size, content = int.from_bytes(header[8:16], "big"), start + 16
        elif size == 0:
            size = end - start
        if size < content - start:
            return
        yield header[4:8], content, min(start + size, end)
        start += size


def announced_size(stream: BinaryIO, size: int) -> int:
    """Return where the last box of a file of `size` bytes says that it ends; `size` where none says more."""
    at, end = 0, size
    for _ in range(_MOST_BOXES):
        stream.seek(at)
        header = stream.read(16)
        if len(header) < 8:
            break
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if length < 8 or header[4:8] not in _OUTERMOST:
            break  # to the end of the file; or something else that a camera put behind the boxes
        at += length
        end = max(end, at)
        if at >= size:
            break
    return end
