"""What is read first, what progress says meanwhile, and what a pause does."""

import os
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from core.media.request import ReadRequest, ReadResult
from core.values.progress import Phase
from tests.unit.indexing.library import InlinePool, OpenLibrary, come_to_rest, make_photo, wait_for


class SteppedPool(InlinePool):
    """Reads one file for each `step`, so that a test can look in between."""

    def __init__(self) -> None:
        super().__init__(workers=1)
        self._steps = threading.Semaphore(0)
        self._open = threading.Event()

    def submit(self, request: ReadRequest) -> "Future[ReadResult]":
        return self._threads.submit(self._wait_and_read, request)

    def step(self, count: int = 1) -> None:
        self._steps.release(count)

    def run_free(self) -> None:
        self._open.set()
        self._steps.release(10_000)

    def close(self) -> None:
        self.run_free()
        super().close()

    def _wait_and_read(self, request: ReadRequest) -> ReadResult:
        self._steps.acquire()
        return self._read(request)


def test_the_newest_photos_are_read_first(open_library: OpenLibrary, photos: Path) -> None:
    for number in range(40):
        path = make_photo(photos / f"{number}.jpg", number)
        os.utime(path, (1_600_000_000 + number, 1_600_000_000 + number))
    come_to_rest(photos)
    pool = InlinePool(workers=1)
    library = open_library(pool=pool)
    library.indexer.pause()
    library.indexer.start(watch=False)
    library.indexer.add_root(str(photos))
    wait_for(lambda: library.indexer.progress().found == 40)

    library.indexer.resume()
    library.settle()

    assert [int(Path(path).stem) for path in pool.paths] == sorted(range(40), reverse=True)


def test_names_are_searchable_before_any_file_is_read(open_library: OpenLibrary, photos: Path) -> None:
    make_photo(photos / "Lisbon" / "tram 28.jpg", 1)
    pool = InlinePool()
    library = open_library(pool=pool)
    library.indexer.pause()
    library.indexer.start(watch=False)
    library.indexer.add_root(str(photos))
    wait_for(lambda: library.indexer.progress().found == 1)

    for word in ("lisbon", "tram"):
        assert library.rows("SELECT count(*) FROM photo_text WHERE photo_text MATCH :word", word=word) == [(1,)]
    assert pool.paths == []
    library.indexer.resume()


@pytest.mark.parametrize("waiting", [3_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_a_photo_added_while_very_many_wait_is_next(open_library: OpenLibrary, photos: Path, waiting: int) -> None:
    for number in range(waiting):
        path = photos / "many" / f"{number // 1000}" / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%d" % number)
    pool = SteppedPool()
    library = open_library(pool=pool)
    library.indexer.pause()
    library.indexer.start(watch=False)
    root_id = library.indexer.add_root(str(photos))
    wait_for(lambda: library.indexer.progress().waiting == waiting)
    library.indexer.resume()
    pool.step(1)
    wait_for(lambda: len(pool.paths) == 1)

    new = make_photo(photos / "new.jpg", 2)
    os.utime(new, (1, 1))  # copied from a camera: older than all that wait, and yet the last to be found
    wait_for(lambda: time.time() > library.rows("SELECT max(queued_at) FROM files")[0][0] + 1)
    library.indexer.rescan(root_id)
    wait_for(lambda: library.indexer.progress().found == waiting + 1)
    # Those given to the workers before it are read before it, and no others.
    ahead = 2 * library.encoder.batch_size + 2 * library.settings.workers
    pool.step(2 * ahead)
    wait_for(lambda: str(new) in pool.paths)

    assert len(pool.paths) <= 2 * ahead + 1
    progress = library.indexer.progress()
    assert progress.done + progress.failed + progress.waiting == progress.found
    library.indexer.pause()


def test_a_pause_stops_reading_and_progress_adds_up_at_every_moment(open_library: OpenLibrary, photos: Path) -> None:
    for number in range(30):
        make_photo(photos / f"{number}.jpg", number)
    (photos / "bad.jpg").write_text("no picture")
    pool = SteppedPool()
    library = open_library(pool=pool)
    library.indexer.start(watch=False)
    library.indexer.add_root(str(photos))
    wait_for(lambda: library.indexer.progress().found == 31)
    pool.step(10)
    wait_for(lambda: library.indexer.progress().done >= 1)

    library.indexer.pause()
    pool.run_free()
    wait_for(lambda: library.indexer.progress().phase is Phase.PAUSED)
    for _ in range(20):
        progress = library.indexer.progress()
        assert progress.done + progress.failed + progress.waiting == progress.found == 31
    assert not library.indexer.wait_until_idle(0.1)

    library.indexer.resume()
    library.settle()
    progress = library.indexer.progress()
    assert (progress.done, progress.failed, progress.waiting) == (30, 1, 0)
