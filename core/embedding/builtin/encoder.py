"""The built-in model as one encoder: each half is loaded when it is first needed, and neither waits for the other."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt

from core.embedding.builtin.pictures import BATCH, BuiltInImageEncoder
from core.embedding.builtin.texts import BuiltInTextEncoder
from core.embedding.builtin.weights import Floats, Weights
from core.embedding.models.registry import ModelEntry
from core.embedding.protocol import ScoreScale, Thresholds
from core.embedding.runtime.dtype import Precision
from core.media.model_input import ModelInput

PICTURES: Final = "image.onnx"
TEXTS: Final = "text.safetensors"


class BuiltInEncoder:
    """Implements `protocol.Encoder`.

    Attributes:
        entry: what the registry says of it.
        folder: where its files are.
    """

    def __init__(self, entry: ModelEntry, fingerprint: str, folder: Path) -> None:
        self.entry = entry
        self._fingerprint = fingerprint
        self.folder = folder
        self._pictures_lock, self._texts_lock = Lock(), Lock()

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
    def precision(self) -> Precision:
        return Precision("cpu", "float32", BATCH)

    @property
    def batch_size(self) -> int:
        return BATCH

    def encode_images(self, pixels: npt.NDArray[np.uint8]) -> Floats:
        """See the protocol."""
        with self._pictures_lock:
            return self._pictures.encode_images(pixels)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """See the protocol."""
        with self._texts_lock:
            return self._texts.encode_texts(texts)

    def encode_query(self, words: str) -> Floats:
        """See the protocol."""
        with self._texts_lock:
            return self._texts.encode_query(words)

    @cached_property
    def _pictures(self) -> BuiltInImageEncoder:
        return BuiltInImageEncoder(self.folder / PICTURES, self.model_input.size)

    @cached_property
    def _texts(self) -> BuiltInTextEncoder:
        return BuiltInTextEncoder(Weights(self.folder / TEXTS), self.entry.templates)
