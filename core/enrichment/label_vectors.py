"""Labels as a model sees them: one unit vector each, kept on disk, and how photos are shared out among them."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.embedding.protocol import Encoder, ScoreScale
from core.query.vocabulary import Label, Vocabulary

log = logging.getLogger(__name__)

Matrix = npt.NDArray[np.float32]

TEMPLATES = ("{}", "a photo of {}")
SYNONYMS = 1
"""How many synonyms speak for a label besides its name."""
SHARPNESS = 2.0
"""By how many spreads of the model's scores a label must lead to count e times as much; see `bench_labels`."""


class LabelVectors:
    """Encodes a vocabulary a few labels at a time, so that searches and photos are not held up.

    Attributes:
        vocabulary: what is encoded.
    """

    def __init__(self, vocabulary: Vocabulary, encoder: Encoder, folder: Path) -> None:
        """Take what is on disk in `folder` for this vocabulary and these weights."""
        self.vocabulary = vocabulary
        self._encoder = encoder
        made = f"{encoder.fingerprint[:16]}-{vocabulary.edition}-{len(TEMPLATES)}{SYNONYMS}"
        self._path = folder / f"labels-{made}.npy"
        self._done: list[Matrix] = []
        self._matrix = self._read()

    @property
    def matrix(self) -> Matrix | None:
        """The vectors (labels, d), or None while they are being made."""
        return self._matrix

    def encode_some(self, count: int = 4) -> None:
        """Encode the next few labels; the last ones write the file."""
        if self._matrix is not None:
            return
        start = sum(len(part) for part in self._done)
        labels = self.vocabulary.labels[start : start + count]
        self._done.append(encode(labels, self._encoder))
        if start + len(labels) == len(self.vocabulary):
            self._matrix = np.concatenate(self._done)
            self._done = []
            self._write(self._matrix)

    def _read(self) -> Matrix | None:
        try:
            matrix = np.load(self._path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        if matrix.shape != (len(self.vocabulary), self._encoder.dimension):
            return None
        return np.asarray(matrix, np.float32)

    def _write(self, matrix: Matrix) -> None:
        draft = self._path.with_suffix(f".{os.getpid()}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                np.save(file, matrix.astype(np.float16))
            draft.replace(self._path)
        except OSError as error:
            log.info("The vectors of labels could not be kept and will be made again next time: %s", error)
            draft.unlink(missing_ok=True)


def encode(labels: Sequence[Label], encoder: Encoder) -> Matrix:
    """Return a unit vector for each label: the mean over its first words, each in all templates; (labels, d)."""
    words = [label.words[: SYNONYMS + 1] for label in labels]
    prompts = [template.format(word) for label in words for word in label for template in TEMPLATES]
    vectors = encoder.encode_texts(prompts)
    owners = np.repeat(np.arange(len(labels)), [len(label) * len(TEMPLATES) for label in words])
    sums = np.zeros((len(labels), vectors.shape[1]), np.float32)
    np.add.at(sums, owners, vectors)
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12), np.float32)


def shares(scores: Matrix, covers: npt.NDArray[np.bool_], scale: ScoreScale) -> Matrix:
    """Return how surely each label (column) is what photos (rows) show, 0 to 1; from cosines (n, labels).

    The labels compete (a softmax, as sharp as the model's scores are narrow); a broader label gathers what its
    narrower ones get, so that a photo that may show any of ten kinds of dog surely shows a dog.
    """
    sharp = scores * np.float32(SHARPNESS / scale.unrelated_std)
    weights = np.exp(sharp - sharp.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(weights @ covers.T.astype(np.float32), np.float32)
