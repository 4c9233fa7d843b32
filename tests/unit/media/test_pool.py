"""Decoders that really crash, hang and eat memory, in real worker processes: each costs one file."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, wait
from pathlib import Path

import psutil
import pytest

from core.media.pool import DecodePool
from core.media.reasons import MediaError, Reason
from tests.unit.media.making import encoded, quarters, request
from tests.unit.media.misbehaving import MARK

READERS = "tests.unit.media.misbehaving"
SECONDS = 2.0
PATIENCE_S = 60.0

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")


@pytest.fixture(scope="module")
def pool() -> Iterator[DecodePool]:
    with DecodePool(2, SECONDS, 300, reader_modules=[READERS]) as decode_pool:
        yield decode_pool


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(quarters(), "JPEG"))
    return path


@pytest.fixture
def misbehave(tmp_path: Path) -> Callable[..., Path]:
    def make(what: str, argument: Path | None = None) -> Path:
        path = tmp_path / f"{what}.jpg"
        path.write_bytes(MARK + what.encode() + (b" | " + os.fsencode(argument) if argument is not None else b""))
        return path

    return make


def until(condition: Callable[[], bool]) -> None:
    """Wait for `condition`."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_files_are_read_in_workers(pool: DecodePool, photo: Path) -> None:
    results = [future.result(PATIENCE_S) for future in [pool.submit(request(photo)) for _ in range(10)]]
    assert {result.format for result in results} == {"JPEG"}
    assert results[0].frames[0].pixels.shape == (64, 64, 3)


def test_an_unreadable_file_has_its_reason(pool: DecodePool, tmp_path: Path) -> None:
    error = pool.submit(request(tmp_path / "not there.jpg")).exception(PATIENCE_S)
    assert isinstance(error, MediaError)
    assert error.reason is Reason.GONE


@posix_only
@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("segfault", Reason.CRASHED),
        ("abort", Reason.CRASHED),
        ("exit", Reason.CRASHED),
        ("hang", Reason.TIMED_OUT),
        ("hang in native code", Reason.TIMED_OUT),
        ("eat", Reason.OUT_OF_MEMORY),
        ("killed", Reason.OUT_OF_MEMORY),
    ],
)
def test_a_decoder_that_misbehaves_costs_one_file(
    what: str, reason: Reason, pool: DecodePool, photo: Path, misbehave: Callable[..., Path]
) -> None:
    good = [pool.submit(request(photo)) for _ in range(3)]
    bad = pool.submit(request(misbehave(what)))
    good += [pool.submit(request(photo)) for _ in range(3)]
    error = bad.exception(PATIENCE_S)
    assert isinstance(error, MediaError)
    assert error.reason is reason
    assert {future.result(PATIENCE_S).format for future in good} == {"JPEG"}


@posix_only
def test_a_worker_that_is_killed_from_outside_costs_no_file(
    pool: DecodePool, misbehave: Callable[..., Path], tmp_path: Path
) -> None:
    result = pool.submit(request(misbehave("killed once", tmp_path / "marker"))).result(PATIENCE_S)
    assert result.format == "NONE"


def test_a_bug_in_a_reader_is_not_taken_for_a_bad_file_of_another_kind(
    pool: DecodePool, misbehave: Callable[..., Path]
) -> None:
    error = pool.submit(request(misbehave("bug"))).exception(PATIENCE_S)
    assert isinstance(error, MediaError)
    assert error.reason is Reason.DAMAGED
    assert "a bug in a reader" in str(error)


def test_workers_import_no_model_database_or_screen(pool: DecodePool, misbehave: Callable[..., Path]) -> None:
    error = pool.submit(request(misbehave("modules"))).exception(PATIENCE_S)
    assert isinstance(error, MediaError)
    assert error.detail == "imported: "


def test_libraries_in_a_worker_keep_to_one_thread(pool: DecodePool, misbehave: Callable[..., Path]) -> None:
    error = pool.submit(request(misbehave("threads allowed"))).exception(PATIENCE_S)
    assert isinstance(error, MediaError)
    assert error.detail == "1"


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


@posix_only
def test_workers_killed_while_they_work_or_idle_lose_nothing(photo: Path) -> None:
    with DecodePool(2, 30, 1024) as pool:
        pool.submit(request(photo)).result(PATIENCE_S)
        for _ in range(3):
            for worker in _workers(os.getpid()):  # idle now
                worker.kill()
            futures = [pool.submit(request(photo)) for _ in range(20)]
            wait(futures[:3], PATIENCE_S)
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
    from core.media.read import ReadRequest

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
        child
        for child in psutil.Process(parent).children()
        if _is_alive(child) and "spawn_main" in " ".join(child.cmdline())
    ]


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
