"""What the guide to searching says can be written, is understood."""

import re
from datetime import date
from pathlib import Path

import pytest

from core.query.context import Context
from core.query.keys import KEYS
from core.query.parser import parse

GUIDE = (Path(__file__).parents[3] / "docs" / "searching.md").read_text(encoding="utf-8")
CELL = re.compile(r"^\| (`.+?`) \| (.+) \|$", re.MULTILINE)


def filters_shown() -> list[str]:
    """Each value of the filter table behind each key of its row, and filters written out."""
    shown = []
    for left, right in CELL.findall(GUIDE.split("## Filters")[1].split("## ")[0]):
        for key in re.findall(r"`(\w+:)`", left):
            values = re.findall(r"`([^`]+)`", right) or ["Trips"]
            shown += [value if ":" in value and value.split(":")[0] in KEYS else key + value for value in values]
    return shown


@pytest.mark.parametrize("text", filters_shown())
def test_every_filter_of_the_guide_is_understood(text: str) -> None:
    parsed = parse(text, Context(date(2026, 1, 1)))

    assert not parsed.problems
    assert len(parsed.spec.filters) == 1
    assert not parsed.spec.terms


def test_the_guide_names_every_key() -> None:
    missing = [name for name in KEYS if f"`{name}:" not in GUIDE]

    assert not missing


def test_the_guide_has_the_filters_and_nothing_else_in_its_table() -> None:
    rows = CELL.findall(GUIDE.split("## Filters")[1].split("## ")[0])
    named = {key for left, _ in rows for key in re.findall(r"`(\w+):`", left)}

    assert named == {name for name, key in KEYS.items() if key.filter is not None}
