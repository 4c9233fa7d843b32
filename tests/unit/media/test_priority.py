"""Background work gives way: its processes, and on Linux its threads, while all others stay as they are."""

import os
import sys
import threading
from pathlib import Path

import psutil
import pytest

from core.media.pool import DecodePool
from core.media.priority import NICE, lower_process, lower_thread
from tests.unit.media.making import request

PATIENCE_S = 60.0


@pytest.mark.skipif(os.name == "nt", reason="Windows has classes of priority, not numbers")
@pytest.mark.parametrize("gives_way", [True, False])
def test_workers_give_way_where_nobody_waits_for_them(photo: Path, gives_way: bool) -> None:
    own = psutil.Process().nice()
    with DecodePool(1, 30, 1024, gives_way=gives_way) as pool:
        assert pool.submit(request(photo)).result(PATIENCE_S).format == "JPEG"
        found = {child.nice() for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())}
    assert found == {max(own, NICE) if gives_way else own}
    assert psutil.Process().nice() == own


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux threads have priorities of their own")
def test_a_thread_gives_way_with_those_it_starts_and_no_others() -> None:
    found: dict[str, int] = {}

    def note(name: str) -> None:
        found[name] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def work() -> None:
        lower_thread()
        note("thread")
        inner = threading.Thread(target=note, args=("started by it",))
        inner.start()
        inner.join()

    note("before")
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    note("after")
    assert found["thread"] == found["started by it"] == max(NICE, found["before"])
    assert found["before"] == found["after"]


@pytest.mark.skipif(os.name == "nt", reason="uses fork")
def test_a_process_that_is_low_already_goes_no_lower() -> None:
    child = os.fork()
    if child == 0:
        os.nice(15 - os.nice(0))
        lower_process()
        os._exit(os.nice(0))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 15
