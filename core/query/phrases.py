"""Plain phrases of time and place inside words: "last summer", "in July 2019", "Christmas 2018", "in Portugal".

Finds them only; whether one becomes a filter is the user's choice. A word that may be a time but need not be
("march", "may", "summer", "christmas") counts only with a year or a word beside it that makes it one.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta, weekday

from core.query.country_names import COUNTRIES
from core.values.filters import DateFilter, Filter, PlaceFilter

Places = Collection[str]
Span = tuple[date | None, date | None]

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "|".join(f"{name}|{name[:3]}" for name in _MONTHS) + "|sept"
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_SEASON = "|".join(_SEASONS)
_WEEKDAYS: dict[str, weekday] = {
    "monday": MO,
    "tuesday": TU,
    "wednesday": WE,
    "thursday": TH,
    "friday": FR,
    "saturday": SA,
    "sunday": SU,
}
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_NUMBER = r"\d{1,3}|" + "|".join(_NUMBERS)
_UNIT = "day|week|month|year"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase at [start, end) of the words, and the filter it may mean."""

    start: int
    end: int
    text: str
    filter: Filter


def find(words: str, today: date, places: Places = ()) -> tuple[Phrase, ...]:
    """Return the phrases in `words`, left to right, none overlapping; of two the longer one."""
    found = sorted([*_times(words, today), *_places(words, places)], key=lambda phrase: phrase.start - phrase.end)
    kept: list[Phrase] = []
    for phrase in found:
        if all(phrase.end <= other.start or phrase.start >= other.end for other in kept):
            kept.append(phrase)
    return tuple(sorted(kept, key=lambda phrase: phrase.start))


def _times(words: str, today: date) -> Iterator[Phrase]:
    for pattern, make in _RULES:
        for match in pattern.finditer(words):
            try:
                span = make(match, today)
            except (ValueError, OverflowError):  # a day or year that is not in the calendar
                continue
            if span is not None:
                yield Phrase(match.start(), match.end(), match[0], DateFilter(*span))


def _places(words: str, places: Places) -> Iterator[Phrase]:
    known = COUNTRIES | {place.casefold() for place in places}
    for match in re.finditer(r"\b(?:in|at|near|from|around)\s+(?:the\s+)?(?=\w)", words, re.IGNORECASE):
        following = list(re.finditer(r"\S+", words[match.end() :]))[:4]
        for word in reversed(following):
            end = match.end() + word.end()
            name = words[match.end() : end].rstrip(",.;!?")
            if name.casefold() in known:
                end = match.end() + len(name)
                yield Phrase(match.start(), end, words[match.start() : end], PlaceFilter(name))
                break


def _day_of(number: str | None, month: str, year: str | None, today: date) -> Span:
    chosen = _month_number(month)
    if year is None:
        day = date(today.year, chosen, int(number or 1))
        start = day if day <= today else date(today.year - 1, chosen, int(number or 1))
    else:
        start = date(int(year), chosen, int(number or 1))
    return (start, start) if number is not None else (start, start + relativedelta(months=1, days=-1))


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def _season(name: str, year: int) -> tuple[date, date]:
    start = date(year, _SEASONS[name.lower()], 1)
    return start, start + relativedelta(months=3, days=-1)


def _this_season(which: str | None, name: str, today: date) -> Span:
    started = [_season(name, year) for year in (today.year - 2, today.year - 1, today.year)]
    over = which is not None and which.lower() != "this"
    return [span for span in started if (span[1] if over else span[0]) <= today][-1]


def _whole(unit: str, today: date, back: int) -> Span:
    """Return the whole day, week (from Monday), month or year that lies `back` of them before today."""
    if unit == "day":
        day = today - timedelta(days=back)
        return day, day
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        first = today.replace(day=1) - relativedelta(months=back)
        return first, first + relativedelta(months=1, days=-1)
    return date(today.year - back, 1, 1), date(today.year - back, 12, 31)


def _weekend(today: date, back: int) -> Span:
    saturday = today - timedelta(days=today.weekday()) + timedelta(days=5 - 7 * back)
    return saturday, saturday + timedelta(days=1)


def _count(text: str) -> int:
    return _NUMBERS.get(text.lower()) or int(text)


def _ago(match: re.Match[str], today: date) -> Span:
    unit, back = match[2].lower(), _count(match[1])
    if unit in {"day", "week"}:
        day = today - timedelta(days=back * (7 if unit == "week" else 1))
        slack = timedelta(days=3 if unit == "week" else 0)
        return day - slack, day + slack
    return _whole(unit, today, back)


def _past(match: re.Match[str], today: date) -> Span:
    unit, back = match[2].lower(), _count(match[1])
    return today - relativedelta(**{f"{unit}s": back}), today


def _holiday(name: str, year: int) -> tuple[date, date]:
    name = name.lower().replace("\u2019", "'")
    if name == "easter":
        sunday = easter(year)
        return sunday - timedelta(days=2), sunday + timedelta(days=1)
    if name == "thanksgiving":
        day = date(year, 11, 1) + relativedelta(weekday=TH(4))
        return day, day
    first, last = _HOLIDAYS[name]
    return date(year, *first), date(year, *last)


