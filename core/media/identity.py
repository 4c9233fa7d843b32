"""A file's identity by content: its size, and a BLAKE2b of its first 1 MiB and its last 64 KiB.

Of a file shorter than both together every byte is hashed once.
"""

import hashlib
from typing import BinaryIO

from core.values.photo import DIGEST_BYTES, ContentKey

HEAD_BYTES = 1024 * 1024
TAIL_BYTES = 64 * 1024


def content_key_of(head: bytes | memoryview, tail: bytes | memoryview, size: int) -> ContentKey:
    """Return the key of a file of `size` bytes from its first `HEAD_BYTES` and what of its tail lies behind them."""
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    digest.update(head)
    digest.update(tail)
    return ContentKey(size, digest.digest())


def tail_start(size: int) -> int:
    """Return where the hashed tail of a file of `size` bytes begins, never before the end of the head."""
    return max(min(size, HEAD_BYTES), size - TAIL_BYTES)


def content_key(stream: BinaryIO, size: int) -> ContentKey:
    """Return the key of the open file `stream` of `size` bytes. Moves its position."""
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    start = tail_start(size)
    stream.seek(start)
    return content_key_of(head, stream.read(size - start), size)
