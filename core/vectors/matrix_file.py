"""The file of a matrix: derived data, so anything that does not fit exactly is refused and made again.

Layout: magic, length of a JSON header, the header, zeros up to 64 bytes, keys (int64), vectors (float16), all
little-endian. Vectors are mapped, not read, where a mapped file can be replaced (not on Windows).
"""

import json
import os
import sys
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.values.paths import shown
from core.vectors.matrix import DEAD, Snapshot
from core.vectors.metric import Half
from core.vectors.protocol import Keys

_MAGIC = b"EIDVEC02"
_ALIGNED = 64
_BLOCK_ROWS = 8192


class UnusableFileError(Exception):
    """The file is not what was expected; `str(error)` says why."""


@dataclass(frozen=True, slots=True)
class Content:
    """The keys (n,) and vectors (n, d) of a file.

    Attributes:
        checks: how many rows each block has, and the CRC-32 of them.
    """

    keys: Keys
    vectors: Half
    checks: tuple[tuple[int, int], ...] = ()

    def damaged(self) -> Keys:
        """Return the keys whose vectors are not what was written. Reads all of them."""
        bad: list[Keys] = []
        start = 0
        for rows, crc in self.checks:
            block = self.vectors[start : start + rows]
            if zlib.crc32(block.astype("<f2", copy=False).tobytes()) != crc:
                bad.append(self.keys[start : start + rows])
            start += rows
        return np.concatenate(bad) if bad else np.zeros(0, np.int64)


def write(path: Path, snapshot: Snapshot, *, model: str, fingerprint: str) -> Keys:
    """Replace the file at `path` in one step; return the keys it holds, in order. Raises OSError."""
    snapshot = replace(snapshot, keys=snapshot.keys.copy())
    keys: Keys = snapshot.keys[snapshot.keys != DEAD]
    dimension = snapshot.base.shape[1]
    checks = [
        [len(rows), zlib.crc32(rows.astype("<f2", copy=False).tobytes())] for _, rows in snapshot.blocks(_BLOCK_ROWS)
    ]
    header = json.dumps(
        {
            "model": model,
            "fingerprint": fingerprint,
            "dimension": dimension,
            "count": len(keys),
            "keys_crc": zlib.crc32(keys.astype("<i8").tobytes()),
            "checks": checks,
        }
    ).encode()
    temporary = path.with_name(path.name + ".new")
    try:
        with temporary.open("wb") as file:
            start = _MAGIC + len(header).to_bytes(4, "little") + header
            file.write(start + bytes(-len(start) % _ALIGNED))
            file.write(keys.astype("<i8").tobytes())
            for _, rows in snapshot.blocks(_BLOCK_ROWS):
                file.write(rows.astype("<f2", copy=False).tobytes())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return keys


def read(path: Path, *, model: str, fingerprint: str, dimension: int) -> Content:
    """Open the file at `path`.

    Raises:
        FileNotFoundError: there is none.
        UnusableFileError: it is damaged, or of another model, weights or dimension.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise UnusableFileError(f"{shown(path)} is not a file of vectors")
        length = int.from_bytes(file.read(4), "little")
        try:
            header = json.loads(file.read(min(length, 65536)))
            found = (header["model"], header["fingerprint"], header["dimension"])
            count, crc = int(header["count"]), int(header["keys_crc"])
            checks = tuple((int(rows), int(check)) for rows, check in header["checks"])
        except (ValueError, KeyError, TypeError) as error:
            raise UnusableFileError(f"{shown(path)} has a damaged header") from error
        if found != (model, fingerprint, dimension):
            raise UnusableFileError(f"{shown(path)} belongs to {found}, not to {(model, fingerprint, dimension)}")
        start = len(_MAGIC) + 4 + length
        start += -start % _ALIGNED
        size = os.fstat(file.fileno()).st_size
        if count < 0 or size != start + count * (8 + 2 * dimension):
            raise UnusableFileError(f"{shown(path)} is cut short or has grown: {size} bytes for {count} vectors")
        file.seek(start)
        raw = file.read(8 * count)
    if zlib.crc32(raw) != crc:
        raise UnusableFileError(f"{shown(path)} has damaged keys")
    keys = np.frombuffer(raw, "<i8").astype(np.int64)
    if len(np.unique(keys)) != count or (count and keys.min() < 0):
        raise UnusableFileError(f"{shown(path)} has damaged keys")
    if sum(rows for rows, _ in checks) != count:
        raise UnusableFileError(f"{shown(path)} has a damaged header")
    return Content(keys, _vectors(path, start + 8 * count, count, dimension), checks)


def _vectors(path: Path, offset: int, count: int, dimension: int) -> Half:
    if count == 0:
        return np.zeros((0, dimension), np.float16)
    if sys.platform == "win32" or sys.byteorder == "big":
        return np.fromfile(path, "<f2", count * dimension, offset=offset).reshape(count, dimension).astype(np.float16)
    return np.asarray(np.memmap(path, "<f2", "r", offset, (count, dimension)))
