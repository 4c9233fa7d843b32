"""The encoder of every model: an open_clip network on the chosen device, at the chosen precision. Imports torch."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from core.embedding.models.registry import ModelEntry
from core.embedding.protocol import ScoreScale, Thresholds
from core.embedding.runtime.dtype import Precision
from core.embedding.runtime.network import Network
from core.embedding.runtime.single_thread import SingleThreadExecutor
from core.embedding.runtime.tokenizer import LONGEST_TEXT, Tokenizer
from core.media.model_input import ModelInput

Pixels = npt.NDArray[np.uint8]
Vectors = npt.NDArray[np.float32]

_TEXTS_AT_ONCE = 64
_REMEMBERED_QUERIES = 256
_SMALL_TEXT_TOWER = 50_000_000
"""Parameters, without the tokens' vectors, up to which one core reads a query quickly enough (31 ms with the 38 million
of ViT-B/32, against 20 on both of two idle cores).
"""
_JUST_NOW_SECONDS = 2.0


class OpenClipEncoder:
    """Implements `protocol.Encoder`; see there for what each method promises.

    Words and pictures have a lock each and run side by side: a query shares the cores with the batch in progress. It
    was measured against waiting for the batch to end, on two busy cores: the median of a query fell from 2 s to 60 ms,
    and indexing lost nothing. On the processor a query is read on one core where that is quick, and always while
    pictures are encoded: see `one_core`.

    Attributes:
        entry: what the registry says of the model.
        precision: device, dtype and batch size in use.
    """

    def __init__(
        self, entry: ModelEntry, fingerprint: str, network: Network, tokenizer: Tokenizer, precision: Precision
    ) -> None:
        self.entry = entry
        self.precision = precision
        self._fingerprint = fingerprint
        self._network = network
        self._tokenizer = tokenizer
        self._device = torch.device(precision.device)
        self._dtype: torch.dtype = getattr(torch, precision.dtype)
        self._pictures_lock, self._words_lock = threading.Lock(), threading.Lock()
        self._last_pictures = -math.inf
        self._one_core = SingleThreadExecutor() if precision.device == "cpu" else None
        self._small = network.text_parameters <= _SMALL_TEXT_TOWER
        self._queries: OrderedDict[str, Vectors] = OrderedDict()
        mean, std = torch.tensor(entry.mean), torch.tensor(entry.std)
        self._scale = (1 / (255 * std)).view(3, 1, 1).to(self._device)
        self._shift = (-mean / std).view(3, 1, 1).to(self._device)

    @property
    def name(self) -> str:
        return self.entry.id

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimension(self) -> int:
        return self.entry.dimension

    @property
    def model_input(self) -> ModelInput:
        return self.entry.model_input

    @property
    def score_scale(self) -> ScoreScale:
        return self.entry.score_scale

    @property
    def thresholds(self) -> Thresholds:
        return self.entry.thresholds

    @property
    def batch_size(self) -> int:
        return self.precision.batch_size

    def encode_images(self, pixels: Pixels) -> Vectors:
        """See the protocol. More than `batch_size` pictures are done in several batches.

        Raises ValueError when the array has another shape than (n, size, size, 3), or is not uint8.
        """
        size = self.model_input.size
        if pixels.dtype != np.uint8 or pixels.shape[1:] != (size, size, 3):
            raise ValueError(f"expected uint8 (n, {size}, {size}, 3), got {pixels.dtype} {pixels.shape}")
        vectors = np.empty((len(pixels), self.dimension), np.float32)
        for start in range(0, len(pixels), self.batch_size):
            batch = pixels[start : start + self.batch_size]
            with self._pictures_lock:
                vectors[start : start + len(batch)] = self.encode_batch(batch)
            self._last_pictures = time.monotonic()
        return vectors

    def encode_batch(self, pixels: Pixels) -> Vectors:
        """Encode all of `pixels` at once, whatever `batch_size` says."""
        with torch.inference_mode():
            return _unit(self._network.encode_pictures(self._prepared(pixels)))

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """See the protocol."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            some = texts[start : start + _TEXTS_AT_ONCE]
            tokens = torch.from_numpy(self._tokenizer(some)).to(self._device)
            with self._words_lock, torch.inference_mode():
                vectors[start : start + len(some)] = _unit(self._network.encode_tokens(tokens))
        return vectors

    def encode_query(self, words: str) -> Vectors:
        """See the protocol. The last few hundred queries are remembered."""
        words = words[:LONGEST_TEXT]
        known = self._queries.get(words)
        if known is None:
            mean = self._encoded_soon([template.replace("{}", words) for template in self.entry.templates]).mean(axis=0)
            known = (mean / np.linalg.norm(mean)).astype(np.float32)
            self._queries[words] = known
            while len(self._queries) > _REMEMBERED_QUERIES:
                self._queries.popitem(last=False)
        return known.copy()

    def _encoded_soon(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that somebody waits for."""
        if self._one_core is not None and (self._small or self._pictures_are_encoded()):
            return self._one_core.run(partial(self.encode_texts, texts))
        return self.encode_texts(texts)

    def _pictures_are_encoded(self) -> bool:
        return self._pictures_lock.locked() or time.monotonic() - self._last_pictures < _JUST_NOW_SECONDS

    def _prepared(self, pixels: Pixels) -> Tensor:
        """Normalised pictures (n, 3, size, size); the channels stay last in memory, where the network wants them."""
        ours = np.ascontiguousarray(pixels)
        given = torch.from_numpy(ours if ours.flags.writeable else ours.copy()).to(self._device)
        return torch.addcmul(self._shift, given.permute(0, 3, 1, 2).float(), self._scale).to(self._dtype)


def _unit(features: Tensor) -> Vectors:
    vectors: Vectors = nn.functional.normalize(features.float(), dim=-1).cpu().numpy()
    return vectors
