"""`make bench-removal`: how long Pause, a favourite and a search take while a large folder is being removed.

The engine runs in a process of its own with the built-in model, as behind the window. Times are from the question to
the answer at the front end; beside them the same without a removal.
"""

import argparse
import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks import report
from benchmarks.bench_busy import questions
from benchmarks.engine_run import wait_for_model
from benchmarks.large_library import fill
from core.engine.client import EngineClient, EngineExited
from core.engine.protocol import Event, JobChanged, Pause, RemoveRoot, Request, Resume, Search, SetFavourite
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import IndexingSettings, ModelSettings, Settings
from core.values.jobs import JobState
from core.values.photo import PhotoId, RootId
from core.values.query import Query, Words

_PAUSE_SECONDS = 0.02
_ALONE = 300


def main() -> None:
    """Fill a library, remove its folder, ask meanwhile, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=50_000)
    parser.add_argument("--model", default="eidetic-base")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    report.BENCH_FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="eidetic-removal-", dir=report.BENCH_FOLDER) as work:
        paths = LibraryPaths.inside(Path(work, "library"))
        paths.create()
        indexing = IndexingSettings(read_text=False, label_photos=False)
        store.save(paths.settings, Settings(model=ModelSettings(id=options.model), indexing=indexing))
        fill(paths, options.photos, options.model, Path(work, "photos"))
        report.write("removal", {"photos": options.photos, **measure(paths)}, options.out)


def measure(paths: LibraryPaths) -> dict[str, report.Figure]:
    """Ask without and with a removal going on."""
    news: queue.Queue[Event | EngineExited] = queue.Queue()
    client = EngineClient(paths, on_event=news.put, on_gone=news.put, program="benchmark")
    client.start()
    try:
        wait_for_model(news)
        requests = asked()
        alone = [timed(client, next(requests)) for _ in range(_ALONE)]
        started = time.perf_counter()
        client.submit(RemoveRoot(RootId(1))).result()
        is_done = threading.Event()
        threading.Thread(target=wait_until_done, args=(news, is_done.set), daemon=True).start()
        during = []
        while not is_done.is_set():
            during.append(timed(client, next(requests)))
        seconds = time.perf_counter() - started
    finally:
        client.close()
    return {"removal, s": seconds, "without a removal, ms": spread(alone), "during it, ms": spread(during)}


def asked() -> Iterator[tuple[str, Request[object]]]:
    """Small requests in turn, none of them answered from a cache."""
    wanted = questions(0)
    for number in count():
        yield "favourite", SetFavourite((PhotoId(number % 1000 + 1),), number % 2 == 0)
        yield "search", Search(Query((Words(next(wanted)),)), limit=50)
        yield "pause", Pause()
        yield "resume", Resume()


def timed(client: EngineClient, asked: tuple[str, Request[object]]) -> tuple[str, float]:
    """Return what was asked, and how long the answer took."""
    name, request = asked
    seconds = report.seconds_of(lambda: client.submit(request).result())
    time.sleep(_PAUSE_SECONDS)
    return name, seconds


def wait_until_done(news: "queue.Queue[Event | EngineExited]", on_done: Callable[[], None]) -> None:
    """Read events until the job is done or the engine has gone."""
    while True:
        event = news.get()
        if isinstance(event, EngineExited) or (isinstance(event, JobChanged) and event.status.state is JobState.DONE):
            on_done()
            return


def spread(times: list[tuple[str, float]]) -> dict[str, report.Figure]:
    """Return the middle and the tail for each kind of request."""
    figures: dict[str, report.Figure] = {}
    for name in dict.fromkeys(name for name, _ in times):
        taken = 1000 * np.array([seconds for kind, seconds in times if kind == name])
        figures[name] = {
            "asked": len(taken),
            "median": float(np.median(taken)),
            "p99": float(np.percentile(taken, 99)),
            "most": float(taken.max()),
        }
    return figures


if __name__ == "__main__":
    main()
