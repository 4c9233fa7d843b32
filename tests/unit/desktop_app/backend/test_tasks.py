"""The window's threads: answers come back in its own, failures reach whom they concern, and the latest wins."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.exceptions import capture_exceptions

from desktop_app.backend.tasks import LatestOnly, NewestFirst, TaskRunner
from tests.qt.plugin import Wait


@pytest.fixture
def one_thread(qapp: object) -> Iterator[TaskRunner]:
    made = TaskRunner(threads=1)
    yield made
    made.close()


def test_work_runs_elsewhere_and_its_answer_comes_back(tasks: TaskRunner, wait: Wait) -> None:
    seen: list[tuple[int, int]] = []
    tasks.run(threading.get_ident, lambda where: seen.append((where, threading.get_ident())))
    wait(lambda: bool(seen))
    worked, answered = seen[0]
    assert worked != threading.get_ident()
    assert answered == threading.get_ident()


def test_a_failure_reaches_whom_it_concerns_and_else_is_a_bug(tasks: TaskRunner, wait: Wait) -> None:
    def fail() -> None:
        raise ValueError("no")

    told: list[Exception] = []
    tasks.run(fail, lambda _: None, told.append)
    wait(lambda: [str(error) for error in told] == ["no"])
    with capture_exceptions() as bugs:
        tasks.run(fail, lambda _: None)
        wait(lambda: bool(bugs))
    assert bugs[0][0] is ValueError


def test_nothing_is_called_after_the_end(one_thread: TaskRunner, wait: Wait) -> None:
    begun, go_on = threading.Event(), threading.Event()
    called: list[str] = []

    def work() -> None:
        begun.set()
        go_on.wait()

    one_thread.run(work, lambda _: called.append("ran"))
    one_thread.run(lambda: None, lambda _: called.append("waited"))
    begun.wait()
    one_thread.closed.connect(lambda: called.append("closed"))
    go_on.set()
    one_thread.close()
    one_thread.run(lambda: None, lambda _: called.append("late"))
    one_thread.post(lambda: called.append("posted"))
    over: list[bool] = []
    other = TaskRunner()
    other.run(lambda: None, lambda _: over.append(True))
    wait(lambda: bool(over))
    other.close()
    assert called == ["closed"]


def test_newer_questions_replace_each_other_while_one_is_answered() -> None:
    begun: list[str] = []
    asking = LatestOnly(begun.append)
    for question in ("d", "do", "dog"):
        asking.ask(question)
    assert (begun, asking.is_busy, asking.is_overtaken) == (["d"], True, True)
    assert asking.finished()
    assert begun == ["d", "dog"]
    assert not asking.finished()
    assert not asking.is_busy
    asking.ask("cat")
    asking.ask("cats")
    assert asking.finished(go_on=False), "something waited"
    assert begun == ["d", "dog", "cat"]


def test_the_newest_request_goes_first_and_the_oldest_is_forgotten(one_thread: TaskRunner, wait: Wait) -> None:
    begun, go_on = threading.Event(), threading.Event()
    done: list[tuple[int, str]] = []

    def work(number: int) -> str:
        if number == 0:
            begun.set()
            go_on.wait()
        return str(number)

    requests = NewestFirst(one_thread, work, lambda number, text: done.append((number, text)), most=3)
    requests.request(0)
    begun.wait()
    for number in (1, 2, 3, 4, 2):
        requests.request(number)
    go_on.set()
    wait(lambda: len(done) == 4)
    assert done == [(0, "0"), (2, "2"), (4, "4"), (3, "3")]
    requests.request(5)
    wait(lambda: done[-1] == (5, "5"))
