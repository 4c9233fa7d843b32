"""Reads the built-in model's text weights: safetensors, with integers for what need not be exact.

`NAME` is float16 or float32, or kept as `NAME.uint8`, to be multiplied by `NAME.scale` and added to `NAME.lowest`; the
largest table is kept compressed, see `PackedTable`.
"""

import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from core.values.errors import ModelUnavailableError

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

ROWS_OF_BLOCK = 16
_BLOCKS_KEPT = 512


class Weights:
    """The tensors of one file, each read when it is asked for.

    Raises ModelUnavailableError when the file is damaged, or lacks a tensor.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = safe_open(path, framework="numpy")
            self._names = frozenset[str](self._file.keys())  # type: ignore[no-untyped-call]
        except (OSError, SafetensorError) as error:
            raise ModelUnavailableError(f"{path} cannot be read: {error}. Install Eidetic again.") from error

    def array(self, name: str) -> npt.NDArray[np.generic]:
        """Return a tensor as it is stored."""
        if name not in self._names:
            raise ModelUnavailableError(f"{self.path} has no {name}: it is of another version. Install Eidetic again.")
        found: npt.NDArray[np.generic] = self._file.get_tensor(name)  # type: ignore[no-untyped-call]
        return found

    def floats(self, name: str) -> Floats:
        """Return a tensor as float32, whatever it is stored as."""
        if f"{name}.uint8" in self._names:
            scale, lowest = (self.array(f"{name}.{part}").astype(np.float32) for part in ("scale", "lowest"))
            return np.asarray(self.array(f"{name}.uint8").astype(np.float32) * scale + lowest, np.float32)
        return self.array(name).astype(np.float32)

    def bytes(self, name: str) -> bytes:
        """Return a compressed text or table, unpacked."""
        return zlib.decompress(self.array(name).tobytes())


class PackedTable:
    """A table of embeddings, uint8, compressed in blocks of `ROWS_OF_BLOCK` rows; a query unpacks the few it needs.

    Row r is kept in group r % groups, and there in block (r // groups) // ROWS_OF_BLOCK: rows of a group share
    `scale` and `lowest`, and so compress well together.
    """

    def __init__(self, weights: Weights, name: str) -> None:
        self._scale, self._lowest = weights.floats(f"{name}.scale"), weights.floats(f"{name}.lowest")
        self._packed = weights.array(f"{name}.blocks")
        self._ends = weights.array(f"{name}.ends").astype(np.int64)
        self._groups, self._blocks_of_group = len(self._scale), len(self._ends) // len(self._scale)
        self.width = int(weights.array(f"{name}.width")[0])
        self._block = lru_cache(_BLOCKS_KEPT)(self._unpacked)

    def rows(self, numbers: Ints) -> Floats:
        """Return some rows as float32 `[n, width]`."""
        groups, places = numbers % self._groups, numbers // self._groups
        blocks = groups * self._blocks_of_group + places // ROWS_OF_BLOCK
        found = np.empty((len(numbers), self.width), np.float32)
        for row, (block, place) in enumerate(zip(blocks.tolist(), (places % ROWS_OF_BLOCK).tolist(), strict=True)):
            found[row] = self._block(block)[place]
        return found * self._scale[groups, None] + self._lowest[groups, None]

    def _unpacked(self, block: int) -> npt.NDArray[np.uint8]:
        start = int(self._ends[block - 1]) if block else 0
        packed = self._packed[start : int(self._ends[block])].tobytes()
        return np.frombuffer(zlib.decompress(packed, wbits=-15), np.uint8).reshape(-1, self.width)


def pack(table: npt.NDArray[np.uint8], groups: int) -> tuple[npt.NDArray[np.uint8], Ints]:
    """Compress a table `[rows, width]` for `PackedTable`: the blocks, joined, and where each ends."""
    packed = [_compressed(block) for group in range(groups) for block in _blocks(table[group::groups])]
    return np.frombuffer(b"".join(packed), np.uint8), np.cumsum([len(one) for one in packed])


def _blocks(rows: npt.NDArray[np.uint8]) -> Iterable[bytes]:
    return (rows[start : start + ROWS_OF_BLOCK].tobytes() for start in range(0, len(rows), ROWS_OF_BLOCK))


def _compressed(block: bytes) -> bytes:
    """Huffman coding alone: neighbouring numbers have nothing to do with each other."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_HUFFMAN_ONLY)
    return packer.compress(block) + packer.flush()
