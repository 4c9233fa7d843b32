"""What commands print can be printed anywhere, and read by a program."""

import json
import os

import pytest

from core.cli import output


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (42, "42 s"), (150, "2 min"), (7500, "2 h 05 min"), (90_000, "25 h 00 min")]
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert output.duration(seconds) == text


@pytest.mark.parametrize(("length", "text"), [(0, "0 bytes"), (1_400_000, "1.4 MB"), (3_000_000_000_000, "3.0 TB")])
def test_sizes_read_well(length: int, text: str) -> None:
    assert output.size(length) == text


def test_counts_agree_with_their_noun() -> None:
    assert [output.count(n, "photo") for n in (0, 1, 1200)] == ["0 photos", "1 photo", "1,200 photos"]


def test_a_path_that_is_text_stands_as_it_is() -> None:
    assert output.path_fields("/photos/été.jpg") == {"path": "/photos/été.jpg"}


def test_a_path_that_is_not_utf8_carries_its_bytes() -> None:
    fields = output.path_fields(os.fsdecode(b"/photos/\xff.jpg"))
    assert fields == {"path": "/photos/\\xff.jpg", "path_base64": "L3Bob3Rvcy//LmpwZw=="}


def test_json_is_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    output.say_json({"path": "/photos/été.jpg"})
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"path": "/photos/été.jpg"}
