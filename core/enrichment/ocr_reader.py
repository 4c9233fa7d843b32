"""Reads the text in those photos that seem to show some, one a step, in a worker process of its own."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Protocol

from core.catalog import enrichment_queue, labels, ocr_texts
from core.catalog.enrichment_queue import Task
from core.catalog.models import ModelRow
from core.catalog.transaction import Transactions
from core.embedding.protocol import Encoder
from core.enrichment.ocr_gate import OcrGate
from core.media.reasons import MediaError
from core.media.request import ReadRequest, ReadResult
from core.values.enrichment import EnrichmentKind
from core.values.errors import UnreadableFileError
from core.values.paths import shown
from core.values.reasons import Reason

log = logging.getLogger(__name__)

SECONDS_A_PHOTO = 60.0
MEGABYTES = 3072
_SAMPLE = 4096
_AT_ONCE = 1024
_LATER = {Reason.GONE, Reason.UNREACHABLE, Reason.NO_PERMISSION}
"""Reasons that are not the file's: it is tried again, at last after a week."""
_FIRST_WAIT_S = 600
_MOST_ATTEMPTS = 5


class ReadPool(Protocol):
    """Reads files out of this process; `core.media.pool.DecodePool` with `SECONDS_A_PHOTO` and `MEGABYTES`."""

    def submit(self, request: ReadRequest) -> "Future[ReadResult]": ...

    def close(self) -> None: ...


class TextReader:
    """Fills the text of photos, the newest first. Used by one thread at a time, except for `close`.

    Screenshots are always read. The worker starts with the first photo that is worth it.
    """

    def __init__(
        self,
        transactions: Transactions,
        model: ModelRow,
        encoder: Encoder,
        start_pool: Callable[[], ReadPool],
        *,
        least: float | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the catalog, the model that answers, and how to start the worker; `least` as `OcrGate` takes it."""
        self._clock = clock
        self._transactions = transactions
        self._model = model
        self._encoder = encoder
        self._least = least
        self._start_pool = start_pool
        self._pool: ReadPool | None = None
        self._gate: OcrGate | None = None
        self._closed = threading.Event()

    def step(self) -> bool:
        """Judge some photos, or read one. Tells whether more is to be done."""
        if self._closed.is_set():
            return False
        if self._judge():
            return True
        with self._transactions.engine.connect() as connection:
            task = enrichment_queue.take_chosen(connection, EnrichmentKind.TEXT, self._model.id, int(self._clock()))
            path = None if task is None else ocr_texts.path_of(connection, task.photo_id)
        if task is None or path is None:
            return False
        if self._pool is None:
            self._pool = self._start_pool()
        try:
            text = self._pool.submit(ReadRequest(path, thumbnail=False, text=True)).result().text
        except UnreadableFileError as error:
            if isinstance(error, MediaError) and error.reason in _LATER and task.attempts < _MOST_ATTEMPTS:
                self._put_off(task)
                return True
            log.info("No text was read in %s: %s", shown(path), error)
            text = None
        except (CancelledError, RuntimeError):
            if self._closed.is_set():
                return False
            raise
        with self._transactions.begin() as transaction:
            ocr_texts.store(transaction, task.photo_id, text)
            enrichment_queue.finish(transaction.connection, [task.task_id])
        return True

    def close(self) -> None:
        """End what is in hand; `step` then returns. May be called from another thread."""
        self._closed.set()
        if self._pool is not None:
            self._pool.close()

    def _put_off(self, task: Task) -> None:
        until = int(self._clock()) + _FIRST_WAIT_S * 4**task.attempts
        with self._transactions.begin() as transaction:
            enrichment_queue.put_off(transaction.connection, task, until)

    def _judge(self) -> bool:
        """Choose the photos worth reading among some that are new in the queue, and take out the others."""
        with self._transactions.engine.connect() as connection:
            tasks = enrichment_queue.take(connection, EnrichmentKind.TEXT, self._model.id, _AT_ONCE)
            if not tasks:
                return False
            photo_ids = [task.photo_id for task in tasks]
            passing = ocr_texts.screenshots(connection, photo_ids)
            gate = self._gate = self._gate or OcrGate(self._encoder, least=self._least)
            gate.calibrate(labels.sample(connection, self._model.id, _SAMPLE, self._model.dimension))
            photos = labels.vectors_of(connection, self._model.id, photo_ids, self._model.dimension)
        if len(photos.photo_ids):
            passing.update(photos.photo_ids[gate.passes(photos.vectors)].tolist())
        with self._transactions.begin() as transaction:
            chosen = [task.task_id for task in tasks if task.photo_id in passing]
            others = [task.task_id for task in tasks if task.photo_id not in passing]
            enrichment_queue.choose(transaction.connection, chosen)
            enrichment_queue.finish(transaction.connection, others)
        return True
