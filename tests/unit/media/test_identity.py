"""A file's identity: size and the hash of its head and tail."""

import hashlib
import io
from pathlib import Path

import pytest

from core.media.identity import HEAD_BYTES, TAIL_BYTES, content_key
from core.media.limits import WHOLE_FILE_BYTES
from core.media.reader import read
from core.media.source import opened
from tests.unit.media.making import encoded, quarters, request

SIZES = [
    1,
    HEAD_BYTES - 1,
    HEAD_BYTES,
    HEAD_BYTES + 1,
    HEAD_BYTES + TAIL_BYTES,
    HEAD_BYTES + TAIL_BYTES + 1,
    3 * HEAD_BYTES,
]


@pytest.mark.parametrize("size", SIZES)
def test_head_and_tail_are_hashed_and_no_byte_twice(size: int) -> None:
    data = bytes(index * 7 % 251 for index in range(min(size, 100_000))) * (size // min(size, 100_000) + 1)
    data = data[:size]
    hashed = data if size <= HEAD_BYTES + TAIL_BYTES else data[:HEAD_BYTES] + data[-TAIL_BYTES:]
    key = content_key(io.BytesIO(data), size)
    assert key.size == size
    assert key.digest == hashlib.blake2b(hashed, digest_size=20).digest()


@pytest.mark.parametrize("size", [*SIZES[:4], WHOLE_FILE_BYTES, WHOLE_FILE_BYTES + 1])
def test_reading_a_file_gives_the_same_key_as_hashing_it(size: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.write(b"head")
        file.truncate(size)
        file.seek(max(4, size - 4))
        file.write(b"tail"[: size - 4] if size > 4 else b"")
    size = path.stat().st_size
    with path.open("rb") as file, opened(str(path)) as source:
        assert source.content == content_key(file, size)


def test_a_copy_under_another_name_has_the_same_key_and_a_changed_file_another(tmp_path: Path) -> None:
    first, copy, changed = (tmp_path / name for name in ("a.jpg", "b.png", "c.jpg"))
    data = encoded(quarters(), "JPEG")
    first.write_bytes(data)
    copy.write_bytes(data)
    changed.write_bytes(data[:-3] + b"\x00" + data[-2:])
    assert read(request(first)).content == read(request(copy)).content
    assert read(request(first)).content != read(request(changed)).content
