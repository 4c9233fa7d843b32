"""Mends the chunks of a PNG for a strict decoder: what viewers pass over is left out, checksums are put right.

The layout: PNG specification, third edition, section 5.
"""

import struct
import zlib
from collections.abc import Iterator

MAGIC = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
# Of an animation only the default picture is shown.
_ANIMATION = (b"acTL", b"fcTL", b"fdAT")
_LARGEST_TEXT = 1024 * 1024
"""Pillow refuses a file with a larger one."""


def without_odd_chunks(data: bytes) -> bytes | None:
    """Return the PNG without animation and without chunks that one can do without and that are broken or huge.

    None where nothing had to be left out.
    """
    kept = [MAGIC]
    left_out = False
    for kind, body, is_right in _chunks(data):
        if _is_needed(kind) or (is_right and kind not in _ANIMATION and not (kind in _TEXTS and _is_odd(kind, body))):
            kept.append(_chunk(kind, body, is_right=is_right))
        else:
            left_out = True
    return b"".join(kept) if left_out else None


def with_right_checksums(data: bytes) -> bytes:
    """Return the PNG with what it cannot do without alone, as if all of it were whole."""
    return MAGIC + b"".join(
        _chunk(kind, body) for kind, body, is_right in _chunks(data) if is_right or _is_needed(kind)
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Yield kind and body of each chunk, the last perhaps cut short, and whether its checksum is right."""
    at = len(MAGIC)
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        stored = data[at + 8 + length : at + 12 + length]
        yield kind, body, stored == struct.pack(">I", zlib.crc32(kind + body))
        at += 12 + length


def _chunk(kind: bytes, body: bytes, *, is_right: bool = True) -> bytes:
    checksum = zlib.crc32(kind + body) ^ (0 if is_right else 1)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def _is_needed(kind: bytes) -> bool:
    return not kind[0] & 0x20


def _is_odd(kind: bytes, body: bytes) -> bool:
    """Tell whether a text is larger than can be read, or packed in a way that cannot."""
    if len(body) > _LARGEST_TEXT:
        return True
    keyword, _, rest = body.partition(b"\x00")
    if kind == b"tEXt":
        return False
    if kind == b"zTXt":
        return not keyword or rest[:1] != b"\x00" or _is_huge(rest[1:])
    if rest[:1] != b"\x01":
        return False
    packed = rest[2:].split(b"\x00", 2)
    return rest[1:2] != b"\x00" or len(packed) < 3 or _is_huge(packed[2])


def _is_huge(packed: bytes) -> bool:
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed, _LARGEST_TEXT)
    except zlib.error:
        return True
    return bool(unpacker.unconsumed_tail)
