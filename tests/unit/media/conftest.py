"""Fixtures of this room's tests."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.media.making import encoded, quarters
from tests.unit.media.misbehaving import MARK


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
