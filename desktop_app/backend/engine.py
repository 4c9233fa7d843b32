"""The engine as the window sees it: requests out, and signals in the window's own thread. Holds no state of its own."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from core.engine.client import EngineClient
from core.engine.protocol import (
    Event,
    LibraryChanged,
    ModelChanged,
    Notice,
    OpenFailed,
    ProgressChanged,
    Ready,
    Request,
    RootsChanged,
)
from core.settings.paths import LibraryPaths
from core.values.errors import EngineGoneError
from desktop_app.backend.tasks import TaskRunner, deliver

R = TypeVar("R")


class EngineLink(QObject):
    """One engine process.

    Signals:
        ready: the library is open; comes again after a restart.
        open_failed: with a `Failure`: the library cannot be opened.
        gone: with a `EngineExited`: the process ended by itself.
        progress, library_changed, roots_changed, model_changed, notice: the events of the protocol.
        failed: with a message, when a request failed that nobody else takes care of.
    """

    ready = Signal()
    open_failed = Signal(object)
    gone = Signal(object)
    progress = Signal(object)
    library_changed = Signal(object)
    roots_changed = Signal()
    model_changed = Signal(object)
    notice = Signal(object)
    failed = Signal(str)

    def __init__(self, paths: LibraryPaths, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._client = EngineClient(
            paths,
            on_event=lambda event: tasks.post(lambda: self._tell(event)),
            on_gone=lambda gone: tasks.post(lambda: self.gone.emit(gone)),
            program="Eidetic (window)",
        )
        self._started = False
        self._early: list[Callable[[], None]] = []

    @property
    def pid(self) -> int | None:
        """The engine's process id while it lives."""
        return self._client.pid

    def start(self) -> None:
        """Start the engine."""
        self._started = True
        self._client.start()
        early, self._early = self._early, []
        for ask in early:
            ask()

    def restart(self) -> None:
        """Start it again after it was given up."""
        self._client.restart()

    def close(self) -> None:
        """End the engine."""
        if self._started:
            self._client.close()

    def ask(
        self,
        request: Request[R],
        on_done: Callable[[R], None] | None = None,
        on_failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Send a request; the answer is handed to `on_done`, a failure to `on_failed` or the signal `failed`.

        What is asked before `start` is sent then.
        """
        if not self._started:
            self._early.append(lambda: self.ask(request, on_done, on_failed))
            return

        def settle(future: "Future[R]") -> None:
            self._tasks.post(lambda: deliver(future, on_done or _ignore, on_failed or self._unhandled))

        self._client.submit(request).add_done_callback(settle)

    def _unhandled(self, error: Exception) -> None:
        # That the engine is gone is told once, by `gone`.
        if not isinstance(error, EngineGoneError):
            self.failed.emit(str(error))

    def _tell(self, event: Event) -> None:
        match event:
            case ProgressChanged(progress):
                self.progress.emit(progress)
            case LibraryChanged():
                self.library_changed.emit(event)
            case RootsChanged():
                self.roots_changed.emit()
            case ModelChanged(status):
                self.model_changed.emit(status)
            case Notice():
                self.notice.emit(event)
            case OpenFailed(failure):
                self.open_failed.emit(failure)
            case Ready():
                self.ready.emit()
            case _:
                raise TypeError(f"an event nobody knows: {event!r}")


def _ignore(_answer: object) -> None:
    """Take an answer that nobody waits for."""
