"""Decode pools from start to end: cancelling, closing, idling, and being killed together with or without the parent."""

import os
import signal
import struct
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, wait
from pathlib import Path

import psutil
import pytest

from core.media.pool import DecodePool
from tests.unit.media.making import dng, request

READERS = "tests.unit.media.misbehaving"
PATIENCE_S = 60.0

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")


def until(condition: Callable[[], bool]) -> None:
    """Wait for `condition`."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_a_cancelled_file_ends_at_once(misbehave: Callable[..., Path], photo: Path, tmp_path: Path) -> None:
    with DecodePool(1, 600, 1024, reader_modules=[READERS]) as one:
        hanging = one.submit(request(misbehave("hang", tmp_path / "pid")))
        until((tmp_path / "pid").exists)
        waiting = one.submit(request(photo))
        assert hanging.cancel()
        assert waiting.result(PATIENCE_S).format == "JPEG"


def test_closing_ends_workers_and_cancels_what_waits(
    misbehave: Callable[..., Path], photo: Path, tmp_path: Path
) -> None:
    pool = DecodePool(1, 600, 1024, reader_modules=[READERS])
    hanging = pool.submit(request(misbehave("hang", tmp_path / "pid")))
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
    waiting = pool.submit(request(photo))
    pool.close()
    for future in (hanging, waiting):
        with pytest.raises(CancelledError):
            future.result(0)
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))
    with pytest.raises(RuntimeError):
        pool.submit(request(photo))


def test_what_decoders_print_is_not_seen(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "cut.dng"
    whole = dng(800, 600)
    strip = struct.pack("<HHI", 0x111, 4, 1)
    path.write_bytes(whole.replace(strip + struct.pack("<I", 8), strip + struct.pack("<I", len(whole) - 1000)))
    with DecodePool(1, 30, 1024) as pool:
        assert pool.submit(request(path)).exception(PATIENCE_S) is not None
    assert capfd.readouterr().err == ""


def test_workers_without_work_end_and_come_back(photo: Path) -> None:
    with DecodePool(1, 30, 1024, idle_seconds=0.2) as pool:
        for _ in range(2):
            assert pool.submit(request(photo)).result(PATIENCE_S).format == "JPEG"
            until(lambda: not _workers(os.getpid()))


@posix_only
def test_workers_killed_while_they_work_or_idle_lose_nothing(photo: Path) -> None:
    with DecodePool(2, 30, 1024) as pool:
        pool.submit(request(photo)).result(PATIENCE_S)
        for worker in _workers(os.getpid()):  # idle now
            worker.kill()
        futures = [pool.submit(request(photo)) for _ in range(40)]
        wait(futures[:1], PATIENCE_S)
        for worker in _workers(os.getpid())[:1]:  # at work
            worker.kill()
        assert {future.result(PATIENCE_S).format for future in futures} == {"JPEG"}


@posix_only
def test_an_interrupt_from_the_terminal_does_not_reach_the_workers(photo: Path) -> None:
    with DecodePool(1, 30, 1024) as pool:
        future = pool.submit(request(photo))
        for worker in _workers(os.getpid()):  # perhaps still starting
            worker.send_signal(signal.SIGINT)
        assert future.result(PATIENCE_S).format == "JPEG"
        (before,) = (worker.pid for worker in _workers(os.getpid()))
        for worker in _workers(os.getpid()):
            worker.send_signal(signal.SIGINT)
        assert pool.submit(request(photo)).result(PATIENCE_S).format == "JPEG"
        assert [worker.pid for worker in _workers(os.getpid())] == [before]


_PARENT = textwrap.dedent(
    """
    import sys, time
    from core.media.pool import DecodePool
    from core.media.request import ReadRequest

    if __name__ == "__main__":
        pool = DecodePool(2, float(sys.argv[2]), 1024, reader_modules=["tests.unit.media.misbehaving"])
        pool.submit(ReadRequest(sys.argv[1]))
        time.sleep(600)
    """
)


@posix_only
@pytest.mark.parametrize(("what", "seconds"), [("hang", 600.0), ("hang in native code", 1.0)])
def test_workers_end_when_their_parent_is_killed(
    what: str, seconds: float, misbehave: Callable[..., Path], tmp_path: Path
) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    marker = tmp_path / "pid"
    root = str(Path(__file__).parents[3])
    command = [sys.executable, str(script), str(misbehave(what, marker)), str(seconds)]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": root}, cwd=tmp_path, stderr=subprocess.DEVNULL
    ) as parent:
        until(lambda: marker.exists() and marker.read_text() != "")
        workers = _workers(parent.pid)
        assert int(marker.read_text()) in {worker.pid for worker in workers}
        parent.kill()
        until(lambda: not any(_is_alive(worker) for worker in workers))


def _workers(parent: int) -> list[psutil.Process]:
    return [
        child for child in psutil.Process(parent).children() if _is_alive(child) and "spawn_main" in _command(child)
    ]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # a zombie, too
        return ""


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
