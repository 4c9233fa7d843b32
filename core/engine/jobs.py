"""Does long work that was asked for, one job after the other, in short steps that give way to requests.

A job stands in the catalog until it is done (`core.catalog.jobs`): an engine that was killed goes on with it.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from core.catalog import jobs
from core.catalog.jobs import StoredJob
from core.catalog.transaction import Transactions
from core.engine.foreground import Foreground
from core.media.priority import lower_thread
from core.values.errors import EideticError
from core.values.jobs import JobId, JobKind, JobState, JobStatus

log = logging.getLogger(__name__)

_NEWS_SECONDS = 0.1
_GIVES_WAY_SECONDS = 0.25
_HINDERED_SECONDS = 5.0


class Work(Protocol):
    """One job being done. Used by one thread at a time.

    Attributes:
        done: how far it is, in its own unit.
    """

    done: int

    def step(self) -> bool:
        """Do a little, some hundredths of a second, and note it in the catalog. False when that was the last.

        The last step forgets the job in the transaction that does it.
        """

    def stop(self) -> None:
        """End here because the user wants that: leave everything in order, and forget the job."""


Maker = Callable[[StoredJob], Work]


class JobRunner:
    """One thread that does jobs.

    `on_change` is called from it with each change of a job, at most ten times a second while it gets on.
    """

    def __init__(
        self,
        transactions: Transactions,
        makers: Mapping[JobKind, Maker],
        foreground: Foreground,
        on_change: Callable[[JobStatus], None],
    ) -> None:
        """`makers`: begin, or go on with, a job of each kind. Nothing is done before `start`."""
        self._transactions = transactions
        self._makers = makers
        self._foreground = foreground
        self._on_change = on_change
        self._changed = threading.Condition()
        self._stopping: set[JobId] = set()
        self._broken: set[JobId] = set()
        self._woken = True
        self._is_idle = False
        self._closed = False
        self._told_at = 0.0
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin with what the catalog says is not done."""
        self._thread.start()

    def wake(self) -> None:
        """A job was added."""
        with self._changed:
            self._woken = True
            self._is_idle = False
            self._changed.notify_all()

    def stop(self, job_id: JobId) -> None:
        """End a job after the step in hand, or before its first. One that is done already stays done."""
        with self._changed:
            self._stopping.add(job_id)
        self.wake()

    def unfinished(self) -> tuple[JobStatus, ...]:
        """Return the jobs that are not done, the one being done first."""
        with self._transactions.engine.connect() as connection:
            stored = jobs.unfinished(connection)
        known = [job for job in stored if job.kind in self._makers]
        return tuple(
            _status(job, JobState.WAITING if number else JobState.RUNNING, job.done) for number, job in enumerate(known)
        )

    def wait(self, timeout: float | None) -> bool:
        """Wait until nothing is left to do that can be done. False if it took longer."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_idle or self._closed, timeout)

    def close(self) -> None:
        """End after the step in hand. What is not done goes on at the next start."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        lower_thread()
        while not self._closed:
            with self._changed:
                self._woken = False
            job = self._next()
            if job is not None:
                self._do(job)
                continue
            with self._changed:
                if not self._woken:
                    self._is_idle = True
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._woken or self._closed)

    def _next(self) -> StoredJob | None:
        try:
            with self._transactions.engine.connect() as connection:
                stored = jobs.unfinished(connection)
        except EideticError:
            log.exception("the jobs could not be read")
            return None
        return next((job for job in stored if job.kind in self._makers and job.job_id not in self._broken), None)

    def _do(self, job: StoredJob) -> None:
        try:
            work = self._makers[JobKind(job.kind)](job)
            self._tell(job, JobState.RUNNING, work.done)
            if self._work_on(job, work):
                self._tell(job, JobState.DONE, work.done)
        except Exception as error:
            log.exception("the job %s of %s failed by a bug", job.kind, job.subject)
            self._broken.add(job.job_id)
            self._tell(job, JobState.WAITING, job.done, f"Internal error: {type(error).__name__}: {error}")

    def _work_on(self, job: StoredJob, work: Work) -> bool:
        """Do a job; False when it ended before it was done."""
        is_left = True
        while is_left:
            with self._changed:
                if self._closed:
                    return False
                is_stopped = job.job_id in self._stopping
                self._stopping.discard(job.job_id)
            started = time.monotonic()
            try:
                if is_stopped:
                    work.stop()
                    self._tell(job, JobState.STOPPED, work.done)
                    return False
                is_left = work.step()
            except EideticError as error:
                self._hindered(job, work, error)
                continue
            self._rest(time.monotonic() - started)
            if time.monotonic() - self._told_at >= _NEWS_SECONDS:
                self._tell(job, JobState.RUNNING, work.done)
        return True

    def _rest(self, seconds: float) -> None:
        """Leave the processor and the catalog to others for as long as the step had them."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)
        self._foreground.give_way(_GIVES_WAY_SECONDS)

    def _hindered(self, job: StoredJob, work: Work, error: EideticError) -> None:
        self._tell(job, JobState.WAITING, work.done, str(error))
        with self._changed:
            self._changed.wait_for(lambda: self._closed or job.job_id in self._stopping, _HINDERED_SECONDS)

    def _tell(self, job: StoredJob, state: JobState, done: int, problem: str | None = None) -> None:
        self._told_at = time.monotonic()
        self._on_change(_status(job, state, done, problem))


def _status(job: StoredJob, state: JobState, done: int, problem: str | None = None) -> JobStatus:
    return JobStatus(job.job_id, JobKind(job.kind), job.subject, state, done, max(job.total, done), problem)
