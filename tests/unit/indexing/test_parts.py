"""The small parts: pace, gate, dirty folders."""

import pytest

from core.indexing.rate_meter import RateMeter
from core.indexing.throttle import IndexingThrottle
from core.indexing.watch import pending_folders
from core.indexing.watch.pending_folders import Job, PendingFolders
from core.values.photo import RootId


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    clock = Clock()
    pace = RateMeter(clock)
    pace.start()
    for _ in range(60):
        clock.now += 1
        pace.add(5)
    for _ in range(30):
        clock.now += 1
        pace.add(10)

    assert pace.rate() == pytest.approx(10, rel=0.05)
    assert pace.seconds_left(100) == pytest.approx(10, rel=0.05)


def test_nothing_is_said_of_a_pace_that_is_not_known() -> None:
    clock = Clock()
    pace = RateMeter(clock)
    assert pace.seconds_left(10) is None
    pace.start()
    pace.add(4)
    clock.now += 1
    assert pace.rate() == 0.0
    pace.stop()
    assert pace.seconds_left(10) is None


def test_indexing_waits_on_battery_unless_told_to_go_on() -> None:
    clock = Clock()
    told: list[str] = []
    unplugged = True
    gate = IndexingThrottle(pause_on_battery=True, notice=told.append, on_battery=lambda: unplugged, clock=clock)

    assert not gate.is_open()
    assert not gate.is_open()
    assert len(told) == 1
    gate.resume(regardless=True)
    assert gate.is_open()
    gate.resume(regardless=False)
    assert not gate.is_open()
    unplugged = False
    clock.now += 60
    assert gate.is_open()
    gate.pause()
    assert not gate.is_open()


def test_events_in_one_folder_become_one_job_when_it_comes_to_rest() -> None:
    clock = Clock()
    folders = PendingFolders(clock)
    for _ in range(1000):
        folders.mark(RootId(1), b"a")
        clock.now += 0.0001
    job, wait = folders._next()
    assert job is None
    assert wait == pytest.approx(pending_folders.QUIET_S, abs=0.01)
    assert not folders.is_quiet()

    clock.now += pending_folders.QUIET_S
    assert folders.take() == Job(RootId(1), b"a")
    assert folders.is_working()
    folders.done()
    assert folders.is_quiet()


def test_a_folder_that_never_rests_is_compared_all_the_same() -> None:
    clock = Clock()
    folders = PendingFolders(clock)
    while folders._next()[0] is None:
        folders.mark(RootId(1), b"a")
        clock.now += 0.1
        assert clock.now < 1000 + 2 * pending_folders.LONGEST_S


def test_many_dirty_folders_become_one_comparison_of_the_whole_root() -> None:
    clock = Clock()
    folders = PendingFolders(clock)
    for number in range(1000):
        folders.mark(RootId(1), b"%d" % number)
    clock.now += 1

    jobs = []
    while not folders.is_quiet():
        jobs.append(folders.take())
        folders.done()
    assert Job(RootId(1), b"", below=True) in jobs
    assert len(jobs) <= pending_folders.MOST_FOLDERS


def test_closing_ends_the_waiting() -> None:
    folders = PendingFolders()
    folders.close()
    assert folders.take() is None
