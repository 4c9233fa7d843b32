"""What the guide to searching says can be written, is understood."""

import re
from datetime import date
from pathlib import Path

import pytest

from core.query.filter_keys import KEYS
from core.query.parser import parse

GUIDE = (Path(__file__).parents[3] / "docs" / "searching.md").read_text(encoding="utf-8")
CELL = re.compile(r"^\| (`.+?`) \| (.+) \|$", re.MULTILINE)


def filters_shown() -> list[str]:
    """Each value of the filter table behind each key of its row, and filters written out."""
    shown = []
    for left, right in CELL.findall(GUIDE.split("## Filters")[1]):
        for key in re.findall(r"`(\w+:)`", left):
            values = re.findall(r"`([^`]+)`", right) or ["Trips"]
            shown += [value if ":" in value and value.split(":")[0] in KEYS else key + value for value in values]
    return shown


@pytest.mark.parametrize("text", filters_shown())
def test_every_filter_of_the_guide_is_understood(text: str) -> None:
    parsed = parse(text, date(2026, 1, 1))

    assert not parsed.problems
    assert len(parsed.query.filters) == 1
    assert not parsed.query.terms


def test_the_guide_names_every_filter() -> None:
    named = set(re.findall(r"`(\w+):`", GUIDE.split("## Filters")[1]))

    assert named == set(KEYS)
