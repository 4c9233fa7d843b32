"""Reads files in worker processes, so that a crash, hang or memory bomb of a decoder costs one file.

Pebble's process pool does the work; this adds reasons for the user, and recovers when a worker is killed from outside,
which pebble does not always survive.
"""

import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field

from pebble import ProcessExpired, ProcessPool

from core.media import worker
from core.media.reasons import MediaError
from core.media.request import ReadRequest, ReadResult
from core.values.reasons import Reason

_TASKS_PER_WORKER = 2000
_MOST_KILLS = 3
_MOST_RESTARTS = 5
_WATCH_S = 1.0
_IDLE_S = 60.0
_MOST_PATIENCE = 6.0
# Pebble loses a task whose worker is killed at the very moment of fetching it: nothing ends any more.
_STALLED_AFTER = 3.0
_STALLED_GRACE_S = 20.0

_KILLED = {-9, -15, 15, worker.EXIT_ORPHANED}


@dataclass(slots=True, eq=False)
class _Job:
    """A file on its way.

    Attributes:
        inner: pebble's future; None while it has to be scheduled again.
        kills: how often its worker was killed from outside.
    """

    request: ReadRequest
    future: "Future[ReadResult]" = field(default_factory=Future)
    inner: "Future[ReadResult] | None" = None
    kills: int = 0


