"""What the rest of the program knows of a model. No torch here: decode workers and front ends import this."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.embedding.runtime.dtype import Precision
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


@dataclass(frozen=True, slots=True)
class RelevanceLine:
    """Where the line under the hits that fit is drawn.

    Attributes:
        least: share of the way from unrelated photos to a text's own that a hit has to go, at middle strictness.
        beside_best: share of the way to the query's best hit, at strictness 0, one half and 1.
    """

    least: float
    beside_best: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on this model is believed.

    Attributes:
        label: how sure a label must be, 0 to 1.
        text: how many spreads a photo must stand out towards pictures of text to be read.
        nothing_fits: cosine that a query's best hit must reach, or the library has nothing of the kind.
        line: the relevance line.
        measured: which of these were measured with this model, by their names; the others are guesses.
    """

    label: float
    text: float
    nothing_fits: float
    line: RelevanceLine
    measured: tuple[str, ...] = ()


class TextEncoder(Protocol):
    """The half of a model that understands words. Thread-safe."""

    def encode_texts(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode texts as they are, into unit vectors (n, dimension). Over-long text is cut."""

    def encode_query(self, words: str) -> npt.NDArray[np.float32]:
        """Encode words through the model's prompt templates, averaged, into a unit vector (dimension,)."""


class ImageEncoder(Protocol):
    """The half of a model that sees pictures. Thread-safe."""

    @property
    def batch_size(self) -> int:
        """How many pictures at once are fastest here."""

    def encode_images(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Encode prepared pictures, uint8 RGB (n, height, width, 3), into unit vectors (n, dimension)."""


class Encoder(TextEncoder, ImageEncoder, Protocol):
    """A model. Texts never wait for pictures, so that a search is quick while indexing runs."""

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
    def precision(self) -> Precision:
        """Device, number format and batch size in use."""

    @property
    def thresholds(self) -> Thresholds:
        """From where on it is believed."""
