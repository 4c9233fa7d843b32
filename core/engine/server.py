"""Serves one front end over a pipe: requests in, answers and events out. Knows nothing of what the engine does."""

import logging
import multiprocessing
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection, wait
from typing import Protocol

from core.engine.protocol import (
    Answer,
    Call,
    Event,
    Failure,
    Lane,
    OpenFailed,
    Ready,
    Request,
    Shutdown,
)
from core.values.errors import EideticError

log = logging.getLogger(__name__)

OnEvent = Callable[[Event], None]

_QUESTIONS_AT_ONCE = 2

END_SECONDS = 60.0
"""How long a clean end may take, once it was asked for."""


class Handler(Protocol):
    """What answers requests: the engine."""

    def handle(self, request: Request[object]) -> object:
        """Answer, or raise. Called from several threads at once."""

    def close(self) -> None:
        """Finish cleanly."""


class Outbox:
    """Sends from a thread of its own, so that no thread of the engine waits for a front end that is busy."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def send(self, message: Answer | Event) -> None:
        """Queue a message. What can no longer be sent, because the front end has gone, is dropped."""
        self._waiting.put(message)

    def close(self, timeout: float) -> None:
        """Send what waits, for at most `timeout` seconds."""
        self._waiting.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        gone = False
        while (message := self._waiting.get()) is not None:
            if gone:
                continue
            try:
                self._connection.send(message)
            except OSError:
                gone = True


def failure_of(error: Exception) -> Failure:
    """Return `error` as it goes over the pipe."""
    expected = isinstance(error, EideticError)
    return Failure(
        type(error).__name__, str(error), expected, "" if expected else "".join(traceback.format_exception(error))
    )


class Server:
    """Answers the calls of one connection until `Shutdown`, or until the other end is gone.

    Each request declares its lane (`core.engine.protocol.Lane`); each lane has threads of its own.
    """

    def __init__(self, connection: Connection, open_handler: Callable[[OnEvent], Handler]) -> None:
        self._connection = connection
        self._open_handler = open_handler
        self._outbox = Outbox(connection)
        self._bell, self._ringer = multiprocessing.Pipe(duplex=False)
        self._lanes = {
            lane: ThreadPoolExecutor(_QUESTIONS_AT_ONCE if lane is Lane.QUESTION else 1, lane.name.lower())
            for lane in Lane
        }

    def run(self) -> int:
        """Open the engine, serve, close it. Returns the process's exit code."""
        try:
            handler = self._open_handler(self._outbox.send)
        except Exception as error:
            if not isinstance(error, EideticError):
                log.exception("the library could not be opened")
            self._outbox.send(OpenFailed(failure_of(error)))
            self._outbox.close(5.0)
            return 1
        self._outbox.send(Ready())
        shutdown: Call | None = None
        try:
            shutdown = self._serve(handler)
        finally:
            _end_in_any_case()
            for lane, threads in self._lanes.items():
                threads.shutdown(wait=lane not in {Lane.QUESTION, Lane.PICTURE}, cancel_futures=True)
            handler.close()
            if shutdown is not None:
                self._outbox.send(Answer(shutdown.number, None))
            self._outbox.close(5.0)
        return 0

    def stop(self) -> None:
        """Make `run` finish. May be called from a signal handler."""
        self._ringer.send_bytes(b"stop")

    def wake_on_signals(self) -> None:
        """Let every signal that has a handler end the waiting for requests.

        Python runs handlers between two instructions of the main thread; a signal that comes just before that thread
        begins to wait, or that another thread receives, would otherwise be noticed with the next request only.
        """
        if os.name == "posix":
            os.set_blocking(self._ringer.fileno(), False)
            signal.set_wakeup_fd(self._ringer.fileno())

    def _serve(self, handler: Handler) -> Call | None:
        while True:
            if self._bell in wait([self._connection, self._bell]):
                return None
            try:
                call = self._connection.recv()
            except (EOFError, OSError):
                log.info("the front end is gone; the engine ends")
                return None
            if not isinstance(call, Call):
                raise TypeError(f"a Call was expected on the pipe, not {type(call).__name__}")
            if isinstance(call.request, Shutdown):
                return call
            self._lanes[call.request.lane].submit(self._answer, handler, call)

    def _answer(self, handler: Handler, call: Call) -> None:
        try:
            value = handler.handle(call.request)
        except Exception as error:
            if not isinstance(error, EideticError):
                log.exception("%s failed", type(call.request).__name__)
            value = failure_of(error)
        self._outbox.send(Answer(call.number, value))


def _end_in_any_case() -> None:
    """End the process even if native code never comes back: all that is true is in the catalog already."""
    timer = threading.Timer(END_SECONDS, os._exit, (3,))
    timer.daemon = True
    timer.start()
