"""The engine as a process of its own: started, asked, killed, started again, ended."""

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from core.engine.client import EngineClient, EngineExited
from core.engine.lock import LibraryLock, owner_of
from core.engine.protocol import EngineStatus, Event, GetStatus, OpenFailed, Ready
from core.settings.paths import LibraryPaths
from core.values.errors import EngineGoneError

PATIENCE = 60.0


class Listener:
    """Keeps what a client tells, in order."""

    def __init__(self) -> None:
        self.events: queue.Queue[Event] = queue.Queue()
        self.deaths: queue.Queue[EngineExited] = queue.Queue()

    def wait_for(self, kind: type[Event]) -> Event:
        until = time.monotonic() + PATIENCE
        while True:
            event = self.events.get(timeout=max(0.0, until - time.monotonic()))
            if isinstance(event, kind):
                return event


Start = Callable[[], tuple[EngineClient, Listener]]


@pytest.fixture
def paths(tmp_path: Path) -> LibraryPaths:
    return LibraryPaths.inside(tmp_path / "library")


@pytest.fixture
def start(paths: LibraryPaths) -> Iterator[Start]:
    clients: list[EngineClient] = []

    def make() -> tuple[EngineClient, Listener]:
        listener = Listener()
        client = EngineClient(paths, on_event=listener.events.put, on_gone=listener.deaths.put, program="test")
        clients.append(client)
        client.start()
        return client, listener

    yield make
    for client in clients:
        client.close(PATIENCE)


def test_answers_requests_sent_before_it_is_ready(start: Start) -> None:
    client, listener = start()
    status = client.submit(GetStatus()).result(PATIENCE)
    assert isinstance(status, EngineStatus)
    listener.wait_for(Ready)


def test_ends_cleanly_and_lets_go_of_the_library(start: Start, paths: LibraryPaths) -> None:
    client, listener = start()
    listener.wait_for(Ready)
    assert owner_of(paths) is not None
    client.close(PATIENCE)
    assert client.pid is None
    assert listener.deaths.empty()
    LibraryLock(paths, "test").release()


def test_a_killed_engine_fails_what_was_asked_and_is_started_again(start: Start) -> None:
    client, listener = start()
    listener.wait_for(Ready)
    first = client.pid
    assert first is not None
    psutil.Process(first).suspend()
    lost = client.submit(GetStatus())
    os.kill(first, signal.SIGKILL)
    with pytest.raises(EngineGoneError):
        lost.result(PATIENCE)
    gone = listener.deaths.get(timeout=PATIENCE)
    assert gone.exit_code == -signal.SIGKILL
    assert gone.restart_in is not None
    listener.wait_for(Ready)
    assert client.pid not in (None, first)
    client.submit(GetStatus()).result(PATIENCE)


def test_terminated_it_ends_cleanly(start: Start, paths: LibraryPaths) -> None:
    client, listener = start()
    listener.wait_for(Ready)
    assert client.pid is not None
    os.kill(client.pid, signal.SIGTERM)
    assert listener.deaths.get(timeout=PATIENCE).exit_code == 0


def test_ignores_an_interrupt_meant_for_the_window(start: Start) -> None:
    client, listener = start()
    listener.wait_for(Ready)
    assert client.pid is not None
    os.kill(client.pid, signal.SIGINT)
    client.submit(GetStatus()).result(PATIENCE)


def test_a_second_engine_is_told_who_has_the_library_and_is_not_restarted(start: Start) -> None:
    first, listener = start()
    listener.wait_for(Ready)
    _, second_listener = start()
    failed = second_listener.wait_for(OpenFailed)
    assert isinstance(failed, OpenFailed)
    assert failed.failure.kind == "LibraryInUseError"
    assert str(first.pid) in failed.failure.message
    gone = second_listener.deaths.get(timeout=PATIENCE)
    assert gone.restart_in is None
    assert gone.reason == failed.failure


def test_a_request_without_an_engine_fails_at_once(paths: LibraryPaths) -> None:
    client = EngineClient(paths, on_event=lambda _: None, on_gone=lambda _: None)
    with pytest.raises(EngineGoneError):
        client.submit(GetStatus()).result(0)
    client.close(PATIENCE)


def test_the_engine_ends_when_its_front_end_is_killed(paths: LibraryPaths) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from core.engine.client import EngineClient\n"
        "from core.engine.protocol import GetStatus\n"
        "from core.settings.paths import LibraryPaths\n"
        "paths = LibraryPaths.inside(Path(sys.argv[1]))\n"
        "client = EngineClient(paths, on_event=lambda event: None, on_gone=lambda gone: None)\n"
        "client.start()\n"
        "client.submit(GetStatus()).result(60)\n"
        "print(client.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    front_end = subprocess.Popen(
        [sys.executable, "-c", code, str(paths.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with front_end:
        assert front_end.stdout is not None
        engine = psutil.Process(int(front_end.stdout.readline()))
        front_end.kill()
    _, alive = psutil.wait_procs([engine], timeout=PATIENCE)
    assert not alive
    LibraryLock(paths, "test").release()


def test_opening_the_engine_imports_neither_torch_nor_qt_nor_the_front_end() -> None:
    code = (
        "import sys, core.engine.process, core.engine.engine\n"
        "bad = {'torch', 'PySide6', 'desktop_app', 'open_clip', 'core.cli'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(bad)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
