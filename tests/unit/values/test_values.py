"""Paths that cannot be printed, content keys and times."""

import os
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values.paths import is_printable, shown
from core.values.photo import DIGEST_BYTES, ContentKey, TakenAt


@given(st.binary(min_size=1))
def test_any_path_can_be_shown_as_utf8(raw: bytes) -> None:
    path = raw.decode("utf-8", "surrogateescape")
    shown(path).encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_printable_path_is_shown_as_it_is(path: str) -> None:
    assert shown(path) == path
    assert is_printable(path)


def test_undecodable_bytes_are_shown_as_escapes() -> None:
    path = os.fsdecode(b"caf\xe9.jpg")
    assert shown(path) == r"caf\xe9.jpg"
    assert not is_printable(path)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=DIGEST_BYTES, max_size=DIGEST_BYTES))
def test_a_content_key_survives_its_bytes(size: int, digest: bytes) -> None:
    key = ContentKey(size, digest)
    assert ContentKey.from_bytes(key.to_bytes()) == key


def test_bytes_of_another_length_are_no_content_key() -> None:
    with pytest.raises(ValueError, match="28 bytes"):
        ContentKey.from_bytes(b"short")


def test_a_time_without_zone_is_no_instant() -> None:
    assert TakenAt(datetime(2019, 7, 1, 12)).aware() is None


def test_a_time_with_zone_is_an_instant() -> None:
    instant = TakenAt(datetime(2019, 7, 1, 12), offset_minutes=120).aware()
    assert instant is not None
    assert instant.utcoffset() == timedelta(hours=2)
