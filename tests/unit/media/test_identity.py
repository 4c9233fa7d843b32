"""A file's identity: its size and a hash that sees a change wherever it is."""

import hashlib
import io
import os
from pathlib import Path

import pytest

from core.media.identity import (
    ENDS_BYTES,
    HEAD_BYTES,
    SAMPLE_BYTES,
    SAMPLES,
    TAIL_BYTES,
    WHOLE_BYTES,
    identity_of,
)
from core.media.limits import WHOLE_FILE_BYTES
from core.media.reader import read
from core.media.source import opened
from tests.unit.media.making import encoded, quarters, request

SIZES = [1, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1, ENDS_BYTES, ENDS_BYTES + 1, 3 * HEAD_BYTES]


def filled(size: int) -> bytes:
    return (bytes(index * 7 % 251 for index in range(100_000)) * (size // 100_000 + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
def test_the_key_of_a_short_file_and_the_legacy_key_of_a_longer_one_are_of_both_ends(size: int) -> None:
    data = filled(size)
    ends = data if size <= ENDS_BYTES else data[:HEAD_BYTES] + data[-TAIL_BYTES:]

    found = identity_of(io.BytesIO(data), size)

    key = found.content if size <= ENDS_BYTES else found.legacy
    assert key is not None
    assert (key.size, key.digest) == (size, hashlib.blake2b(ends, digest_size=20).digest())
    assert (found.legacy is None) is (size <= ENDS_BYTES)


@pytest.mark.parametrize("size", [ENDS_BYTES + 1, 3 * HEAD_BYTES])
def test_a_change_anywhere_gives_another_key(size: int) -> None:
    data = filled(size)
    before = identity_of(io.BytesIO(data), size)
    for place in (0, HEAD_BYTES - 1, HEAD_BYTES, size // 2, size - TAIL_BYTES, size - 1):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert identity_of(io.BytesIO(changed), size).content != before.content


def test_a_film_is_sampled_over_its_whole_length(tmp_path: Path) -> None:
    path = tmp_path / "film"
    size = WHOLE_BYTES + 10 * HEAD_BYTES
    with path.open("wb") as file:
        file.truncate(size)
    keys = set()
    gap = (size - ENDS_BYTES) // (SAMPLES - 1)
    for place in (None, 0, HEAD_BYTES, size // 3 - gap, size // 2, size - TAIL_BYTES - SAMPLE_BYTES, size - 1):
        with path.open("r+b") as file:
            if place is not None:
                file.seek(place)
                file.write(os.urandom(min(gap, size - place)))
        with path.open("rb") as file:
            keys.add(identity_of(file, size).content)
    assert len(keys) == 7


@pytest.mark.parametrize("size", [*SIZES[:4], 3 * HEAD_BYTES, WHOLE_FILE_BYTES, WHOLE_FILE_BYTES + 1])
def test_reading_a_file_gives_the_same_key_as_hashing_it(size: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.write(b"head")
        file.truncate(size)
        file.seek(max(4, size - 4))
        file.write(b"tail"[: size - 4] if size > 4 else b"")
    size = path.stat().st_size
    with path.open("rb") as file, opened(str(path)) as source:
        found = identity_of(file, size)
        assert (source.content, source.legacy) == (found.content, found.legacy)


def test_a_copy_under_another_name_has_the_same_key_and_a_changed_file_another(tmp_path: Path) -> None:
    first, copy, changed = (tmp_path / name for name in ("a.jpg", "b.png", "c.jpg"))
    data = encoded(quarters(), "JPEG")
    first.write_bytes(data)
    copy.write_bytes(data)
    changed.write_bytes(data[:-3] + b"\x00" + data[-2:])
    assert read(request(first)).content == read(request(copy)).content
    assert read(request(first)).content != read(request(changed)).content
