"""Gives photos their labels in small slices, from stored vectors; no file is opened and no picture encoded."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.catalog import enrichment_queue
from core.catalog import labels as stored
from core.catalog.labels import Seen
from core.catalog.models import ModelRow
from core.catalog.transaction import Transactions
from core.embedding.protocol import Encoder
from core.enrichment.label_vectors import LabelVectors, Matrix, shares
from core.query.vocabulary import Vocabulary
from core.values.enrichment import EnrichmentKind

MOST_LABELS = 5
METHOD = "2"
"""Changed when labels would come out otherwise: all photos are then looked at again."""
_SLICE = 256
_PUT_IN_AT_ONCE = 2000


class Labeller:
    """Labels the photos of one library with one model. Used by one thread at a time.

    When vocabulary, method or threshold changed, all photos are looked at again, each keeping its old labels until
    then.
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
            least: how sure a label must be, instead of what is known of the model.
        """
        self._transactions = transactions
        self._model = model
        self._vectors = LabelVectors(vocabulary or Vocabulary.load(), encoder, folder)
        self._scale = encoder.score_scale
        self._threshold = encoder.thresholds.label if least is None else least
        self._put_in: int | None = None
        self._is_prepared = False

    def step(self, limit: int = _SLICE) -> bool:
        """Do a little: label at most `limit` photos, or prepare for it. Tells whether more is to be done."""
        if not self._is_prepared:
            return self._prepare()
        with self._transactions.engine.connect() as connection:
            tasks = enrichment_queue.take(connection, EnrichmentKind.LABELS, self._model.id, limit)
        if not tasks:
            return False
        label_vectors = self._vectors.matrix
        if label_vectors is None:
            self._vectors.encode_some()
            return True
        with self._transactions.engine.connect() as connection:
            photo_ids = [task.photo_id for task in tasks]
            photos = stored.vectors_of(connection, self._model.id, photo_ids, self._model.dimension)
        seen = self._see(photos.photo_ids, photos.vectors @ label_vectors.T)
        with self._transactions.begin() as transaction:
            stored.store(transaction, self._model.id, seen)
            enrichment_queue.finish(transaction.connection, [task.task_id for task in tasks])
        return True

    def _prepare(self) -> bool:
        """Put all photos into the queue, some at a time, when their labels are of another edition."""
        with self._transactions.engine.connect() as connection:
            is_same = stored.edition(connection, self._model.id) == self._edition
        if not is_same:
            with self._transactions.begin() as transaction:
                self._put_in = enrichment_queue.enqueue_labels_again(
                    transaction.connection, self._model.id, self._put_in or 0, _PUT_IN_AT_ONCE
                )
                if self._put_in is None:
                    stored.set_edition(transaction, self._model.id, self._edition)
        self._is_prepared = self._put_in is None
        return True

    @property
    def _edition(self) -> str:
        return f"{METHOD} {self._vectors.vocabulary.edition} {self._threshold:g}"

    def _see(self, owners: npt.NDArray[np.int64], scores: Matrix) -> dict[int, list[Seen]]:
        vocabulary = self._vectors.vocabulary
        sure = shares(scores, vocabulary.covers, self._scale)
        seen: dict[int, list[Seen]] = {}
        for photo_id in dict.fromkeys(owners.tolist()):
            best = sure[owners == photo_id].max(axis=0)
            seen[photo_id] = [
                Seen(vocabulary.labels[label].name, float(best[label])) for label in strongest(best, self._threshold)
            ]
        return seen


class Forgetter:
    """Takes labels away that are not wanted any more, in small slices; they are made from vectors again if need be."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def step(self, limit: int = _SLICE) -> bool:
        """Forget the labels of at most `limit` photos. Tells whether more is to be done."""
        with self._transactions.begin() as transaction:
            return stored.forget_some(transaction, limit)


def strongest(sure: Matrix, least: float) -> Sequence[int]:
    """Return the labels (by number) that are at least as sure as `least`, the surest first, at most `MOST_LABELS`."""
    order = np.argsort(-sure, kind="stable")[:MOST_LABELS]
    return [int(label) for label in order if sure[label] >= least]
