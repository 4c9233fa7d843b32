"""What the engine makes of photos once they can be found: labels, and the text in them. Only while it is idle.

What is still to be done stands in the catalog (`core.catalog.enrichment_queue`).
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from core.catalog import enrichment_queue
from core.catalog.changes import Changes
from core.catalog.transaction import Transactions
from core.enrichment.idle_worker import IdleWorker
from core.enrichment.labeller import Forgetter, Labeller
from core.enrichment.ocr_reader import MEGABYTES, SECONDS_A_PHOTO, TextReader
from core.media import ocr
from core.media.pool import DecodePool
from core.search.loaded_model import LoadedModel
from core.settings.schema import IndexingSettings
from core.values.enrichment import EnrichmentKind


class EnrichmentService:
    """Labels photos by the vectors of the model that answers searches, then reads text where that can be done."""

    def __init__(
        self,
        transactions: Transactions,
        answering: Callable[[], LoadedModel | None],
        folder: Path,
        indexing_is_idle: Callable[[], bool],
        settings: IndexingSettings,
    ) -> None:
        """Take what is needed; nothing is done before `start`.

        Args:
            transactions: of the catalog.
            answering: gives the model that answers searches.
            folder: for what is derived.
            indexing_is_idle: whether nothing of more use is being done.
            settings: whether labels and text in pictures are wanted.
        """
        self._transactions = transactions
        self._answering = answering
        self._folder = folder
        self._settings = settings
        self._idle = IdleWorker(indexing_is_idle)
        self._lock = threading.Lock()
        self._working_for: LoadedModel | None = None
        self._text_reader: TextReader | None = None
        transactions.feed.subscribe("What is found out about photos", self._after_commit)

    def start(self) -> None:
        """Begin to work as soon as there is a model."""
        self._idle.start()

    def searching(self) -> AbstractContextManager[None]:
        """Hold work back while a search is answered."""
        return self._idle.searching()

    def use(self, settings: IndexingSettings) -> None:
        """Do what these settings want from now on."""
        with self._lock:
            before, self._settings = self._settings, settings
            if (before.label_photos, before.read_text) == (settings.label_photos, settings.read_text):
                return
            self._working_for = None
        self.model_changed()

    def model_changed(self) -> None:
        """Work for the model that answers now."""
        model = self._answering()
        with self._lock:
            if model is None or model is self._working_for:
                return
            self._working_for = model
            former, self._text_reader = self._text_reader, self._new_text_reader(model)
            text_reader, label_photos = self._text_reader, self._settings.label_photos
        if former is not None:
            former.close()
        labels: Labeller | Forgetter
        if label_photos:
            labels = Labeller(self._transactions, model.row, model.encoder, self._folder)
        else:
            labels = Forgetter(self._transactions)
        self._idle.offer([labels.step] if text_reader is None else [labels.step, text_reader.step])

    def to_come(self) -> dict[EnrichmentKind, int]:
        """Return how many photos are still to be looked at, for each kind that is wanted and can be had."""
        with self._lock:
            wanted = {EnrichmentKind.LABELS: self._settings.label_photos, EnrichmentKind.TEXT: self._reads_text()}
        with self._transactions.engine.connect() as connection:
            counts = enrichment_queue.to_come(connection)
        return {kind: count for kind, count in counts.items() if wanted[kind]}

    def wait_until_done(self, timeout: float) -> bool:
        """Wait until nothing is left to do that can be done now. False if it took longer."""
        return self._idle.wait_until_done(timeout)

    def close(self) -> None:
        """End after what is in hand; a picture being read is dropped."""
        with self._lock:
            text_reader = self._text_reader
        if text_reader is not None:
            text_reader.close()
        self._idle.close()

    def _reads_text(self) -> bool:
        return self._settings.read_text and ocr.is_available()

    def _new_text_reader(self, model: LoadedModel) -> TextReader | None:
        if not self._reads_text():
            return None
        return TextReader(
            self._transactions,
            model.row,
            model.encoder,
            lambda: DecodePool(1, SECONDS_A_PHOTO, MEGABYTES, gives_way=True),
        )

    def _after_commit(self, changes: Changes) -> None:
        self.model_changed()
        if changes.vectors_added or changes.roots_changed:
            self._idle.wake()
