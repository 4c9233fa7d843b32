"""Sentence embeddings of English: all-MiniLM-L6-v2 (Apache-2.0), six layers of BERT, by numpy."""

import math
import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from core.embedding.builtin.tokenizers import WordPieceTokenizer
from core.embedding.builtin.weights import Floats, PackedTable, Weights

WIDTH: Final = 384
LAYERS: Final = 6
PLACES: Final = 128
"""Pieces of a text that count; the rest is cut."""
_HEADS: Final = 12
_EPSILON: Final = 1e-12
_TOGETHER: Final = 16
_ENOUGH: Final = 0.6
_WORD: Final = re.compile(r"[^\W\d_]+")


class EnglishEncoder:
    """Unit vectors `[n, 384]` of English texts."""

    def __init__(self, weights: Weights) -> None:
        pieces = weights.bytes("english.pieces").decode().split("\n")
        self._tokenize = WordPieceTokenizer(pieces, PLACES)
        self._words = PackedTable(weights, "english.table")
        self._places = weights.floats("english.places")
        self._norm = weights.floats("english.norm.scale"), weights.floats("english.norm.shift")
        self._layers = [_Layer(weights, f"english.layer{number}.") for number in range(LAYERS)]

    def encode(self, texts: Sequence[str]) -> Floats:
        """Encode texts together, few at a time: what takes time is to go through the weights, once for all."""
        found = [self._encoded(texts[start : start + _TOGETHER]) for start in range(0, len(texts), _TOGETHER)]
        return np.concatenate(found) if found else np.empty((0, WIDTH), np.float32)

    def _encoded(self, texts: Sequence[str]) -> Floats:
        pieces = [self._tokenize(text) for text in texts]
        lengths = np.array([len(text) for text in pieces])
        starts = np.cumsum(lengths) - lengths
        places = np.concatenate([self._places[:length] for length in lengths])
        flow = _normalised(self._words.rows(np.concatenate([np.array(text) for text in pieces])) + places, *self._norm)
        ranges = [slice(start, start + length) for start, length in zip(starts, lengths, strict=True)]
        for layer in self._layers:
            flow = layer(flow, ranges)
        means = np.add.reduceat(flow, starts, axis=0)
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


class EnglishWords:
    """Tells English from the other languages by a list of its everyday words."""

    def __init__(self, weights: Weights) -> None:
        self._known = frozenset(weights.bytes("english.words").decode().split("\n"))

    def are_in(self, text: str) -> bool:
        """Whether most words of `text` are English ones."""
        words = _WORD.findall(text.lower())
        return bool(words) and sum(word in self._known for word in words) >= _ENOUGH * len(words)


class _Layer:
    def __init__(self, weights: Weights, prefix: str) -> None:
        self._ask, self._joined, self._inner, self._outer = (
            (weights.floats(f"{prefix}{part}.weight"), weights.floats(f"{prefix}{part}.bias"))
            for part in ("ask", "joined", "inner", "outer")
        )
        self._norms = [
            (weights.floats(f"{prefix}norm{number}.scale"), weights.floats(f"{prefix}norm{number}.shift"))
            for number in (1, 2)
        ]

    def __call__(self, flow: Floats, texts: Sequence[slice]) -> Floats:
        """One layer over texts joined `[pieces, 384]`: attention within each, then two dense layers, with residuals."""
        asked = (flow @ self._ask[0] + self._ask[1]).reshape(len(flow), 3, _HEADS, WIDTH // _HEADS)
        seen = np.concatenate([_attended(asked[text]) for text in texts])
        flow = _normalised(np.asarray(flow + seen @ self._joined[0] + self._joined[1], np.float32), *self._norms[0])
        inner = gelu(np.asarray(flow @ self._inner[0] + self._inner[1], np.float32))
        return _normalised(flow + inner @ self._outer[0] + self._outer[1], *self._norms[1])


def _attended(asked: Floats) -> Floats:
    """Attention over one text: queries, keys and values `[pieces, 3, heads, 32]` to `[pieces, 384]`."""
    query, key, value = asked.transpose(1, 2, 0, 3)
    scores = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(WIDTH // _HEADS))
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    seen = (shares / shares.sum(axis=-1, keepdims=True)) @ value
    return np.asarray(seen.transpose(1, 0, 2).reshape(len(asked), WIDTH), np.float32)


def _normalised(rows: Floats, scale: Floats, shift: Floats) -> Floats:
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.mean(centred * centred, axis=1, keepdims=True) + _EPSILON)
    return np.asarray(centred / spread * scale + shift, np.float32)


def gelu(rows: Floats) -> Floats:
    """GELU by tanh (Hendrycks and Gimpel 2016): within 0.0005 of the exact one, and numpy has it."""
    return np.asarray(
        0.5 * rows * (1 + np.tanh(math.sqrt(2 / math.pi) * (rows + 0.044715 * rows * rows * rows))), np.float32
    )
