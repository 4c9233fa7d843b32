"""The small parts: pace, gate, dirty folders, companions, comparison of links."""

import pytest

from core.catalog.differences import Entry
from core.indexing.rate_meter import RateMeter
from core.indexing.scan.companions import group
from core.indexing.throttle import IndexingThrottle
from core.indexing.watch import pending_folders
from core.indexing.watch.pending_folders import Job, PendingFolders
from core.values.photo import FileRole, MediaKind, RootId


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


def _entry(name: str, kind: MediaKind = MediaKind.IMAGE) -> Entry:
    return Entry(name.encode(), 1, 1, 1, 1, kind)


@pytest.mark.parametrize(
    ("names", "companions"),
    [
        (["A.JPG", "A.DNG"], {"A.DNG": ("A.JPG", FileRole.COMPANION_RAW)}),
        (["a.heic", "A.mov"], {"A.mov": ("a.heic", FileRole.COMPANION_MOVIE)}),
        (
            ["a.heic", "a.jpg", "a.nef"],
            {"a.nef": ("a.jpg", FileRole.COMPANION_RAW)},
        ),
        (["a.nef", "a.mov"], {}),
        (["a.png", "a.mov"], {}),
        (["a.jpg", "a.avi"], {}),
        (["a.jpg", "b.nef"], {}),
    ],
)
def test_companions(names: list[str], companions: dict[str, tuple[str, FileRole]]) -> None:
    kinds = {"dng": MediaKind.RAW, "nef": MediaKind.RAW, "mov": MediaKind.VIDEO, "avi": MediaKind.VIDEO}
    entries = [_entry(name, kinds.get(name.lower().rsplit(".")[-1], MediaKind.IMAGE)) for name in names]

    grouped = {entry.name.decode(): entry for entry in group(entries)}

    found = {name: (entry.lead.decode(), entry.role) for name, entry in grouped.items() if entry.lead is not None}
    assert found == companions
