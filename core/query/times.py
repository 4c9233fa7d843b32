"""Times in plain words: "last summer", "in July 2019", "christmas 2018", "july 4", "04.07.2019", "a few days ago".

A word that may be a time but need not be ("march", "may", "summer", "christmas") counts only with a year or a word
beside it that makes it one; what may well mean something else ("june", "2019") is a guess.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta, weekday

from core.query import dates
from core.query.context import Context
from core.query.dates import MONTHS, SEASONS, Span, Yearly
from core.values.filters import DateFilter, YearlyFilter

Time = DateFilter | YearlyFilter
Match = re.Match[str]

_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS) + "|sept"
_ONLY_A_MONTH = "january|february|june|july|september|october|november|december"
_CLEAR_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS if name not in {"march", "may"}) + "|sept"
_SEASON = "|".join(SEASONS)
_WEEKDAYS: dict[str, weekday] = {
    "monday": MO,
    "tuesday": TU,
    "wednesday": WE,
    "thursday": TH,
    "friday": FR,
    "saturday": SA,
    "sunday": SU,
}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_NUMBER = r"\d{1,3}|" + "|".join(_NUMBERS)
_FEW = r"(?:a\s+)?few|(?:a\s+)?couple(?:\s+of)?|several|some"
_UNIT = "day|week|month|year"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}"
_TH = r"(?:st|nd|rd|th)"
_DECADES = {"fifties": 1950, "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990}
_HOLIDAYS: dict[str, Yearly] = {
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
_FIXED = "|".join(sorted(_HOLIDAYS, key=len, reverse=True)).replace("'", "['\u2019]")
_HOLIDAY = f"{_FIXED}|easter|thanksgiving"


def find(words: str, context: Context) -> Iterator[tuple[int, int, Time, bool]]:
    """Yield start, end, filter and whether it is sure, of all times in `words`; they may overlap."""
    for pattern, make, sure in _RULES:
        for match in pattern.finditer(words):
            try:
                time = make(match, context)
            except (ValueError, OverflowError):  # a day or year that is not in the calendar
                continue
            if time is not None:
                yield match.start(), match.end(), time, sure


def _of_span(span: Span) -> Time:
    return DateFilter(*span)


def _every(days: Yearly | None) -> Time | None:
    return None if days is None else YearlyFilter(*days)


def _month_number(name: str) -> int:
    number = dates.month_number(name.lower())
    assert number is not None
    return number


def _month_of(name: str, year: int) -> Time:
    start = date(year, _month_number(name), 1)
    return DateFilter(start, start + relativedelta(months=1, days=-1))


def _day_of(day: str, month: str, year: str) -> Time:
    chosen = date(int(year), _month_number(month), int(day))
    return DateFilter(chosen, chosen)


def _every_month(name: str) -> Time:
    return YearlyFilter(*dates.month(_month_number(name)))


def _every_day(day: str, month: str) -> Time | None:
    return _every(dates.month_day(_month_number(month), int(day)))


def _last_month(match: Match, context: Context) -> Time:
    """Return the month of this year, or of the last if it is still to come; "since" leaves the end open."""
    today, number = context.today, _month_number(match[2])
    found = _month_of(match[2], today.year if number <= today.month else today.year - 1)
    assert isinstance(found, DateFilter)
    return DateFilter(found.first, None) if match[1].lower() == "since" else found


def _season(name: str, year: int) -> tuple[date, date]:
    start = date(year, SEASONS[name.lower()], 1)
    return start, start + relativedelta(months=3, days=-1)


def _this_season(match: Match, context: Context) -> Time:
    today = context.today
    started = [_season(match[2], year) for year in (today.year - 2, today.year - 1, today.year)]
    over = match[1].lower() != "this"
    return DateFilter(*[span for span in started if (span[1] if over else span[0]) <= today][-1])


def _whole(unit: str, today: date, back: int) -> Time:
    """Return the whole day, week (from Monday), month or year that lies `back` of them before today."""
    if unit == "day":
        day = today - timedelta(days=back)
        return DateFilter(day, day)
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return DateFilter(monday, monday + timedelta(days=6))
    if unit == "month":
        first = today.replace(day=1) - relativedelta(months=back)
        return DateFilter(first, first + relativedelta(months=1, days=-1))
    return DateFilter(date(today.year - back, 1, 1), date(today.year - back, 12, 31))


def _weekend(today: date, back: int) -> Time:
    saturday = today - timedelta(days=today.weekday()) + timedelta(days=5 - 7 * back)
    return DateFilter(saturday, saturday + timedelta(days=1))


def _days_back(first: int, last: int) -> Callable[[Match, Context], Time]:
    return lambda _, context: DateFilter(context.today - timedelta(days=first), context.today - timedelta(days=last))


def _count(text: str) -> int:
    return _NUMBERS.get(text.lower()) or int(text)


def _ago(match: Match, context: Context) -> Time:
    unit, back, today = match[2].lower(), _count(match[1]), context.today
    if unit in {"day", "week"}:
        day = today - timedelta(days=back * (7 if unit == "week" else 1))
        slack = timedelta(days=3 if unit == "week" else 0)
        return DateFilter(day - slack, day + slack)
    return _whole(unit, today, back)


def _few_ago(match: Match, context: Context) -> Time:
    """Return what "a few weeks ago" may be: two to seven of them back."""
    unit = f"{match[1].lower()}s"
    first, last = (context.today - relativedelta(**{unit: back}) for back in (7, 2))
    return DateFilter(first, last)


def _past(match: Match, context: Context) -> Time:
    count = 7 if re.fullmatch(_FEW, match[1], re.IGNORECASE) else _count(match[1])
    return DateFilter(context.today - relativedelta(**{f"{match[2].lower()}s": count}), context.today)


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


def _last_holiday(match: Match, context: Context) -> Time:
    past = [_holiday(match[1], year) for year in (context.today.year - 1, context.today.year)]
    return DateFilter(*[span for span in past if span[0] <= context.today][-1])


def _decade(match: Match, _context: Context) -> Time:
    start = int(match[1] or f"{'20' if match[2][0] in '012' else '19'}{match[2]}")
    return DateFilter(date(start, 1, 1), date(start + 9, 12, 31))


def _decade_in_words(match: Match, _context: Context) -> Time:
    start = _DECADES[match[1].lower()]
    return DateFilter(date(start, 1, 1), date(start + 9, 12, 31))


def _years(match: Match, _context: Context) -> Time | None:
    first, last = int(match[1]), int(match[2])
    return DateFilter(date(first, 1, 1), date(last, 12, 31)) if first <= last else None


def _one_year(match: Match, _context: Context) -> Time:
    first, last = date(int(match[2]), 1, 1), date(int(match[2]), 12, 31)
    match match[1].lower():
        case "before":
            return DateFilter(None, dates.day_before(first))
        case "until":
            return DateFilter(None, last)
        case "after":
            return DateFilter(dates.next_day(last), None)
        case "since":
            return DateFilter(first, None)
        case _:
            return DateFilter(first, last)


def _local_date(match: Match, context: Context) -> Time:
    day = dates.local_day(match[1], match[3], match[4], day_first=match[2] == "." or context.day_first)
    return DateFilter(day, day)


def _iso_date(match: Match, _context: Context) -> Time:
    day = date(int(match[1]), int(match[3]), int(match[4]))
    return DateFilter(day, day)


def _each(match: Match, _context: Context) -> Time | None:
    name = match[1].lower().replace("\u2019", "'")
    if name in _HOLIDAYS:
        return YearlyFilter(*_HOLIDAYS[name])
    return YearlyFilter(*dates.season(name)) if name in SEASONS else _every_month(name)


def _weekday(match: Match, context: Context) -> Time:
    day = context.today - timedelta(days=1) + relativedelta(weekday=_WEEKDAYS[match[1].lower()](-1))
    return DateFilter(day, day)


def _rule(
    pattern: str, make: Callable[[Match, Context], Time | None], *, sure: bool = True
) -> tuple[re.Pattern[str], Callable[[Match, Context], Time | None], bool]:
    return re.compile(rf"(?<![\w:./-])(?:{pattern})(?![\w:/-]|\.\d)", re.IGNORECASE), make, sure


_IN = r"(?:(?:in|from|during|of|on|at|over)\s+(?:the\s+)?)"
_RULES = (
    _rule(rf"(?:between|from)\s+({_YEAR})\s+(?:and|to|until)\s+({_YEAR})", _years),
    _rule(rf"{_IN}?({_YEAR})\s?(?:-|\u2013|to)\s?({_YEAR})", _years),
    _rule(rf"(in|from|during|of|since|before|after|until)\s+({_YEAR})", _one_year),
    _rule(rf"()({_YEAR})", _one_year, sure=False),
    _rule(rf"{_IN}?({_MONTH})\.?,?\s+(?:of\s+)?({_YEAR})", lambda m, c: _month_of(m[1], int(m[2]))),
    _rule(rf"(since|last|this)\s+({_MONTH})", _last_month),
    _rule(rf"(?:in|from|during)\s+({_MONTH})", lambda m, c: _every_month(m[1])),
    _rule(_ONLY_A_MONTH, lambda m, c: _every_month(m[0]), sure=False),
    _rule(
        rf"{_IN}?({_DAY})(?:{_TH}|\.)?\s+(?:of\s+)?({_MONTH})\.?,?\s+({_YEAR})",
        lambda m, c: _day_of(m[1], m[2], m[3]),
    ),
    _rule(rf"{_IN}?({_MONTH})\.?\s+({_DAY}){_TH}?,?\s+({_YEAR})", lambda m, c: _day_of(m[2], m[1], m[3])),
    _rule(rf"on\s+(?:the\s+)?({_DAY})(?:{_TH}|\.)?\s+(?:of\s+)?({_MONTH})", lambda m, c: _every_day(m[1], m[2])),
    _rule(rf"on\s+({_MONTH})\s+({_DAY}){_TH}?", lambda m, c: _every_day(m[2], m[1])),
    _rule(rf"(?:the\s+)?({_DAY}){_TH}\s+(?:of\s+)?({_MONTH})", lambda m, c: _every_day(m[1], m[2])),
    _rule(rf"({_DAY})\.?\s+({_CLEAR_MONTH})", lambda m, c: _every_day(m[1], m[2])),
    _rule(rf"({_CLEAR_MONTH})\s+({_DAY}){_TH}?", lambda m, c: _every_day(m[2], m[1])),
    _rule(rf"{_IN}?({_YEAR})([-/.])(\d\d?)\2(\d\d?)", _iso_date),
    _rule(rf"{_IN}?({_YEAR})-(\d\d)", lambda m, c: _of_span(_month_span(int(m[1]), int(m[2])))),
    _rule(rf"{_IN}?({_DAY})([-/.])({_DAY})\2({_YEAR})", _local_date),
    _rule(rf"{_IN}?({_SEASON})\s+(?:of\s+)?({_YEAR})", lambda m, c: _of_span(_season(m[1], int(m[2])))),
    _rule(rf"{_IN}?(last|this|past)\s+(?:the\s+)?({_SEASON})", _this_season),
    _rule(rf"(?:in|during)\s+(?:the\s+)?({_SEASON})", _each, sure=False),
    _rule(rf"(?:{_IN})?(?:every|each)\s+({_SEASON}|{_MONTH}|{_FIXED})", _each),
    _rule(r"today|this\s+(?:morning|afternoon|evening)|tonight", _days_back(0, 0)),
    _rule(r"(?:from\s+)?yesterday(?:\s+(?:morning|afternoon|evening))?", _days_back(1, 1)),
    _rule(r"(?:from\s+)?last\s+night", _days_back(1, 0)),
    _rule(r"(?:the\s+)?day\s+before\s+yesterday", _days_back(2, 2)),
    _rule(rf"(?:{_IN})?this\s+({_UNIT})", lambda m, c: _whole(m[1].lower(), c.today, 0)),
    _rule(rf"(?:{_IN})?last\s+({_UNIT})", lambda m, c: _whole(m[1].lower(), c.today, 1)),
    _rule(r"this\s+weekend", lambda m, c: _weekend(c.today, 0)),
    _rule(r"(?:(?:on|from)\s+)?last\s+weekend", lambda m, c: _weekend(c.today, 1)),
    _rule(rf"(?:from\s+)?({_NUMBER})\s+({_UNIT})s?\s+ago", _ago),
    _rule(rf"(?:from\s+)?(?:{_FEW})\s+({_UNIT})s\s+ago", _few_ago),
    _rule(rf"(?:(?:in|over|from)\s+)?(?:the\s+)?(?:last|past)\s+({_NUMBER}|{_FEW})\s+({_UNIT})s?", _past),
    _rule(rf"(?:on|(?:from\s+)?last)\s+({'|'.join(_WEEKDAYS)})", _weekday),
    _rule(rf"{_IN}?({_HOLIDAY}),?\s+(?:of\s+)?({_YEAR})", lambda m, c: _of_span(_holiday(m[1], int(m[2])))),
    _rule(rf"(?:from\s+)?(?:last|this)\s+({_HOLIDAY})", _last_holiday),
    _rule(rf"(?:{_IN}|the\s+)((?:19|20)\d0)s|(?:{_IN}|the\s+)['\u2019]?(\d0)s", _decade),
    _rule(r"((?:19|20)\d0)()s", _decade),
    _rule(r"()['\u2019]?(\d0)s", _decade, sure=False),
    _rule(rf"(?:{_IN}|the\s+)({'|'.join(_DECADES)})", _decade_in_words),
)


def _month_span(year: int, number: int) -> tuple[date, date]:
    start = date(year, number, 1)
    return start, start + relativedelta(months=1, days=-1)
