"""Dates and spans of dates as they are typed in filters: `2019`, `2019-07`, `2018..2019-03`, `>=2020`, `yesterday`."""

import re
from calendar import monthrange
from datetime import MAXYEAR, date, timedelta

Span = tuple[date | None, date | None]

_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_DAY = timedelta(days=1)


def one(text: str, today: date) -> tuple[date, date] | None:
    """Return the first and last day of a year, month or day, or of `today` and `yesterday`; None for anything else."""
    text = text.strip().lower()
    if text in {"today", "yesterday"}:
        day = today if text == "today" else day_before(today)
        return day, day
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, number = (None if part is None else int(part) for part in match.groups())
    try:
        first = date(year or 0, month or 1, number or 1)
    except ValueError:
        return None
    if number is not None:
        return first, first
    last_month = month or 12
    return first, date(first.year, last_month, monthrange(first.year, last_month)[1])


def span(text: str, today: date) -> Span | None:
    """Return a span of days from what is typed after `date:`; None when it is not understood."""
    text = text.strip()
    if text[:2] in {">=", "<="} or text[:1] in {">", "<"}:
        sign = text[:2] if text[1:2] == "=" else text[0]
        found = one(text.removeprefix(sign), today)
        if found is None:
            return None
        return {
            ">=": (found[0], None),
            "<=": (None, found[1]),
            ">": (next_day(found[1]), None),
            "<": (None, day_before(found[0])),
        }[sign]
    if ".." in text:
        left, right = (part.strip(". ") for part in text.split("..", 1))
        first, last = one(left, today), one(right, today)
        if (left and first is None) or (right and last is None):
            return None
        found_span = (None if first is None else first[0], None if last is None else last[1])
        if found_span[0] is not None and found_span[1] is not None and found_span[0] > found_span[1]:
            return None
        return found_span
    return one(text, today)


def write(first: date | None, last: date | None) -> str:
    """Write a span so that `span` reads it back; whole years and months are written short."""
    if first is not None and last is not None:
        for text in (f"{first.year:04}", f"{first.year:04}-{first.month:02}", first.isoformat()):
            if one(text, first) == (first, last):
                return text
    left = "" if first is None else first.isoformat()
    right = "" if last is None else last.isoformat()
    return f"{left}..{right}"


def next_day(day: date) -> date:
    """Return the day after; the last day there is stays."""
    return day if day == date(MAXYEAR, 12, 31) else day + _DAY


def day_before(day: date) -> date:
    """Return the day before; the first day there is stays."""
    return day if day == date.min else day - _DAY
