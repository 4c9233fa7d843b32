"""What the window does outside its own thread: one runner for all of it, and questions of which only the latest counts.

Widgets may be touched in the window's thread alone; everything comes back there.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

THREADS = 4
"""One reading a large file must not hold up a key, a scrolled thumbnail and a list at the same time."""

K = TypeVar("K", bound=Hashable)
Q = TypeVar("Q")
R = TypeVar("R")


class TaskRunner(QObject):
    """Runs what would make the window wait, in a few threads that all parts of the window share.

    Signals:
        closed: no thread runs any more; what tasks used can be closed.
    """

    closed = Signal()
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None, *, threads: int = THREADS) -> None:
        super().__init__(parent)
        self._closed = False
        self._pool = ThreadPoolExecutor(threads, "window")
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, work: Callable[[], None]) -> None:
        """Have `work` called soon in the window's thread. From any thread; after `close`, it is dropped."""
        if not self._closed:
            self._posted.emit(work)

    def run(
        self,
        work: Callable[[], R],
        on_done: Callable[[R], None],
        on_failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Call `work` in a thread, then `on_done` or `on_failed` in the window's. Unhandled failures are bugs.

        Two tasks may overlap and end in any order; who asks again before the answer uses `LatestOnly`.
        """

        def settle(future: "Future[R]") -> None:
            if not future.cancelled():
                self.post(lambda: deliver(future, on_done, on_failed))

        if not self._closed:
            self._pool.submit(work).add_done_callback(settle)

    def close(self) -> None:
        """Drop what waits, wait for what runs, and call nothing any more."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.closed.emit()

    def _call(self, work: Callable[[], None]) -> None:
        if not self._closed:
            work()


def deliver(future: "Future[R]", on_done: Callable[[R], None], on_failed: Callable[[Exception], None] | None) -> None:
    """Hand what came of a future to whom it concerns; a failure that concerns nobody is raised."""
    error = future.exception()
    if error is None:
        on_done(future.result())
    elif on_failed is not None and isinstance(error, Exception):
        on_failed(error)
    else:
        raise error


class LatestOnly(Generic[Q]):
    """Asks one question at a time; while it is being answered, newer ones replace each other.

    `begin` starts to answer a question, by whatever means; whoever has the answer calls `finished`. In the window's
    thread alone.
    """

    def __init__(self, begin: Callable[[Q], None]) -> None:
        self._begin = begin
        self._busy = False
        self._waiting: list[Q] = []

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._busy

    @property
    def is_overtaken(self) -> bool:
        """Whether something newer waits for the answer that is awaited."""
        return bool(self._waiting)

    def ask(self, question: Q) -> None:
        """Begin with a question, or let it wait in the place of an older one."""
        if self._busy:
            self._waiting = [question]
        else:
            self._busy = True
            self._begin(question)

    def finished(self, *, go_on: bool = True) -> bool:
        """The answer is there, or will never come. Returns whether something newer waited; with `go_on` it begins."""
        self._busy = False
        waiting, self._waiting = self._waiting, []
        if waiting and go_on:
            self.ask(waiting[0])
        return bool(waiting)


class NewestFirst(Generic[K, R]):
    """Works off requests, the newest first, in `at_once` of the runner's threads.

    What is scrolled past is not worth waiting for: of more than `most` requests the oldest are forgotten. `work` is
    called in a thread, `on_done` in the window's.
    """

    def __init__(
        self, tasks: TaskRunner, work: Callable[[K], R], on_done: Callable[[K, R], None], *, most: int, at_once: int = 1
    ) -> None:
        self._tasks = tasks
        self._work = work
        self._on_done = on_done
        self._most = most
        self._free = at_once
        self._lock = threading.Lock()
        self._requests: OrderedDict[K, None] = OrderedDict()

    def request(self, key: K) -> None:
        """Ask for something, before all that was asked for earlier."""
        with self._lock:
            self._requests[key] = None
            self._requests.move_to_end(key)
            if len(self._requests) > self._most:
                self._requests.popitem(last=False)
            if not self._free:
                return
            self._free -= 1
        self._tasks.run(self._work_off, lambda _: None)

    def drop_all(self) -> None:
        """Forget what was asked for and has not begun."""
        with self._lock:
            self._requests.clear()

    def _work_off(self) -> None:
        while (key := self._next()) is not None:
            done = self._work(key[0])
            self._tasks.post(lambda key=key[0], done=done: self._on_done(key, done))  # type: ignore[misc]

    def _next(self) -> tuple[K] | None:
        with self._lock:
            if not self._requests:
                self._free += 1
                return None
            return (self._requests.popitem()[0],)
