"""Idle work waits for its turn, goes on when woken, and ends when told."""

import threading
from collections.abc import Callable, Iterator

import pytest

from core.enrichment.idle_worker import IdleWorker
from core.values.errors import EideticError


class Counting:
    """Work of so many steps, then nothing left until `more` is given."""

    def __init__(self, steps: int, log: list[str], name: str = "work") -> None:
        self.left = steps
        self._log = log
        self._name = name
        self.done = threading.Event()

    def __call__(self) -> bool:
        if self.left == 0:
            self.done.set()
            return False
        self.left -= 1
        self._log.append(self._name)
        return True


@pytest.fixture
def idle() -> Iterator[Callable[[Callable[[], bool]], IdleWorker]]:
    opened: list[IdleWorker] = []

    def make(may_run: Callable[[], bool] = lambda: True) -> IdleWorker:
        opened.append(IdleWorker(may_run))
        opened[-1].start()
        return opened[-1]

    yield make
    for work in opened:
        work.close()


def test_the_first_kind_of_work_is_finished_before_the_second(idle: Callable[..., IdleWorker]) -> None:
    log: list[str] = []
    first, second = Counting(5, log, "labels"), Counting(3, log, "text")
    idle().offer([first, second])
    assert second.done.wait(10)
    assert log == ["labels"] * 5 + ["text"] * 3


def test_work_goes_on_when_woken(idle: Callable[..., IdleWorker]) -> None:
    log: list[str] = []
    work = Counting(1, log)
    runner = idle()
    runner.offer([work])
    assert work.done.wait(10)
    work.done.clear()
    work.left = 2
    runner.wake()
    assert work.done.wait(10)
    assert len(log) == 3


def test_nothing_runs_while_indexing_does(idle: Callable[..., IdleWorker]) -> None:
    asked = threading.Event()
    may_run = threading.Event()

    def is_idle() -> bool:
        asked.set()
        return may_run.is_set()

    work = Counting(1, [])
    runner = idle(is_idle)
    runner.offer([work])
    assert asked.wait(10)
    assert work.left == 1
    may_run.set()
    assert work.done.wait(10)


def test_a_search_holds_work_back(idle: Callable[..., IdleWorker]) -> None:
    work = Counting(1, [])
    runner = idle()
    with runner.searching():
        runner.offer([work])
        assert not work.done.wait(0.3)
        assert work.left == 1
    assert work.done.wait(10)


@pytest.mark.expects_log("the disk is full")
def test_work_that_cannot_be_done_now_is_left_and_other_work_goes_on(idle: Callable[..., IdleWorker]) -> None:
    def fails() -> bool:
        raise EideticError("the disk is full")

    work = Counting(3, [])
    idle().offer([fails, work])
    assert work.done.wait(10)
    assert work.left == 0


def test_it_ends_between_two_steps(idle: Callable[..., IdleWorker]) -> None:
    begun = threading.Event()

    def endless() -> bool:
        begun.set()
        return True

    runner = idle()
    runner.offer([endless])
    assert begun.wait(10)
    runner.close()
    assert not any(thread.name == "idle-work" for thread in threading.enumerate())


def test_it_can_be_closed_without_being_started() -> None:
    IdleWorker(lambda: True).close()


def test_who_waits_goes_on_when_nothing_is_left(idle: Callable[..., IdleWorker]) -> None:
    runner = idle()
    assert runner.wait_until_done(0)
    work = Counting(3, [])
    runner.offer([work])
    assert runner.wait_until_done(10)
    assert work.left == 0
