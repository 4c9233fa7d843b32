"""One decode worker as its parent sees it: a process that is given a file at a time, and may die of it."""

import multiprocessing
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection

from core.media import worker
from core.media.request import ReadRequest, ReadResult

_START_S = 120.0
_END_S = 5.0
_STATUS_S = 5.0
# `Process.start` keeps a list of all children, which is not meant for several threads.
_starting = threading.Lock()


class StartError(Exception):
    """The process ended, or said nothing, before it was ready for a file."""


class OutOfTimeError(Exception):
    """The file took longer than it may; the process was ended."""


@dataclass(frozen=True, slots=True)
class DiedError(Exception):
    """The process ended over the file, with this exit code (a signal's is negative)."""

    exit_code: int


class DecodeProcess:
    """A worker process. Used by one thread; `kill` may be called by any.

    Attributes:
        files: how many were read by it.
    """

    def __init__(self, megabytes: int, reader_modules: Sequence[str], *, gives_way: bool) -> None:
        """Start it, and wait until it is ready.

        Raises:
            StartError: it cannot be started.
        """
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=worker.serve,
            args=(theirs, megabytes, tuple(reader_modules), gives_way),
            name="decode-worker",
            daemon=True,
        )
        self.files = 0
        with _starting, _interrupts_blocked():
            self._process.start()
        theirs.close()
        try:
            if not self._pipe.poll(_START_S):
                raise StartError("it is not ready in time")
            self._pipe.recv()
        except (EOFError, OSError) as error:
            raise StartError(f"it ended with {self._ended()}") from error

    def read(self, request: ReadRequest, seconds: float) -> ReadResult:
        """Have one file read.

        Raises:
            OutOfTimeError, DiedError: the process is gone.
            Exception: what the worker raised; the process is ready for the next file.
        """
        self.files += 1
        deadline = time.monotonic() + seconds
        try:
            self._pipe.send((request, seconds))
            while not connection.wait([self._pipe, self._process.sentinel], max(0.0, deadline - time.monotonic())):
                if time.monotonic() >= deadline:
                    self.kill()
                    raise OutOfTimeError
            answer: ReadResult | BaseException = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise DiedError(self._ended()) from error
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def kill(self) -> None:
        """End the process at once, whatever it is at."""
        self._process.kill()

    def end(self) -> None:
        """End the process, which has nothing to do."""
        self._pipe.close()  # it waits for a file, and finds that none can come
        self._process.join(_END_S)
        if self._process.exitcode is None:
            self.kill()
            self._process.join()

    def _ended(self) -> int:
        """Return the exit code of the process, which is gone or about to be."""
        until = time.monotonic() + _STATUS_S
        while self._process.exitcode is None and time.monotonic() < until:
            # Not once for all: another thread may have asked the system for the status first, and be about to tell.
            self._process.join(0.1)
        if self._process.exitcode is None:
            self.kill()
            self._process.join()
        return self._process.exitcode or 0


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Keep Ctrl-C, which the terminal sends to all processes, from a worker that is just starting; it inherits this."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
