"""Indexes folders with the engine in a process of its own, as the window does, and measures it."""

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.processes import MemoryWatch
from core.engine.client import EngineClient, EngineExited
from core.engine.protocol import AddRoot, Event, GetStatus, ModelChanged
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, Settings

_START_SECONDS = 600.0
_STALLED_SECONDS = 600.0
_STEP_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class EngineRun:
    """What it took, from the wish to add the folders to the last photo ready; the model was loaded before.

    `cpu_seconds`: of the engine and all its workers.
    """

    photos: int
    failed: int
    seconds: float
    cpu_seconds: float
    engine_bytes: int
    worker_bytes: int
    together_bytes: int
    workers: int

    @property
    def rate(self) -> float:
        """Photos per second."""
        return self.photos / self.seconds


def run_engine(paths: LibraryPaths, model: str, folders: Sequence[Path], expected: int) -> EngineRun:
    """Index `folders` into the empty library at `paths`.

    Raises RuntimeError when the engine dies, has no model, or stops getting on.
    """
    store.save(paths.settings, Settings(model=ModelSettings(id=model)))
    news: queue.Queue[Event | EngineExited] = queue.Queue()
    client = EngineClient(paths, on_event=news.put, on_gone=news.put, program="benchmark")
    client.start()
    try:
        wait_for_model(news)
        pid = client.pid
        if pid is None:
            raise RuntimeError("the engine ended")
        with MemoryWatch(pid) as watch:
            before = _cpu_seconds(pid)
            started = time.perf_counter()
            for folder in folders:
                client.submit(AddRoot(str(folder.absolute()))).result()
            failed = _wait_until_done(client, expected)
            seconds = time.perf_counter() - started
            cpu_seconds = _cpu_seconds(pid) - before
    finally:
        client.close()
    return EngineRun(
        photos=expected,
        failed=failed,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        engine_bytes=watch.engine_bytes,
        worker_bytes=watch.worker_bytes,
        together_bytes=watch.together_bytes,
        workers=watch.workers,
    )


def wait_for_model(news: "queue.Queue[Event | EngineExited]") -> None:
    """Read an engine's events until it has its model.

    Raises RuntimeError when the engine ends or the model cannot be had.
    """
    while True:
        event = news.get(timeout=_START_SECONDS)
        if isinstance(event, EngineExited):
            raise RuntimeError(f"the engine ended: {event}")
        if isinstance(event, ModelChanged):
            if not event.status.ready:
                raise RuntimeError(event.status.problem or "the model is not ready")
            return


def drain(news: "queue.Queue[Event | EngineExited]") -> None:
    """Read an engine's events to its end, in a thread of its own: kept, they would be the leak that is looked for."""
    threading.Thread(target=_drain, args=(news,), name="drain", daemon=True).start()


def _drain(news: "queue.Queue[Event | EngineExited]") -> None:
    while not isinstance(news.get(), EngineExited):
        pass


def _wait_until_done(client: EngineClient, expected: int) -> int:
    last, since = -1, time.monotonic()
    while True:
        progress = client.submit(GetStatus()).result().progress
        done = progress.done + progress.failed
        if done >= expected and not progress.waiting:
            return progress.failed
        if done != last:
            last, since = done, time.monotonic()
        if time.monotonic() - since > _STALLED_SECONDS:
            raise RuntimeError(f"no photo in {_STALLED_SECONDS:.0f} s: {progress}")
        time.sleep(_STEP_SECONDS)


def _cpu_seconds(pid: int) -> float:
    engine = psutil.Process(pid)
    total = 0.0
    for process in [engine, *engine.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total
