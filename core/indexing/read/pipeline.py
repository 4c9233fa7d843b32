"""Reads, embeds and commits what waits, newest first, in one thread; the decode workers run beside it.

Files are taken from the catalog a few at a time and committed about once a second, so memory does not grow with the
library, and the newest file is always next. When nothing waits, photos without vectors of the model get them from
their thumbnails, and what could not be decided before (see `core.catalog.linking`) is decided.
"""

import logging
import threading
import time
from collections.abc import Callable

from core.catalog import models
from core.catalog.models import ModelRow
from core.catalog.queue import has_legacy, waiting
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.embedding.protocol import Encoder
from core.indexing.housekeeping import Housekeeping
from core.indexing.listener import Listener
from core.indexing.rate_meter import RateMeter
from core.indexing.read.batches import Batches
from core.indexing.read.edit_resolver import EditResolver
from core.indexing.read.reembedder import Reembedder
from core.indexing.throttle import IndexingThrottle
from core.media.priority import lower_thread
from core.values.errors import EideticError

log = logging.getLogger(__name__)

_REST_S = 0.5
_IDLE_REST_S = 30.0
"""With nothing left to do, all that brings work wakes the thread: looking at the whole catalog is only for repair."""
_UNWRITABLE_REST_S = 5.0


class Pipeline:
    """The reading thread.

    Attributes:
        is_idle: nothing was left to do when it last looked, and nothing woke it since.
        hindrance: what it waits for now, e.g. space on the disk; None while it works.
        problem: why it works no more; None while it does.
    """

    def __init__(
        self,
        transactions: Transactions,
        thumbnails: ThumbnailStore,
        batches: Batches,
        *,
        encoder: Callable[[], Encoder | None],
        encoder_is_coming: Callable[[], bool],
        housekeeping: Housekeeping,
        gate: IndexingThrottle,
        pace: RateMeter,
        listener: Listener,
        is_quiet: Callable[[], bool],
        successions: EditResolver,
    ) -> None:
        self._transactions = transactions
        self._batches = batches
        self._encoder_provider = encoder
        self._encoder_is_coming = encoder_is_coming
        self._housekeeping = housekeeping
        self._gate = gate
        self._pace = pace
        self._listener = listener
        self._is_quiet = is_quiet
        self._successions = successions
        self._changed = threading.Condition()
        self._stopping = False
        self._woken = True
        self.is_idle = False
        self.problem: str | None = None
        self._encoder: Encoder | None = None
        self._model: ModelRow | None = None
        self.hindrance: EideticError | None = None
        self._catch_up = Reembedder(transactions, thumbnails)
        self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Something may have to be done: look soon."""
        with self._changed:
            self._woken = True
            self.is_idle = False
            self._changed.notify_all()

    def stop(self) -> None:
        """Finish the batch in hand, commit it, let the rest wait for the next start."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def wait_until_idle(self, timeout: float | None, is_idle_too: Callable[[], bool]) -> bool:
        """Wait until nothing is left to do here, and `is_idle_too`. False when that took too long."""
        until = float("inf") if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not ((self.is_idle or self.problem is not None) and is_idle_too()):
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, 0.05))
            return True

    def _run(self) -> None:
        lower_thread()
        try:
            while not self._stopping:
                try:
                    self._round()
                    self.hindrance = None
                except EideticError as error:
                    self._rest_unwritable(error)
            self._finish()
        except Exception as error:
            log.exception("indexing ended by a bug")
            self.problem = f"{type(error).__name__}: {error}"
            self._listener.notice(f"Indexing stopped because of an internal error ({self.problem}).", is_problem=True)
        finally:
            self._pace.stop()

    def _round(self) -> None:
        self._choose_model()
        is_open = self._gate.is_open()
        taken = 0
        if is_open and self._may_read():
            taken = self._batches.fill()
        if self._batches.outstanding:
            self._pace.start()
            self._successions.begin_anew()
            with self._changed:
                self.is_idle = False
            self._batches.gather(lambda: self._stopping)
            return
        self._pace.stop()
        if taken == 0 and is_open:
            self._tidy()
        elif not is_open:
            self._rest(is_idle=self._has_nothing_left())

    def _may_read(self) -> bool:
        return self._encoder is not None or not self._encoder_is_coming()

    def _choose_model(self) -> None:
        encoder = self._encoder_provider()
        if encoder is self._encoder:
            return
        model: ModelRow | None = None
        if encoder is not None:
            with self._transactions.begin() as transaction:
                model = models.enrol(transaction, encoder.name, encoder.fingerprint, encoder.dimension)
        self._batches.use(encoder, model)
        self._encoder, self._model = encoder, model

    def _tidy(self) -> None:
        """Nothing waits to be read: embed from thumbnails, decide what was left open, then rest."""
        if self._encoder is not None and self._model is not None:
            done = self._catch_up.step(self._encoder, self._model.id)
            if done:
                self._pace.start()
                self._pace.add(done)
                return
        is_read = not self._has_waiting()
        is_open = is_read and self._successions.step()
        if is_read and not is_open and self._batches.fill_legacy():
            return
        if is_read and self._is_quiet():
            if self._model is not None and self._has_nothing_left():
                self._complete(self._model)
            if self._housekeeping.step():
                return
        self._rest(is_idle=not is_open and self._has_nothing_left())

    def _complete(self, model: ModelRow) -> None:
        with self._transactions.engine.connect() as connection:
            if model.active and model.complete and not models.has_others(connection, model.id):
                return
        self._catch_up.finish(model.id, lambda: self._stopping)
        self._model = models.completed(model)

    def _has_waiting(self) -> bool:
        with self._transactions.engine.connect() as connection:
            return waiting(connection) > 0

    def _has_nothing_left(self) -> bool:
        with self._transactions.engine.connect() as connection:
            if waiting(connection) > 0 or has_legacy(connection):
                return False
            if self._model is None:
                return not self._encoder_is_coming()
            return not self._catch_up.remaining(connection, self._model.id)

    def _rest(self, *, is_idle: bool) -> None:
        with self._changed:
            if self._stopping:
                return
            if not self._woken:
                if is_idle and not self.is_idle:
                    self.is_idle = True
                    self._batches.current = None
                    self._changed.notify_all()
                    self._listener.progress_changed()
                self._changed.wait(_IDLE_REST_S if is_idle else _REST_S)
            self._woken = False

    def _rest_unwritable(self, error: EideticError) -> None:
        if self.hindrance is None:
            self.hindrance = error
            self._listener.notice(f"{error} Indexing waits for that.", is_problem=True)
        with self._changed:
            if not self._stopping:
                self._changed.wait(_UNWRITABLE_REST_S)

    def _finish(self) -> None:
        try:
            self._batches.finish()
            self._batches.abandon()
        except EideticError as error:
            log.info("what was in hand at the end is read again next time: %s", error)
