"""Long work is resumed, stopped, hindered and told of; requests are answered meanwhile."""

import os
import queue
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog import database, jobs
from core.catalog.jobs import StoredJob
from core.catalog.reader import CatalogReader
from core.catalog.transaction import Transactions
from core.engine.client import EngineClient, EngineExited
from core.engine.engine import Engine
from core.engine.foreground import Foreground
from core.engine.jobs import JobRunner
from core.engine.protocol import Event, JobChanged, Pause, Ready, RemoveRoot, SetFavourite, StopJob
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, Settings
from core.values.errors import LibraryUnwritableError, UsageError
from core.values.jobs import JobKind, JobState, JobStatus
from core.values.photo import RootId
from tests.unit.desktop_app.library_builder import LibraryBuilder

PATIENCE = 100.0
PHOTOS = 3000


@pytest.fixture
def filled(tmp_path: Path) -> LibraryPaths:
    """A library of photos whose folder is there and empty, and no model."""
    paths = LibraryPaths.inside(tmp_path / "library")
    builder = LibraryBuilder(paths)
    builder.folder.mkdir()
    builder.add_many(PHOTOS)
    builder.close()
    store.save(paths.settings, Settings(model=ModelSettings(id="none")))
    return paths


def next_status(events: "queue.Queue[Event]") -> JobStatus:
    while True:
        event = events.get(timeout=PATIENCE)
        if isinstance(event, JobChanged):
            return event.status


def test_a_removal_is_resumed_after_a_kill_and_keeps_nobody_waiting(filled: LibraryPaths) -> None:
    events: queue.Queue[Event] = queue.Queue()
    deaths: queue.Queue[EngineExited] = queue.Queue()
    client = EngineClient(filled, on_event=events.put, on_gone=deaths.put, program="test")
    client.start()
    try:
        job_id = client.submit(RemoveRoot(RootId(1))).result(PATIENCE)
        while (status := next_status(events)).done == 0:
            pass
        assert status.job_id == job_id
        assert status.state is JobState.RUNNING
        assert status.total == PHOTOS
        assert client.pid is not None
        os.kill(client.pid, signal.SIGKILL)
        deaths.get(timeout=PATIENCE)
        while not isinstance(events.get(timeout=PATIENCE), Ready):
            pass
        client.submit(Pause()).result(PATIENCE)
        seen = [next_status(events)]
        assert 0 < seen[0].done < PHOTOS  # the engine was ready before the job was done
        while seen[-1].state is not JobState.DONE:
            seen.append(next_status(events))
        assert seen[-1].done == PHOTOS
    finally:
        client.close(PATIENCE)
    reader = CatalogReader.open(filled.catalog)
    assert reader.roots() == []
    assert reader.counts().found == 0
    reader.close()


def test_a_removal_that_is_stopped_leaves_the_folder_in_the_library(filled: LibraryPaths) -> None:
    events: queue.Queue[Event] = queue.Queue()
    engine = Engine.open(filled, events.put, program="test", index=False)
    try:
        job_id = engine.handle(RemoveRoot(RootId(1)))
        assert isinstance(job_id, int)
        while next_status(events).done == 0:
            pass
        (photo_id, *_) = engine.reader.photo_ids().tolist()
        engine.handle(SetFavourite((photo_id,), True))
        engine.handle(StopJob(engine.jobs()[0].job_id))
        assert engine.wait_for_jobs(PATIENCE)
        while next_status(events).state is not JobState.STOPPED:
            pass
        (root,) = engine.reader.roots()
        assert root.offline is None
        assert 0 < root.photos < PHOTOS
        assert engine.jobs() == ()
        with pytest.raises(UsageError):
            engine.handle(RemoveRoot(RootId(99)))
    finally:
        engine.close()


class Made:
    """A job of so many steps, with an error before one of them."""

    def __init__(self, transactions: Transactions, job: StoredJob, steps: int, error: Exception | None) -> None:
        self.done = job.done
        self._transactions = transactions
        self._job = job
        self._steps = steps
        self._error = error

    def step(self) -> bool:
        error, self._error = self._error, None
        if error is not None:
            raise error
        self.done += 1
        with self._transactions.begin() as transaction:
            if self.done == self._steps:
                jobs.forget(transaction, self._job.job_id)
            else:
                jobs.note_done(transaction, self._job.job_id, self.done)
        return self.done < self._steps

    def stop(self) -> None:
        with self._transactions.begin() as transaction:
            jobs.forget(transaction, self._job.job_id)


@pytest.fixture
def transactions(tmp_path: Path) -> Iterator[Transactions]:
    engine = database.open_for_writing(tmp_path / "catalog.sqlite")
    yield Transactions(engine)
    engine.dispose()


def test_a_job_that_is_hindered_says_so_and_can_be_stopped(transactions: Transactions) -> None:
    told: queue.Queue[JobStatus] = queue.Queue()
    full = LibraryUnwritableError("the disk is full")
    runner = JobRunner(
        transactions, {JobKind.REMOVE_ROOT: lambda job: Made(transactions, job, 3, full)}, Foreground(), told.put
    )
    with transactions.begin() as transaction:
        job_id = jobs.add(transaction, JobKind.REMOVE_ROOT, 1, 3)
        assert jobs.add(transaction, JobKind.REMOVE_ROOT, 1, 3) == job_id
    runner.start()
    while (status := told.get(timeout=PATIENCE)).problem is None:
        pass
    assert (status.state, status.problem) == (JobState.WAITING, "the disk is full")
    runner.stop(job_id)
    assert runner.wait(PATIENCE)
    assert told.get(timeout=PATIENCE).state is JobState.STOPPED
    assert runner.unfinished() == ()
    runner.close()


@pytest.mark.expects_log("failed by a bug")
def test_a_job_with_a_bug_is_told_and_left_and_the_next_one_is_done(transactions: Transactions) -> None:
    told: list[JobStatus] = []
    errors: dict[int | None, Exception | None] = {1: ValueError("a bug"), 2: None}
    runner = JobRunner(
        transactions,
        {JobKind.REMOVE_ROOT: lambda job: Made(transactions, job, 2, errors[job.subject])},
        Foreground(),
        told.append,
    )
    with transactions.begin() as transaction:
        broken = jobs.add(transaction, JobKind.REMOVE_ROOT, 1, 2)
        good = jobs.add(transaction, JobKind.REMOVE_ROOT, 2, 2)
    runner.start()
    assert runner.wait(PATIENCE)
    runner.close()
    assert [status.job_id for status in told if status.problem is not None] == [broken]
    assert [status.job_id for status in told if status.state is JobState.DONE] == [good]
    assert [job.job_id for job in runner.unfinished()] == [broken]  # tried again at the next start
