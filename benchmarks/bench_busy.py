"""`make bench-busy`: what a user waits for while the engine is busy with very many photos.

- How long after a photo is put into a followed folder it is found by what it shows, while all others still wait.
- How long a search takes that was never asked before, from the question to the hits at the front end: with nothing else
  to do, and while large photos are indexed. Beside it, what reading its words alone takes.

Tiny photos stand for many, as in `bench_memory`.
"""

import argparse
import queue
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks import photos as made
from benchmarks import report
from benchmarks.engine_run import drain, wait_for_model
from core.embedding.runtime.load import load
from core.engine.client import EngineClient, EngineExited
from core.engine.protocol import AddRoot, Event, GetStatus, Search
from core.query.context import here
from core.query.spec import Defaults
from core.query.understanding import understand
from core.query.vocabulary import Vocabulary
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import IndexingSettings, ModelSettings, Settings
from core.values.progress import Phase, Progress
from core.values.query import Query, SearchResult

_NEW_PHOTOS = 10
_LOOK_AGAIN_SECONDS = 0.05
_BETWEEN_SEARCHES_SECONDS = 0.1
_PATIENCE_SECONDS = 60.0
_LARGE = made.SIZES["12mp"]

Seconds = npt.NDArray[np.float64]


def main() -> None:
    """Fill a library, ask, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=200, help="of each kind")
    parser.add_argument("--large", type=int, default=200, help="photos of 12 megapixels to be busy with")
    parser.add_argument("--model", default="eidetic-base")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    many = made.tiny(options.photos)
    large = made.folder_of(_LARGE, options.large)
    with tempfile.TemporaryDirectory(prefix="eidetic-busy-", dir=report.BENCH_FOLDER) as work:
        paths = LibraryPaths.inside(Path(work, "library"))
        paths.create()
        indexing = IndexingSettings(read_text=False)
        store.save(paths.settings, Settings(model=ModelSettings(id=options.model), indexing=indexing))
        reading = reading_seconds(paths, options.model, options.searches)
        busy = Busy(paths, Path(work, "camera"), options.searches)
        try:
            report.write(
                "busy", {"model": options.model, **busy.measure(many, options.photos, large, reading)}, options.out
            )
        finally:
            busy.close()


def reading_seconds(paths: LibraryPaths, model: str, count: int) -> Seconds:
    """How long the model takes to read the words of a search, in a process that has nothing else to do.

    With the same pauses as between searches: in them the processor's caches forget.
    """
    encoder = load(model, paths.models, ModelSettings(id=model))
    wanted = questions(0)
    encoder.encode_query(next(wanted))
    seconds = []
    for _ in range(count):
        seconds.append(report.seconds_of(lambda: encoder.encode_query(next(wanted))))
        time.sleep(_BETWEEN_SEARCHES_SECONDS)
    return np.array(seconds)


def questions(seed: int) -> Iterator[str]:
    """Everyday things in pairs, no two alike."""
    names = [label.name for label in Vocabulary.load().labels]
    dice = random.Random(seed)
    asked: set[str] = set()
    while True:
        question = f"{dice.choice(names)} and {dice.choice(names)} {seed}"
        if question not in asked:
            asked.add(question)
            yield question


class Busy:
    """An engine in a process of its own, and what is asked of it."""

    def __init__(self, paths: LibraryPaths, camera: Path, searches: int) -> None:
        news: queue.Queue[Event | EngineExited] = queue.Queue()
        self._camera = camera
        self._searches = searches
        self._client = EngineClient(paths, on_event=news.put, on_gone=news.put, program="benchmark")
        self._client.start()
        wait_for_model(news)
        drain(news)

    def close(self) -> None:
        """End the engine."""
        self._client.close()

    def measure(self, many: Path, count: int, large: Path, reading: Seconds) -> dict[str, report.Figure]:
        """Index `count` photos in `many`, put photos beside them, then ask with and without other work."""
        self._camera.mkdir()
        for folder in (self._camera, many):
            self._client.submit(AddRoot(str(folder.absolute()))).result()
        # While a whole folder is being compared others wait for it: first let all be found.
        self._wait(lambda progress: progress.found >= count and progress.phase is Phase.INDEXING)
        waiting_first = self._progress().waiting
        new = np.array([self._until_found(number) for number in range(_NEW_PHOTOS)])
        waiting_last = self._progress().waiting
        print(f"{waiting_last} photos still wait; new ones were found after {_short(new)}", flush=True)
        self._wait(lambda progress: not progress.waiting)
        alone, inside = np.array(list(self._asked(1))).T
        print(f"searches with nothing else to do: {_short(alone)}", flush=True)
        self._client.submit(AddRoot(str(large.absolute()))).result()
        self._wait(lambda progress: progress.waiting > 0)
        busy = np.array([seconds for seconds, _ in self._asked(2) if self._progress().waiting])
        ratio = float(np.percentile(busy, 95) / np.percentile(alone, 95))
        return {
            "photos": count,
            "waiting when the first new photo came": waiting_first,
            "waiting when the last was found": waiting_last,
            "new photo found after, s": _spread(new, 1),
            "reading the words alone, ms": _spread(reading, 1000),
            "search in the engine, ms": _spread(inside, 1000),
            "search in the engine beyond reading, p95, ms": _beyond(inside, reading),
            "search, ms": _spread(alone, 1000),
            "search beyond reading, p95, ms": _beyond(alone, reading),
            "search while indexing, ms": _spread(busy, 1000),
            "searches while indexing": len(busy),
            "times as long while indexing, p95": ratio,
        }

    def _until_found(self, number: int) -> float:
        """Put a new photo into the camera's folder; return the seconds until a search by meaning has it."""
        folder = self._camera / f"card{number}"
        folder.mkdir()
        random_colours = np.random.default_rng([number, 7]).integers(0, 256, (6, 8, 3), np.uint8)
        Image.fromarray(random_colours).resize((640, 480), Image.Resampling.BICUBIC).save(folder / "new.jpg")
        # No text has these words: whatever is found is found by its vector.
        search = Search(_parsed(f"something colourful folder:card{number}"))
        started = time.perf_counter()
        while time.perf_counter() - started < _PATIENCE_SECONDS:
            if self._answer(search).hits:
                return time.perf_counter() - started
            time.sleep(_LOOK_AGAIN_SECONDS)
        raise RuntimeError(f"a new photo was not found within {_PATIENCE_SECONDS:.0f} s: {self._progress()}")

    def _asked(self, seed: int) -> Iterator[tuple[float, float]]:
        """Ask as somebody would, with pauses; yield the seconds of each, as who asks sees it and in the engine."""
        wanted = questions(seed)
        for _ in range(self._searches):
            search = Search(_parsed(next(wanted)))
            started = time.perf_counter()
            result = self._answer(search)
            yield time.perf_counter() - started, result.seconds
            time.sleep(_BETWEEN_SEARCHES_SECONDS)

    def _answer(self, search: Search) -> SearchResult:
        return self._client.submit(search).result()

    def _progress(self) -> Progress:
        return self._client.submit(GetStatus()).result().progress

    def _wait(self, until: Callable[[Progress], bool]) -> None:
        while not until(self._progress()):
            time.sleep(_LOOK_AGAIN_SECONDS)


def _parsed(text: str) -> Query:
    return understand(text, here(), defaults=Defaults(fold=False)).query


def _spread(seconds: Seconds, unit: float) -> dict[str, report.Figure]:
    return {
        "p50": unit * float(np.percentile(seconds, 50)),
        "p95": unit * float(np.percentile(seconds, 95)),
        "most": unit * float(seconds.max()),
    }


def _beyond(search: Seconds, reading: Seconds) -> float:
    return 1000 * float(np.percentile(search, 95) - np.percentile(reading, 95))


def _short(seconds: Seconds) -> str:
    return f"{np.percentile(seconds, 50):.3f} s, at most {seconds.max():.3f} s"


if __name__ == "__main__":
    main()
