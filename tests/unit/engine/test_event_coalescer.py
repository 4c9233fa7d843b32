"""Many changes become few events, and the last state is always told."""

import queue
import time
from collections.abc import Iterator

import pytest

from core.engine.event_coalescer import MOST_IDS, EventCoalescer
from core.engine.protocol import Event, LibraryChanged, Notice, ProgressChanged, RootsChanged
from core.values.photo import PhotoId
from core.values.progress import Phase, Progress

PATIENCE = 10.0


class Engine:
    """A progress that moves each time it is asked for."""

    def __init__(self) -> None:
        self.events: queue.Queue[Event] = queue.Queue()
        self.phase = Phase.INDEXING
        self.asked = 0
        self.announcer = EventCoalescer(self.events.put, self.progress)
        self.announcer.start()

    def progress(self) -> Progress:
        self.asked += self.phase is Phase.INDEXING
        return Progress(self.phase, found=self.asked, waiting=self.asked)

    def wait_for(self, kind: type[Event]) -> Event:
        while not isinstance(event := self.events.get(timeout=PATIENCE), kind):
            pass
        return event

    def rest(self) -> list[Event]:
        self.announcer.close()
        left = []
        while not self.events.empty():
            left.append(self.events.get())
        return left


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.announcer.close()


def test_progress_is_told_at_most_ten_times_a_second(engine: Engine) -> None:
    started = time.monotonic()
    for _ in range(6):
        engine.wait_for(ProgressChanged)
    assert time.monotonic() - started > 0.45


def test_a_thousand_changes_are_a_few_events_that_leave_nothing_out(engine: Engine) -> None:
    for number in range(1000):
        engine.announcer.photos_changed([PhotoId(number)], order_changed=number == 500)
    changes = [event for event in engine.rest() if isinstance(event, LibraryChanged)]
    assert len(changes) < 10
    assert {photo_id for change in changes for photo_id in change.changed} == set(range(1000))
    assert sum(change.order_changed for change in changes) == 1


def test_very_many_changes_at_once_are_a_change_of_everything(engine: Engine) -> None:
    engine.announcer.photos_changed(map(PhotoId, range(MOST_IDS + 1)), order_changed=False)
    change = engine.wait_for(LibraryChanged)
    assert change == LibraryChanged((), order_changed=True)


def test_the_last_progress_is_told_when_indexing_ends(engine: Engine) -> None:
    engine.wait_for(ProgressChanged)
    engine.phase = Phase.IDLE
    engine.announcer.progress_changed()
    while True:
        event = engine.wait_for(ProgressChanged)
        assert isinstance(event, ProgressChanged)
        if event.progress.phase is Phase.IDLE:
            break
    assert event.progress.found == engine.asked


def test_roots_and_notices_are_told(engine: Engine) -> None:
    engine.announcer.notice("The folder is polled.")
    assert engine.wait_for(Notice) == Notice("The folder is polled.")
    engine.announcer.roots_changed()
    assert isinstance(engine.wait_for(RootsChanged), RootsChanged)