_HOLIDAYS = {
    "christmas": ((12, 24), (12, 26)),
    "xmas": ((12, 24), (12, 26)),
    "christmas eve": ((12, 24), (12, 24)),
    "new year's eve": ((12, 31), (12, 31)),
    "new years eve": ((12, 31), (12, 31)),
    "new year's day": ((1, 1), (1, 1)),
    "new year": ((1, 1), (1, 1)),
    "halloween": ((10, 31), (10, 31)),
    "valentine's day": ((2, 14), (2, 14)),
}
_HOLIDAY = "|".join(sorted([*_HOLIDAYS, "easter", "thanksgiving"], key=len, reverse=True)).replace("'", "['\u2019]")


def _last_holiday(match: re.Match[str], today: date) -> Span:
    past = [_holiday(match[1], year) for year in (today.year - 1, today.year)]
    return [span for span in past if span[0] <= today][-1]


def _decade(match: re.Match[str], _today: date) -> Span:
    start = int(match[1] or f"{'20' if match[2][0] in '012' else '19'}{match[2]}")
    return date(start, 1, 1), date(start + 9, 12, 31)


def _years(match: re.Match[str], _today: date) -> Span | None:
    first, last = int(match[1]), int(match[2])
    return (date(first, 1, 1), date(last, 12, 31)) if first <= last else None


def _one_year(match: re.Match[str], _today: date) -> Span:
    first, last = date(int(match[2]), 1, 1), date(int(match[2]), 12, 31)
    match (match[1] or "").lower():
        case "before" | "until":
            return None, (first - timedelta(days=1) if match[1].lower() == "before" else last)
        case "after":
            return last + timedelta(days=1), None
        case "since":
            return first, None
        case _:
            return first, last


def _rule(
    pattern: str, make: Callable[[re.Match[str], date], Span | None]
) -> tuple[re.Pattern[str], Callable[[re.Match[str], date], Span | None]]:
    return re.compile(rf"(?<![\w:./-])(?:{pattern})(?![\w:/-]|\.\d)", re.IGNORECASE), make


_IN = r"(?:(?:in|from|during|of|on|at|over)\s+(?:the\s+)?)"
_RULES = (
    _rule(rf"(?:between|from)\s+({_YEAR})\s+(?:and|to|until)\s+({_YEAR})", _years),
    _rule(rf"{_IN}?({_YEAR})\s?(?:-|\u2013|to)\s?({_YEAR})", _years),
    _rule(rf"(?:(in|from|during|of|since|before|after|until)\s+)?({_YEAR})", _one_year),
    _rule(rf"{_IN}?({_MONTH})\.?,?\s+(?:of\s+)?({_YEAR})", lambda m, t: _day_of(None, m[1], m[2], t)),
    _rule(rf"(?:in|from|during|since|last|this)\s+({_MONTH})", lambda m, t: _day_of(None, m[1], None, t)),
    _rule(
        rf"{_IN}?({_DAY})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?({_MONTH})\.?,?\s+({_YEAR})",
        lambda m, t: _day_of(m[1], m[2], m[3], t),
    ),
    _rule(rf"{_IN}?({_MONTH})\.?\s+({_DAY})(?:st|nd|rd|th)?,?\s+({_YEAR})", lambda m, t: _day_of(m[2], m[1], m[3], t)),
    _rule(
        rf"on\s+(?:the\s+)?({_DAY})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?({_MONTH})",
        lambda m, t: _day_of(m[1], m[2], None, t),
    ),
    _rule(rf"on\s+({_MONTH})\s+({_DAY})(?:st|nd|rd|th)?", lambda m, t: _day_of(m[2], m[1], None, t)),
    _rule(rf"{_IN}?({_YEAR})-(\d\d)-(\d\d)", lambda m, t: (date(int(m[1]), int(m[2]), int(m[3])),) * 2),
    _rule(rf"{_IN}?({_SEASON})\s+(?:of\s+)?({_YEAR})", lambda m, t: _season(m[1], int(m[2]))),
    _rule(rf"(?:{_IN}?(last|this|past)|in|during)\s+(?:the\s+)?({_SEASON})", lambda m, t: _this_season(m[1], m[2], t)),
    _rule("today", lambda m, t: (t, t)),
    _rule("yesterday", lambda m, t: (t - timedelta(days=1),) * 2),
    _rule(r"(?:the\s+)?day\s+before\s+yesterday", lambda m, t: (t - timedelta(days=2),) * 2),
    _rule(rf"(?:{_IN})?this\s+({_UNIT})", lambda m, t: _whole(m[1].lower(), t, 0)),
    _rule(rf"(?:{_IN})?last\s+({_UNIT})", lambda m, t: _whole(m[1].lower(), t, 1)),
    _rule(r"this\s+weekend", lambda m, t: _weekend(t, 0)),
    _rule(r"(?:on\s+)?last\s+weekend", lambda m, t: _weekend(t, 1)),
    _rule(rf"({_NUMBER})\s+({_UNIT})s?\s+ago", _ago),
    _rule(rf"(?:in\s+|over\s+)?(?:the\s+)?(?:last|past)\s+({_NUMBER})\s+({_UNIT})s?", _past),
    _rule(
        rf"(?:on|last)\s+({'|'.join(_WEEKDAYS)})",
        lambda m, t: (t - timedelta(days=1) + relativedelta(weekday=_WEEKDAYS[m[1].lower()](-1)),) * 2,
    ),
    _rule(rf"{_IN}?({_HOLIDAY}),?\s+(?:of\s+)?({_YEAR})", lambda m, t: _holiday(m[1], int(m[2]))),
    _rule(rf"(?:last|this)\s+({_HOLIDAY})", _last_holiday),
    _rule(rf"{_IN}?(?:((?:19|20)\d0)s|['\u2019]?(\d0)s)", _decade),
)
