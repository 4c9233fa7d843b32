"""Guesses from its vector whether a photo shows text, so that only such photos are read, which takes seconds each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.protocol import Encoder, ScoreScale
from core.enrichment.label_vectors import Matrix, encode
from core.query.vocabulary import Label

SHOWING_TEXT = tuple(
    Label(name, "picture")
    for name in (
        "a page of printed text",
        "a screenshot of a computer or a phone",
        "a document or a letter",
        "handwriting on paper",
        "a sign with words on it",
        "a shop sign or a billboard",
        "a poster with large letters",
        "a book cover",
        "a menu or a price list",
        "a receipt or a ticket",
        "a label on a bottle or a box",
        "a whiteboard or a blackboard with writing",
        "a presentation slide or a chart",
        "a license plate or a street sign",
    )
)

_PRIOR_PHOTOS = 60
"""The model's own spread of scores counts as this many photos, so that a small library is no outlier of itself."""
_SMALLEST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class Background:
    """How each kind of text scores on photos that do not show it; both (kinds,)."""

    middle: Matrix
    spread: Matrix

    @classmethod
    def of(cls, kinds: Matrix, photo_vectors: Matrix, scale: ScoreScale) -> "Background":
        """Measure it over a sample (n, d) of the library.

        The middle is the median and the spread comes from the lower half alone, so that a library full of documents
        still knows one. A small sample leans on the model's own scale.
        """
        photos = len(photo_vectors)
        trust = photos / (photos + _PRIOR_PHOTOS)
        middle = np.full(len(kinds), scale.unrelated_mean, np.float32)
        spread = np.full(len(kinds), scale.unrelated_std, np.float32)
        if photos:
            low, half = np.quantile(photo_vectors @ kinds.T, (0.159, 0.5), axis=0)
            middle = trust * half + (1 - trust) * middle
            spread = trust * (half - low) + (1 - trust) * spread
        return cls(middle.astype(np.float32), np.maximum(spread, _SMALLEST_SPREAD).astype(np.float32))

    def standard(self, scores: Matrix) -> Matrix:
        """Return how many spreads above the middle cosines (n, kinds) are."""
        return np.asarray((scores - self.middle) / self.spread, np.float32)


class OcrGate:
    """Compares photos with pictures of text, against how the library's photos usually score."""

    def __init__(self, encoder: Encoder, *, least: float | None = None) -> None:
        """Encode what text looks like; `least`: how far a photo must stand out, if not as the model says."""
        self._vectors = encode(SHOWING_TEXT, encoder)
        self._scale = encoder.score_scale
        self._least = encoder.thresholds.text if least is None else least
        self._background = Background.of(self._vectors, self._vectors[:0], self._scale)

    def calibrate(self, sample: Matrix) -> None:
        """Judge from now on against a sample (n, d) of the library's vectors."""
        self._background = Background.of(self._vectors, sample, self._scale)

    def scores(self, vectors: Matrix) -> npt.NDArray[np.float32]:
        """Return for each vector (n, d) how far it stands out towards any kind of text; (n,)."""
        return np.asarray(self._background.standard(vectors @ self._vectors.T).max(axis=1), np.float32)

    def passes(self, vectors: Matrix) -> npt.NDArray[np.bool_]:
        """Tell which vectors (n, d) are worth reading."""
        return np.asarray(self.scores(vectors) >= self._least, np.bool_)
