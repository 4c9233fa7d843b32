"""What the rest of the program knows of a model. No torch here: decode workers and front ends import this."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.media.model_input import ModelInput


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """How this model's cosines are spread, measured on captioned photos; the relevance line starts from it.

    Attributes:
        unrelated_mean, unrelated_std: cosine of a text and a photo that do not belong together.
        related_mean: cosine of a text and its photo.
    """

    unrelated_mean: float
    unrelated_std: float
    related_mean: float

    @property
    def certainty(self) -> float:
        """How many standard deviations a text's own photo lies above unrelated ones."""
        return (self.related_mean - self.unrelated_mean) / max(self.unrelated_std, 1e-4)


class Encoder(Protocol):
    """A loaded model. Thread-safe; texts never wait for pictures, so that a search is quick while indexing runs."""

    @property
    def name(self) -> str:
        """The model's id in the registry."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights, hexadecimal."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def model_input(self) -> ModelInput:
        """How a picture must be prepared."""

    @property
    def score_scale(self) -> ScoreScale:
        """The spread of its cosines."""

    @property
    def batch_size(self) -> int:
        """How many pictures at once are fastest here."""

    def encode_images(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Encode prepared pictures, uint8 RGB (n, height, width, 3), into unit vectors (n, dimension)."""

    def encode_texts(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode texts as they are, into unit vectors (n, dimension). Over-long text is cut."""

    def encode_query(self, words: str) -> npt.NDArray[np.float32]:
        """Encode words through the model's prompt templates, averaged, into a unit vector (dimension,)."""
