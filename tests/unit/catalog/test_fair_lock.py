"""The lock goes to whoever waited longest."""

import threading

from core.catalog.fair_lock import FairLock
from tests.unit.indexing.library import wait_for


def test_one_who_waits_comes_before_the_holder_takes_it_again() -> None:
    lock = FairLock()
    order: list[str] = []

    def wait_and_note(name: str) -> None:
        with lock:
            order.append(name)

    threads: list[threading.Thread] = []
    with lock:
        for name in ("first", "second"):
            threads.append(threading.Thread(target=wait_and_note, args=(name,)))
            threads[-1].start()
            wait_for(lambda: lock.waiting() == len(threads))
    with lock:
        order.append("holder")
    for thread in threads:
        thread.join()
    assert order == ["first", "second", "holder"]


def test_it_is_free_again_after_an_error_inside() -> None:
    lock = FairLock()
    try:
        with lock:
            raise ValueError
    except ValueError:
        pass
    with lock:
        assert lock.waiting() == 0
