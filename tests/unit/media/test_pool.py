"""Decoders that really crash, hang and eat memory, in real worker processes: each costs one file."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.media.pool import DecodePool
from core.media.reasons import MediaError
from core.values.reasons import Reason
from tests.unit.media.making import request

READERS = "tests.unit.media.misbehaving"
SECONDS = 60.0
PATIENCE_S = 60.0

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")


@pytest.fixture(scope="module")
def pool() -> Iterator[DecodePool]:
    with DecodePool(2, SECONDS, 300, reader_modules=[READERS]) as decode_pool:
        yield decode_pool


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
def test_a_decoder_that_hangs_costs_one_file(misbehave: Callable[..., Path]) -> None:
    with DecodePool(2, 1.0, 1024, reader_modules=[READERS]) as impatient:
        hanging = [impatient.submit(request(misbehave(what))) for what in ("hang", "hang in native code")]
        for future in hanging:
            error = future.exception(PATIENCE_S)
            assert isinstance(error, MediaError)
            assert error.reason is Reason.TIMED_OUT
        after = impatient.submit(request(misbehave("exit"))).exception(PATIENCE_S)
        assert isinstance(after, MediaError)
        assert after.reason is Reason.CRASHED


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
    assert "a bug in a reader" in error.words
    assert "a bug" not in str(error)


def test_workers_import_no_model_database_or_screen(pool: DecodePool, misbehave: Callable[..., Path]) -> None:
    error = pool.submit(request(misbehave("modules"))).exception(PATIENCE_S)
    assert isinstance(error, MediaError)
    assert error.detail == "imported: "


def test_libraries_in_a_worker_keep_to_one_thread(pool: DecodePool, misbehave: Callable[..., Path]) -> None:
    error = pool.submit(request(misbehave("threads allowed"))).exception(PATIENCE_S)
    assert isinstance(error, MediaError)
    assert error.detail == "1"
