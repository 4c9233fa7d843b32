"""Dates as they are typed in filters: `2019`, `2019-07`, `2018..2019-03`, `>=2020`, `4/7/2019`, `december`, `12-25`."""

import re
from calendar import monthrange
from datetime import MAXYEAR, date, timedelta

from core.query.context import Context
from core.values.filters import MonthDay

Span = tuple[date | None, date | None]
Yearly = tuple[MonthDay, MonthDay]

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month that begins each; meteorological, of the northern half of the earth."""
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_LOCAL = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})")
_DAY = timedelta(days=1)
_LEAP_YEAR = 2000


def one(text: str, context: Context) -> tuple[date, date] | None:
    """Return the first and last day of a year, month or day, or of `today` and `yesterday`; None for anything else."""
    text = text.strip().lower()
    if text in {"today", "yesterday"}:
        day = context.today if text == "today" else day_before(context.today)
        return day, day
    try:
        if local := _LOCAL.fullmatch(text):
            day = local_day(local[1], local[3], local[4], day_first=local[2] == "." or context.day_first)
            return day, day
        match = _DATE.fullmatch(text)
        if match is None:
            return None
        year, month, number = (None if part is None else int(part) for part in match.groups())
        first = date(year or 0, month or 1, number or 1)
    except ValueError:
        return None
    if number is not None:
        return first, first
    last_month = month or 12
    return first, date(first.year, last_month, monthrange(first.year, last_month)[1])


def local_day(left: str, right: str, year: str, *, day_first: bool) -> date:
    """Return the day of `4/7/2019`; where only one order is a date, it is that. Raises `ValueError`."""
    day, month = (int(left), int(right)) if day_first else (int(right), int(left))
    return date(int(year), day, month) if month > 12 >= day else date(int(year), month, day)


def span(text: str, context: Context) -> Span | None:
    """Return a span of days from what is typed after `date:`; None when it is not understood."""
    text = text.strip()
    if text[:2] in {">=", "<="} or text[:1] in {">", "<"}:
        sign = text[:2] if text[1:2] == "=" else text[0]
        found = one(text.removeprefix(sign), context)
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
        first, last = one(left, context), one(right, context)
        if (left and first is None) or (right and last is None):
            return None
        found_span = (None if first is None else first[0], None if last is None else last[1])
        if found_span[0] is not None and found_span[1] is not None and found_span[0] > found_span[1]:
            return None
        return found_span
    return one(text, context)


def yearly(text: str) -> Yearly | None:
    """Return the days of every year that `december`, `summer`, `12-25` or `12-24..12-26` mean; None for others."""
    left, dots, right = (part.strip().lower() for part in text.partition(".."))
    first = _of_every_year(left)
    last = _of_every_year(right) if dots else first
    return None if first is None or last is None else (first[0], last[1])


def _of_every_year(text: str) -> Yearly | None:
    if text in SEASONS:
        return season(text)
    if (number := month_number(text)) is not None:
        return month(number)
    match = _MONTH_DAY.fullmatch(text)
    return None if match is None else month_day(int(match[1]), int(match[2]))


def month(number: int) -> Yearly:
    """Return the days of a month of every year."""
    return (number, 1), (number, monthrange(_LEAP_YEAR, number)[1])


def season(name: str) -> Yearly:
    """Return the days of a season of every year."""
    return (SEASONS[name], 1), month((SEASONS[name] + 1) % 12 + 1)[1]


def month_day(number: int, day: int) -> Yearly | None:
    """Return one day of every year; None when no year has it."""
    if not (1 <= number <= 12 and 1 <= day <= month(number)[1][1]):
        return None
    return (number, day), (number, day)


def month_number(name: str) -> int | None:
    """Return the number of a month by its name, also cut to three letters; None for other words."""
    for number, known in enumerate(MONTHS, 1):
        if name in {known, known[:3]}:
            return number
    return 9 if name == "sept" else None


def write(first: date | None, last: date | None) -> str:
    """Write a span so that `span` reads it back; whole years and months are written short."""
    if first is not None and last is not None:
        for text in (f"{first.year:04}", f"{first.year:04}-{first.month:02}", first.isoformat()):
            if one(text, Context(first)) == (first, last):
                return text
    left = "" if first is None else first.isoformat()
    right = "" if last is None else last.isoformat()
    return f"{left}..{right}"


def write_yearly(first: MonthDay, last: MonthDay) -> str:
    """Write days of every year so that `yearly` reads them back; a month or season by its name."""
    for name in (*MONTHS, *SEASONS):
        if _of_every_year(name) == (first, last):
            return name
    left, right = (f"{number:02}-{day:02}" for number, day in (first, last))
    return left if left == right else f"{left}..{right}"


def next_day(day: date) -> date:
    """Return the day after; the last day there is stays."""
    return day if day == date(MAXYEAR, 12, 31) else day + _DAY


def day_before(day: date) -> date:
    """Return the day before; the first day there is stays."""
    return day if day == date.min else day - _DAY
