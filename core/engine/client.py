"""The front end's side of the engine process: starts it, talks to it, sees it die, starts it again. No Qt, no torch."""

import atexit
import logging
import multiprocessing
import os
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TypeVar, cast

from core.engine.protocol import Answer, Call, Event, Failure, OpenFailed, Request, Shutdown
from core.settings.paths import LibraryPaths
from core.values import errors
from core.values.errors import EideticError, EngineGoneError

log = logging.getLogger(__name__)

R = TypeVar("R")

RESTART_SECONDS = (0.2, 1.0, 5.0, 20.0)
"""Waits before the first, second, ... restart; after the last the client gives up."""

STABLE_SECONDS = 120.0
"""An engine that lived this long counts as healthy: the waits begin anew."""


class EngineBugError(Exception):
    """A request failed through a bug in the engine. `str(error)` ends with the engine's own traceback."""


@dataclass(frozen=True, slots=True)
class EngineExited:
    """The engine process ended without being asked to.

    Attributes:
        exit_code: of the process; negative: the number of the signal that killed it.
        restart_in: seconds until it is started again, or None when that is left to `EngineClient.restart`.
        reason: why it could not open the library, when it said so.
    """

    exit_code: int | None
    restart_in: float | None
    reason: Failure | None = None


class EngineClient:
    """One engine process and the conversation with it.

    `on_event` and `on_gone` are called on the client's reader thread, and so are the callbacks of futures: they
    hand over to the front end's own thread and return.
    """

    def __init__(
        self,
        paths: LibraryPaths,
        *,
        on_event: Callable[[Event], None],
        on_gone: Callable[[EngineExited], None],
        program: str = "Eidetic",
    ) -> None:
        self._paths = paths
        self._on_event = on_event
        self._on_gone = on_gone
        self._program = program
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._reader: threading.Thread | None = None
        self._restart_timer: threading.Timer | None = None
        self._pending: dict[int, Future[object]] = {}
        self._calls = 0
        self._deaths = 0
        self._started_at = 0.0
        self._closing = False

    @property
    def pid(self) -> int | None:
        """The engine's process id, or None while there is none."""
        with self._lock:
            return None if self._process is None or self._connection is None else self._process.pid

    @property
    def crash_file(self) -> Path:
        """Where a crash of native code leaves its trace."""
        return self._paths.logs / "crash.txt"

    def start(self) -> None:
        """Start the process; returns at once. Requests may be submitted right away, `Ready` comes as an event."""
        # Else multiprocessing waits at exit for a child that waits for us.
        atexit.register(self.close)
        with self._lock:
            self._start()

    def restart(self) -> None:
        """Start the process again now, after it went and nothing is going to restart it. Else does nothing."""
        with self._lock:
            self._cancel_timer()
            if self._connection is None and not self._closing:
                self._deaths = 0
                self._start()

    def submit(self, request: Request[R]) -> "Future[R]":
        """Send a request. The future fails with an `EideticError`, an `EngineBugError` or `EngineGoneError`."""
        future: Future[object] = Future()
        future.set_running_or_notify_cancel()
        with self._lock:
            self._calls += 1
            number = self._calls
            sent = self._send(Call(number, cast("Request[object]", request)))
            if sent:
                self._pending[number] = future
        if not sent:
            future.set_exception(EngineGoneError("The engine is not running. It is started again when possible."))
        return cast("Future[R]", future)

    def close(self, timeout: float = 15.0) -> None:
        """End the process: asked first, then after `timeout` seconds by force. Pending futures fail."""
        atexit.unregister(self.close)
        with self._lock:
            self._closing = True
            self._cancel_timer()
            process, connection, reader = self._process, self._connection, self._reader
        if process is None or reader is None:
            return
        if connection is not None:
            self.submit(Shutdown())
        # Only the reader waits for the process itself: two threads in waitpid take each other's answer.
        reader.join(timeout)
        if reader.is_alive():
            log.warning("the engine did not end within %.0f s and is stopped", timeout)
            process.kill()
            reader.join()

    def _send(self, call: Call) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.send(call)
        except OSError:
            return False
        return True

    def _start_again(self) -> None:
        with self._lock:
            self._start()

    def _start(self) -> None:
        if self._connection is not None or self._closing:
            return
        ours, theirs = multiprocessing.Pipe()
        # The function is named, not imported: the engine's modules are of no use in this process.
        process = multiprocessing.get_context("spawn").Process(
            target=_run_engine, args=(theirs, self._paths, self._program), name="eidetic-engine"
        )
        # It inherits this; `core.cli.main` says what for.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        with _no_main_module():
            process.start()
        theirs.close()
        self._process, self._connection = process, ours
        self._started_at = time.monotonic()
        self._reader = threading.Thread(target=self._read, args=(process, ours), name="engine-client", daemon=True)
        self._reader.start()

    def _read(self, process: SpawnProcess, connection: Connection) -> None:
        open_failure: Failure | None = None
        while True:
            try:
                message = connection.recv()
            except (EOFError, OSError):
                break
            if isinstance(message, Answer):
                with self._lock:
                    future = self._pending.pop(message.number, None)
                if future is not None:
                    _settle(future, message.value)
                continue
            if isinstance(message, OpenFailed):
                open_failure = message.failure
            self._on_event(message)
        self._on_exit(process, connection, open_failure)

    def _on_exit(self, process: SpawnProcess, connection: Connection, open_failure: Failure | None) -> None:
        process.join()
        with self._lock:
            connection.close()
            self._connection = None
            lost, self._pending = self._pending, {}
            closing = self._closing
            wait = None if closing or open_failure is not None else self._next_wait()
            if wait is not None:
                self._restart_timer = threading.Timer(wait, self._start_again)
                self._restart_timer.daemon = True
                self._restart_timer.start()
        for future in lost.values():
            future.set_exception(EngineGoneError("The engine ended before it answered."))
        if not closing:
            self._on_gone(EngineExited(process.exitcode, wait, open_failure))

    def _next_wait(self) -> float | None:
        if time.monotonic() - self._started_at > STABLE_SECONDS:
            self._deaths = 0
        self._deaths += 1
        return RESTART_SECONDS[self._deaths - 1] if self._deaths <= len(RESTART_SECONDS) else None

    def _cancel_timer(self) -> None:
        if self._restart_timer is not None:
            self._restart_timer.cancel()
            self._restart_timer = None


def _run_engine(connection: Connection, paths: LibraryPaths, program: str) -> None:
    from core.engine.process import main

    main(connection, paths, program)


def _settle(future: Future[object], value: object) -> None:
    if isinstance(value, Failure):
        future.set_exception(_error_of(value))
    else:
        future.set_result(value)


def _error_of(failure: Failure) -> Exception:
    if not failure.expected:
        return EngineBugError(f"{failure.message or failure.kind}\n{failure.traceback}")
    kind = getattr(errors, failure.kind, EideticError)
    return cast("type[EideticError]", kind)(failure.message)


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Keep a spawned process from importing the front end's main module, and Qt with it.

    WORKAROUND: multiprocessing's spawn runs the parent's `__main__` again in the child
    (`multiprocessing.spawn.get_preparation_data`) and has no switch against it. Our target is importable without.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
