"""Gives photos their labels in small slices, from stored vectors; no file is opened and no picture encoded."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.catalog import labels as stored
from core.catalog.labels import Seen
from core.catalog.models import ModelRow
from core.catalog.transaction import Transactions
from core.embedding.protocol import Encoder
from core.search.label_vectors import Background, LabelVectors, Matrix
from core.search.vocabulary import Vocabulary

MOST_LABELS = 5
METHOD = "1"
"""Changed when labels would come out otherwise: all photos are then looked at again."""
_SAMPLE = 4096
_SLICE = 256

_THRESHOLDS: dict[str, float] = {}
_UNMEASURED = 5.0
"""In spreads above a label's middle; see `threshold`."""


def threshold(model: str) -> float:
    """Return how far a label must stand out with this model, chosen by `python -m benchmarks.bench_labels`."""
    return _THRESHOLDS.get(model, _UNMEASURED)


class Labeller:
    """Labels the photos of one library with one model. Used by one thread at a time.

    When the library has doubled since labels were last calibrated, or vocabulary, method or threshold changed, all
    photos are looked at again, each keeping its old labels until then.
    """

    def __init__(
        self,
        transactions: Transactions,
        model: ModelRow,
        encoder: Encoder,
        folder: Path,
        *,
        vocabulary: Vocabulary | None = None,
        least: float | None = None,
    ) -> None:
        """Work for `model`'s vectors in the catalog.

        Args:
            transactions: of the catalog.
            model: its row.
            encoder: the same model, loaded.
            folder: where vectors of labels are kept.
            vocabulary: instead of the one that is shipped.
            least: instead of `threshold`.
        """
        self._transactions = transactions
        self._model = model
        self._vectors = LabelVectors(vocabulary or Vocabulary.load(), encoder, folder)
        self._scale = encoder.score_scale
        self._threshold = threshold(encoder.name) if least is None else least
        self._waiting: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._background: Background | None = None
        self._calibrated = 0
        self._marks_edition = False

    def step(self, limit: int = _SLICE) -> bool:
        """Do a little: label at most `limit` photos, or prepare for it. Tells whether more is to be done."""
        if not len(self._waiting) and not self._find_work():
            return False
        label_vectors = self._vectors.matrix
        if label_vectors is None:
            self._vectors.encode_some()
            return True
        if self._background is None:
            self._background = self._measure(label_vectors)
        part, self._waiting = self._waiting[:limit], self._waiting[limit:]
        with self._transactions.engine.connect() as connection:
            photos = stored.vectors_of(connection, self._model.id, part.tolist(), self._model.dimension)
        seen = self._see(photos.photo_ids, photos.vectors @ label_vectors.T, self._background)
        with self._transactions.begin() as transaction:
            stored.store(transaction, self._model.id, seen)
            if self._marks_edition and not len(self._waiting):
                stored.set_edition(transaction, self._model.id, f"{self._edition} {self._calibrated}")
                self._marks_edition = False
        return True

    @property
    def _edition(self) -> str:
        return f"{METHOD} {self._vectors.vocabulary.edition} {self._threshold:g}"

    def _find_work(self) -> bool:
        with self._transactions.engine.connect() as connection:
            photos = stored.count_vectors(connection, self._model.id)
            edition, _, calibrated = (stored.edition(connection, self._model.id) or "").rpartition(" ")
            again = edition != self._edition or photos > 2 * int(calibrated)
            self._waiting = stored.to_label(connection, self._model.id, again=again)
        if again:
            self._background = None
            self._marks_edition = True
        return len(self._waiting) > 0

    def _measure(self, label_vectors: Matrix) -> Background:
        with self._transactions.engine.connect() as connection:
            self._calibrated = stored.count_vectors(connection, self._model.id)
            sample = stored.sample(connection, self._model.id, _SAMPLE, self._model.dimension)
        return Background.of(label_vectors, sample, self._scale)

    def _see(self, owners: npt.NDArray[np.int64], scores: Matrix, background: Background) -> dict[int, list[Seen]]:
        standard = background.standard(scores)
        names = [label.name for label in self._vectors.vocabulary.labels]
        seen: dict[int, list[Seen]] = {}
        for photo_id in dict.fromkeys(owners.tolist()):
            frames = np.flatnonzero(owners == photo_id)
            best = frames[standard[frames].argmax(axis=0)]
            stands_out = standard[best, np.arange(len(names))]
            seen[photo_id] = [
                Seen(names[label], float(scores[best[label], label]))
                for label in strongest(stands_out, self._threshold)
            ]
        return seen


def strongest(standard: Matrix, least: float) -> Sequence[int]:
    """Return the labels (by number) that stand out by at least `least`, the strongest first, at most `MOST_LABELS`."""
    order = np.argsort(-standard)[:MOST_LABELS]
    return [int(label) for label in order if standard[label] >= least]