class DecodePool:
    """Decode workers. Thread-safe. The caller bounds how many files are in flight.

    The workers start with the first file, and again whenever one had to be stopped. They end when there was nothing
    to do for a while, and so give their memory back.
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
        self._workers = max(1, workers)
        self._seconds = seconds
        self._megabytes = megabytes
        self._idle_seconds = idle_seconds
        self._gives_way = gives_way
        self._reader_modules = tuple(reader_modules)
        self._condition = threading.Condition(threading.RLock())
        self._ids = itertools.count()
        self._jobs: dict[int, _Job] = {}
        self._pool: ProcessPool | None = None
        self._suspects: set[int] = set()
        self._restart_wanted = False
        self._restarts_in_a_row = 0
        self._last_end = time.monotonic()
        self._closed = False
        self._watcher = threading.Thread(target=self._watch, name="decode-pool", daemon=True)
        self._watcher.start()

    def submit(self, request: ReadRequest) -> "Future[ReadResult]":
        """Read a file. The future's exception is an `UnreadableFileError` where the file is at fault.

        A future that is cancelled ends the work on its file.

        Raises:
            RuntimeError: the pool is closed.
        """
        job = _Job(request)
        with self._condition:
            if self._closed:
                raise RuntimeError("the decode pool is closed")
            if not self._jobs:
                self._last_end = time.monotonic()
                self._condition.notify_all()  # the watcher sleeps while there is nothing to watch
            number = next(self._ids)
            self._jobs[number] = job
        self._schedule(number, job)
        job.future.add_done_callback(lambda future: self._cancelled(number) if future.cancelled() else None)
        return job.future

    def close(self) -> None:
        """End the workers and what they are at; files not yet read are cancelled."""
        with self._condition:
            self._closed = True
            jobs, self._jobs = list(self._jobs.values()), {}
            pool, self._pool = self._pool, None
            self._condition.notify_all()
        for job in jobs:
            job.future.cancel()
        _end(pool)
        self._watcher.join()

    def __enter__(self) -> "DecodePool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _schedule(self, number: int, job: _Job) -> None:
        with self._condition:
            if self._closed or number not in self._jobs or job.inner is not None:
                return
            try:
                if self._pool is None:
                    self._pool = self._started()
                seconds = self._seconds * _patience()
                inner = self._pool.schedule(
                    worker.work, args=(job.request, self._reader_modules, seconds), timeout=seconds
                )
            except RuntimeError:  # how pebble says that the pool broke since
                self._ask_for_restart()
                return
            job.inner = inner
        # Outside the lock: a callback runs at once where the work is already done.
        inner.add_done_callback(lambda done: self._ended(number, done))

    def _started(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=self._workers,
            max_tasks=_TASKS_PER_WORKER,
            initializer=worker.begin,
            initargs=(self._megabytes, self._gives_way),
            context=multiprocessing.get_context("spawn"),
        )
        with _interrupts_blocked():
            _ = pool.active  # starts pebble's threads and the workers
        return pool

    def _ended(self, number: int, inner: "Future[ReadResult]") -> None:
        with self._condition:
            job = self._jobs.get(number)
            if job is None or job.inner is not inner:
                return  # cancelled, or scheduled again in another pool
            error = None if inner.cancelled() else inner.exception()
            if self._must_retry(job, error):
                job.inner = None
                self._ask_for_restart()
                return
            del self._jobs[number]
            self._last_end = time.monotonic()
            self._restarts_in_a_row = 0
        if inner.cancelled() or not job.future.set_running_or_notify_cancel():
            job.future.cancel()
        elif error is None:
            job.future.set_result(inner.result())
        else:
            job.future.set_exception(_reason(error))

    def _must_retry(self, job: _Job, error: BaseException | None) -> bool:
        if isinstance(error, BrokenProcessPool):
            return True
        if isinstance(error, ProcessExpired) and error.exitcode in _KILLED:
            job.kills += 1
            return job.kills < _MOST_KILLS
        return False

    def _cancelled(self, number: int) -> None:
        with self._condition:
            job = self._jobs.pop(number, None)
        if job is not None and job.inner is not None:
            job.inner.cancel()

    def _ask_for_restart(self) -> None:
        self._restart_wanted = True
        self._condition.notify_all()

    def _watch(self) -> None:
        while True:
            with self._condition:
                if not self._restart_wanted and not self._closed:
                    self._condition.wait(None if self._pool is None and not self._jobs else _WATCH_S)
                if self._closed:
                    return
                must_restart = self._restart_wanted or self._is_stalled()
                idle = None
                if not must_restart and self._is_idle():
                    idle, self._pool = self._pool, None
                orphans = [] if must_restart else self._orphans()
            _end(idle)
            for number, job in orphans:
                self._retry_orphan(number, job)
            if must_restart:
                self._restart()

    def _is_stalled(self) -> bool:
        quiet = time.monotonic() - self._last_end
        return bool(self._jobs) and quiet > _STALLED_AFTER * self._seconds * _patience() + _STALLED_GRACE_S

    def _orphans(self) -> list[tuple[int, _Job]]:
        """Return the files whose worker is gone, unnoticed by pebble, at two looks in succession.

        WORKAROUND: pebble (5.2.3, `PoolManager.handle_worker_expiration`) looks for the task of a worker that ended
        among those acknowledged. A worker that crashes before its acknowledgement was read leaves a task that
        nothing ends but its time limit.
        """
        if self._pool is None:
            return []
        manager = self._pool._pool_manager
        alive = set(manager.worker_manager.workers.copy())
        left = {
            id(task.future) for task in manager.task_manager.tasks.copy().values() if task.worker_id not in {0, *alive}
        }
        suspects = {number for number, job in self._jobs.items() if id(job.inner) in left}
        found = [(number, self._jobs[number]) for number in suspects & self._suspects]
        self._suspects = suspects
        return found

    def _retry_orphan(self, number: int, job: _Job) -> None:
        with self._condition:
            job.inner = None
            job.kills += 1
            given_up = job.kills >= _MOST_KILLS and self._jobs.pop(number, None) is not None
        if not given_up:
            self._schedule(number, job)
        elif job.future.set_running_or_notify_cancel():
            job.future.set_exception(MediaError(Reason.CRASHED))

    def _is_idle(self) -> bool:
        return not self._jobs and time.monotonic() - self._last_end > self._idle_seconds

    def _restart(self) -> None:
        """Put new workers in the place of those that broke, and give them the files that were on their way."""
        with self._condition:
            self._restart_wanted = False
            self._restarts_in_a_row += 1
            self._last_end = time.monotonic()
            broken, self._pool = self._pool, None
            jobs = list(self._jobs.items())
            for _, job in jobs:
                job.inner = None
            give_up = self._restarts_in_a_row > _MOST_RESTARTS
            if give_up:
                self._jobs.clear()
        _end(broken)
        for number, job in jobs:
            if give_up:
                if job.future.set_running_or_notify_cancel():
                    job.future.set_exception(RuntimeError("the decode workers end as soon as they start"))
                continue
            self._schedule(number, job)


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


def _reason(error: BaseException) -> BaseException:
    """Return the file's own fault that `error` stands for; what is a bug stays as it is."""
    if isinstance(error, TimeoutError):
        return MediaError(Reason.TIMED_OUT)
    if isinstance(error, MemoryError):
        return MediaError(Reason.OUT_OF_MEMORY)
    if isinstance(error, ProcessExpired):
        if error.exitcode == worker.EXIT_MEMORY or error.exitcode in _KILLED:
            return MediaError(Reason.OUT_OF_MEMORY)
        return MediaError(Reason.CRASHED, _exit_name(error.exitcode))
    return error


def _exit_name(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code:#x}" if code > 255 else f"exit code {code}"


def _end(pool: ProcessPool | None) -> None:
    if pool is not None:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Keep Ctrl-C, which the terminal sends to all processes, from workers that are just starting.

    They inherit the mask, as do pebble's threads, which start the later workers; this thread gets its own back.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
