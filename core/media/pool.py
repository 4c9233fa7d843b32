"""Reads files in worker processes, so that a crash, hang or memory bomb of a decoder costs one file.

Each worker has a thread here that gives it a file, waits for the answer, the worker's end or the end of its time, and
starts another in its place. Workers share neither queue nor lock: one that is killed at any moment harms no other.
"""

import os
import queue
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from core.media import worker
from core.media.decode_process import DecodeProcess, DiedError, OutOfTimeError, StartError
from core.media.reasons import MediaError
from core.media.request import ReadRequest, ReadResult
from core.values.reasons import Reason

_FILES_PER_WORKER = 2000
_MOST_KILLS = 3
_MOST_STARTS = 5
_IDLE_S = 60.0
_MOST_PATIENCE = 6.0

_KILLED = {-9, -15, 15, worker.EXIT_ORPHANED}


@dataclass(slots=True, eq=False)
class _Job:
    """A file on its way. `process`: that which reads it now, if any."""

    request: ReadRequest
    future: "Future[ReadResult]" = field(default_factory=Future)
    process: DecodeProcess | None = None


class DecodePool:
    """Decode workers. Thread-safe. The caller bounds how many files are in flight.

    A worker starts when there is a file for it, and again when it had to be stopped. It ends when there was nothing to
    do for a while, and so gives its memory back.
    """

    def __init__(
        self,
        workers: int,
        seconds: float,
        megabytes: int,
        *,
        reader_modules: Sequence[str] = (),
        idle_seconds: float = _IDLE_S,
        gives_way: bool = False,
    ) -> None:
        """Take the limits.

        Args:
            workers: processes, at least 1.
            seconds: that one file may take; several times as long on a machine that is busy with other things, or
                a good file would be given up for what is not its fault.
            megabytes: of memory that one worker may take.
            idle_seconds: after which workers without work end.
            gives_way: nobody waits for what is read: other work goes first.
            reader_modules: names of importable modules whose `READERS` are asked before the built-in ones.
        """
        self._seconds = seconds
        self._megabytes = megabytes
        self._idle_seconds = idle_seconds
        self._gives_way = gives_way
        self._reader_modules = tuple(reader_modules)
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._jobs: set[_Job] = set()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"decode-worker-{number}", daemon=True)
            for number in range(max(1, workers))
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, request: ReadRequest) -> "Future[ReadResult]":
        """Read a file. The future's exception is an `UnreadableFileError` where the file is at fault.

        A future that is cancelled ends the work on its file.

        Raises:
            RuntimeError: the pool is closed.
        """
        job = _Job(request)
        with self._lock:
            if self._closed:
                raise RuntimeError("the decode pool is closed")
            self._jobs.add(job)
        job.future.add_done_callback(lambda future: self._drop(job) if future.cancelled() else None)
        self._waiting.put(job)
        return job.future

    def close(self) -> None:
        """End the workers and what they are at; files not yet read are cancelled."""
        with self._lock:
            self._closed = True
            jobs = list(self._jobs)
        for job in jobs:
            job.future.cancel()
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> "DecodePool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drop(self, job: _Job) -> None:
        """Forget a job that was cancelled, and end the process that is at it."""
        with self._lock:
            self._jobs.discard(job)
            if job.process is not None:
                job.process.kill()

    def _serve(self) -> None:
        """Read files until the pool is closed: the work of one thread, with one process at a time."""
        process: DecodeProcess | None = None
        while True:
            try:
                job = self._waiting.get(timeout=None if process is None else self._idle_seconds)
            except queue.Empty:
                if process is not None:
                    process.end()
                process = None
                continue
            if job is None:
                break
            if not job.future.cancelled():
                process = self._answered(job, process)
            if process is not None and process.files >= _FILES_PER_WORKER:
                process.end()
                process = None
        if process is not None:
            process.end()

    def _answered(self, job: _Job, process: DecodeProcess | None) -> DecodeProcess | None:
        """Read a job's file and settle its future; return the process, if it goes on."""
        kills = starts = 0
        while True:
            if process is None:
                try:
                    process = DecodeProcess(self._megabytes, self._reader_modules, gives_way=self._gives_way)
                except StartError as error:
                    starts += 1
                    if starts >= _MOST_STARTS or job.future.cancelled():
                        self._settle(job, RuntimeError(f"the decode workers end as soon as they start: {error}"))
                        return None
                    continue
            if not self._takes(job, process):
                return process
            try:
                answer: ReadResult | BaseException = process.read(job.request, self._seconds * _patience())
            except OutOfTimeError:
                process, answer = None, MediaError(Reason.TIMED_OUT)
            except DiedError as error:
                process = None
                kills += error.exit_code in _KILLED
                if error.exit_code in _KILLED and kills < _MOST_KILLS and not job.future.cancelled():
                    continue  # by somebody else, for all that one can tell: the file is not at fault
                answer = _of_exit(error.exit_code)
            except BaseException as error:  # the file's fault, or a bug: the caller's to tell
                answer = error
            with self._lock:
                job.process = None
                if process is not None and job.future.cancelled():
                    process.kill()  # perhaps it was, perhaps not yet
                    process = None
            self._settle(job, answer)
            return process

    def _takes(self, job: _Job, process: DecodeProcess) -> bool:
        """Note who reads the job; False when it was cancelled meanwhile."""
        with self._lock:
            if job.future.cancelled():
                return False
            job.process = process
            return True

    def _settle(self, job: _Job, answer: ReadResult | BaseException) -> None:
        with self._lock:
            self._jobs.discard(job)
        if not job.future.set_running_or_notify_cancel():
            return
        if isinstance(answer, BaseException):
            job.future.set_exception(answer)
        else:
            job.future.set_result(answer)


def _patience() -> float:
    """Return how many times longer than usual everything takes, judged by how many processes wait for a core.

    Indexing itself, workers and model, accounts for two a core.
    """
    if not hasattr(os, "getloadavg"):  # Windows
        return 1.0
    try:
        waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
    except OSError:
        return 1.0
    return min(_MOST_PATIENCE, max(1.0, waiting - 1.0))


def _of_exit(code: int) -> MediaError:
    """Return the file's fault that the end of its worker stands for."""
    if code == worker.EXIT_MEMORY or code in _KILLED:
        return MediaError(Reason.OUT_OF_MEMORY)
    return MediaError(Reason.CRASHED, words=_exit_name(code))


def _exit_name(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code:#x}" if code > 255 else f"exit code {code}"
