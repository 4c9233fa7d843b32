"""Reads the text in those photos that seem to show some, one a step, in a worker process of its own."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.catalog import labels, ocr_texts
from core.catalog.models import ModelRow
from core.catalog.transaction import Transactions
from core.embedding.protocol import Encoder
from core.enrichment.ocr_gate import OcrGate
from core.media.request import ReadRequest, ReadResult
from core.values.errors import UnreadableFileError
from core.values.paths import shown

log = logging.getLogger(__name__)

SECONDS_A_PHOTO = 60.0
MEGABYTES = 3072
_SAMPLE = 4096
_AT_ONCE = 2048


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
    ) -> None:
        """Take the catalog, the model that answers, and how to start the worker; `least` as `OcrGate` takes it."""
        self._transactions = transactions
        self._model = model
        self._encoder = encoder
        self._least = least
        self._start_pool = start_pool
        self._pool: ReadPool | None = None
        self._gate: OcrGate | None = None
        self._closed = threading.Event()
        self._judged: set[int] = set()
        self._waiting: list[int] = []

    def step(self) -> bool:
        """Read one photo. Tells whether more is to be done."""
        if not self._waiting:
            self._waiting = self._find_work()
        if not self._waiting or self._closed.is_set():
            return False
        photo_id = self._waiting.pop(0)
        with self._transactions.engine.connect() as connection:
            path = ocr_texts.path_of(connection, photo_id)
        if path is None:
            return True
        if self._pool is None:
            self._pool = self._start_pool()
        try:
            text = self._pool.submit(ReadRequest(path, thumbnail=False, text=True)).result().text
        except UnreadableFileError as error:
            log.info("No text was read in %s: %s", shown(path), error)
            text = None
        except (CancelledError, RuntimeError):
            if self._closed.is_set():
                return False
            raise
        with self._transactions.begin() as transaction:
            ocr_texts.store(transaction, photo_id, text)
        return True

    def close(self) -> None:
        """End what is in hand; `step` then returns. May be called from another thread."""
        self._closed.set()
        if self._pool is not None:
            self._pool.close()

    def _find_work(self) -> list[int]:
        """Return the photos worth reading among those not judged yet."""
        with self._transactions.engine.connect() as connection:
            unread = ocr_texts.unread(connection, self._model.id)
            fresh = ~np.isin(unread.photo_ids, np.fromiter(self._judged, np.int64, len(self._judged)))
            photo_ids, are_screenshots = unread.photo_ids[fresh], unread.are_screenshots[fresh]
            if not len(photo_ids):
                return []
            gate = self._gate = self._gate or OcrGate(self._encoder, least=self._least)
            gate.calibrate(labels.sample(connection, self._model.id, _SAMPLE, self._model.dimension))
            passing = set(photo_ids[are_screenshots].tolist())
            for start in range(0, len(photo_ids), _AT_ONCE):
                part: npt.NDArray[np.int64] = photo_ids[start : start + _AT_ONCE]
                photos = labels.vectors_of(connection, self._model.id, part.tolist(), self._model.dimension)
                passing.update(photos.photo_ids[gate.passes(photos.vectors)].tolist())
        self._judged.update(photo_ids.tolist())
        return [photo_id for photo_id in photo_ids.tolist() if photo_id in passing]
