"""Brings work from other threads back into the window's own thread, where alone widgets may be touched."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

log = logging.getLogger(__name__)

R = TypeVar("R")


class MainThreadInvoker(QObject):
    """Calls functions in the thread it was made in, whichever thread hands them over."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, work: Callable[[], None]) -> None:
        """Have `work` called soon. From any thread; after `close`, it is dropped."""
        if not self._closed:
            self._posted.emit(work)

    def close(self) -> None:
        """Call nothing any more."""
        self._closed = True

    def _call(self, work: Callable[[], None]) -> None:
        if not self._closed:
            work()


class Background(QObject):
    """Runs what would make the window wait, in one thread, one thing after the other."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handover = MainThreadInvoker(self)
        self._pool = ThreadPoolExecutor(1, name)

    def run(
        self,
        work: Callable[[], R],
        on_done: Callable[[R], None],
        on_failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Call `work` in the thread, then `on_done` or `on_failed` in the window's. Unhandled failures are bugs."""

        def settle(future: "Future[R]") -> None:
            if future.cancelled():
                return
            self._handover.post(lambda: _deliver(future, on_done, on_failed))

        self._pool.submit(work).add_done_callback(settle)

    def close(self) -> None:
        """Drop what waits, and wait for what runs."""
        self._handover.close()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _deliver(future: "Future[R]", on_done: Callable[[R], None], on_failed: Callable[[Exception], None] | None) -> None:
    error = future.exception()
    if error is None:
        on_done(future.result())
    elif on_failed is not None and isinstance(error, Exception):
        on_failed(error)
    else:
        raise error
