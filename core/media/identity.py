"""A file's identity by content: its size, and a BLAKE2b (20 bytes) over what tells it from all others.

Of a file up to 1 MiB + 64 KiB every byte is hashed. Of one up to 128 MiB: the first 1 MiB, the last 64 KiB, and the
CRC-32 of the whole, which is four times as fast as BLAKE2b and sees every change. Of a longer one, which is a film:
both ends and 128 samples of 64 KiB, spread evenly; reading it whole would take longer than jumping.
"""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from core.values.photo import DIGEST_BYTES, ContentKey

HEAD_BYTES = 1024 * 1024
TAIL_BYTES = 64 * 1024
ENDS_BYTES = HEAD_BYTES + TAIL_BYTES
WHOLE_BYTES = 128 * 1024 * 1024
SAMPLES = 128
SAMPLE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """The keys of one content.

    Attributes:
        content: its key.
        legacy: the key that versions before gave it, of both ends alone; None where that is the same.
    """

    content: ContentKey
    legacy: ContentKey | None = None


def identity_of(stream: BinaryIO, size: int) -> Identity:
    """Return the keys of the open file `stream` of `size` bytes. Moves its position."""
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(max(len(head), size - TAIL_BYTES))
    tail = stream.read(TAIL_BYTES)
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    digest.update(head)
    digest.update(tail)
    ends = ContentKey(size, digest.digest())
    if size <= ENDS_BYTES:
        return Identity(ends)
    if size <= WHOLE_BYTES:
        stream.seek(0)
        digest.update(_checksum(stream).to_bytes(4, "big"))
    else:
        for sample in _samples(stream, size):
            digest.update(sample)
    return Identity(ContentKey(size, digest.digest()), ends)


def _checksum(stream: BinaryIO) -> int:
    checksum = 0
    while block := stream.read(HEAD_BYTES):
        checksum = zlib.crc32(block, checksum)
    return checksum


def _samples(stream: BinaryIO, size: int) -> Iterator[bytes]:
    between = size - ENDS_BYTES - SAMPLE_BYTES
    for number in range(SAMPLES):
        stream.seek(HEAD_BYTES + between * number // (SAMPLES - 1))
        yield stream.read(SAMPLE_BYTES)
