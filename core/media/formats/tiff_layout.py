"""Tells from the directories of a TIFF, or of a RAW file that is laid out as one, where its pictures lie."""

import struct
from collections.abc import Iterator

_ORDERS = {b"II": "<", b"MM": ">"}
_STRIPS, _TILES, _JPEG, _SUB_DIRECTORIES = (0x111, 0x117), (0x144, 0x145), (0x201, 0x202), 0x14A
_SIZES = {3: ("H", 2), 4: ("I", 4), 13: ("I", 4)}
_MOST_DIRECTORIES = 50
_MOST_ENTRIES = 1000
_MOST_VALUES = 200_000


def pictures_end(data: bytes) -> int:
    """Return where the last picture ends by what the directories say; 0 where none says anything.

    Only the classic layout with offsets of 32 bits; the magic number plays no part, for makers have their own.
    """
    order = _ORDERS.get(data[:2])
    if order is None or len(data) < 8:
        return 0
    end = 0
    waiting = [struct.unpack_from(order + "I", data, 4)[0]]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_DIRECTORIES:
        at = waiting.pop()
        if at == 0 or at in seen:
            continue
        seen.add(at)
        entries, following = _directory(data, order, at)
        waiting += [following, *entries.get(_SUB_DIRECTORIES, ())]
        for offsets, lengths in (_STRIPS, _TILES, _JPEG):
            pairs = zip(entries.get(offsets, ()), entries.get(lengths, ()), strict=False)
            end = max([end, *(offset + length for offset, length in pairs)])
    return end


def _directory(data: bytes, order: str, at: int) -> tuple[dict[int, tuple[int, ...]], int]:
    """Return the whole numbers of a directory by their tag, and where the next one is (0: nowhere)."""
    try:
        (count,) = struct.unpack_from(order + "H", data, at)
        if count > _MOST_ENTRIES:
            return {}, 0
        entries = dict(_entries(data, order, at + 2, count))
        return entries, struct.unpack_from(order + "I", data, at + 2 + 12 * count)[0]
    except struct.error:
        return {}, 0


def _entries(data: bytes, order: str, at: int, count: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    for entry in range(at, at + 12 * count, 12):
        tag, kind, number = struct.unpack_from(order + "HHI", data, entry)
        if kind not in _SIZES or not 0 < number <= _MOST_VALUES:
            continue
        code, size = _SIZES[kind]
        place = entry + 8 if number * size <= 4 else struct.unpack_from(order + "I", data, entry + 8)[0]
        if place + number * size <= len(data):
            yield tag, struct.unpack_from(f"{order}{number}{code}", data, place)
