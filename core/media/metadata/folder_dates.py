"""Takes a date from the names of the folders that a file lies in: `1998-07 Summer`, `1987/12/`, `Scans 1965`.

Pure. It is a guess, and weaker than anything that the file or its name says.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from core.values.photo import DatePrecision, TakenAt

_EARLIEST_YEAR = 1826  # the first photograph
_YEAR = r"(?P<year>1[89]\d\d|20\d\d)"
_MONTH, _DAY = r"(?P<month>0[1-9]|1[0-2])", r"(?P<day>0[1-9]|[12]\d|3[01])"
_EDGE, _END = r"(?<![\w.])", r"(?![\d])"

# The twelve months in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish.
_MONTH_NAMES = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jan feb mär apr mai jun jul aug sept okt nov dez",
)
_WORDS_OF_MONTHS = {word: month for names in _MONTH_NAMES for month, word in enumerate(names.split(), 1)}

_WHOLE_DAY = (
    re.compile(rf"{_EDGE}{_YEAR}(?P<mark>[-._ ]){_MONTH}(?P=mark){_DAY}{_END}"),
    re.compile(rf"{_EDGE}{_YEAR}{_MONTH}{_DAY}{_END}"),
    re.compile(rf"{_EDGE}{_DAY}\.{_MONTH}\.{_YEAR}{_END}"),
)
_WHOLE_MONTH = (
    re.compile(rf"{_EDGE}{_YEAR}[-._ ]{_MONTH}{_END}(?![-._]\d)"),
    re.compile(rf"^{_YEAR}{_MONTH}(?=\D|$)"),
    re.compile(rf"^{_MONTH}[-._ ]{_YEAR}{_END}"),
)
# A year stands apart, and is no size, count, model or range: `4000 photos`, `Canon 2000D`, `1990-1995`, `1980s`.
_WHOLE_YEAR = re.compile(
    rf"(?<![\w.,#]){_YEAR}(?![\w.%])(?! ?(?:px|x|×|photos|pictures|images|files|bilder|fotos)\b)", re.IGNORECASE
)
_RANGE = re.compile(r"(?:1[89]|20)\d\d\s*(?:-|–|—|to|bis|/|\+|&|and)\s*(?:1[89]|20)?\d\d(?!\d)", re.I)
_WORDS = re.compile(r"[^\W\d_]+")
_MONTH_FOLDER = re.compile(rf"^{_MONTH}(?:[-._ ]+\D.*)?$")
_DAY_FOLDER = re.compile(rf"^{_DAY}(?:[-._ ]+\D.*)?$")


def date_in_folders(folders: Sequence[str], latest: datetime | None = None) -> TakenAt | None:
    """Return the date that the names of `folders` give, the outermost first; that of the innermost counts.

    Args:
        folders: the names on the way from the library's folder (its own included) to the file.
        latest: now. What begins behind it is no date.
    """
    for at in range(len(folders) - 1, -1, -1):
        found = _of_path(folders, at) or _of_name(folders[at])
        if found is not None and found.wall.year >= _EARLIEST_YEAR and (latest is None or found.wall <= latest):
            return found
    return None


def _of_path(folders: Sequence[str], at: int) -> TakenAt | None:
    """Return the date of `1987/12` and `1987/12/24`: the inner folders are numbers, or name a month."""
    name = folders[at]
    above = _of_name(folders[at - 1]) if at else None
    if above is not None and above.precision is DatePrecision.YEAR:
        month = _MONTH_FOLDER.match(name)
        number = int(month["month"]) if month else _month_by_name(name)
        return _date(above.wall.year, number) if number and not _has_year(name) else None
    day = _DAY_FOLDER.match(name)
    if day is None or at < 2:
        return None
    above = _of_path(folders, at - 1)
    if above is None or above.precision is not DatePrecision.MONTH:
        return None
    return _date(above.wall.year, above.wall.month, int(day["day"]))


def _of_name(name: str) -> TakenAt | None:
    for pattern in _WHOLE_DAY:
        if match := pattern.search(name):
            return _date(int(match["year"]), int(match["month"]), int(match["day"]))
    if _RANGE.search(name) and not any(pattern.search(name) for pattern in _WHOLE_MONTH):
        return None
    for pattern in _WHOLE_MONTH:
        if match := pattern.search(name):
            return _date(int(match["year"]), int(match["month"]))
    years = _WHOLE_YEAR.findall(name)
    if len(set(years)) != 1:
        return None
    return _date(int(years[0]), _month_by_name(name))


def _has_year(name: str) -> bool:
    return _WHOLE_YEAR.search(name) is not None


def _month_by_name(name: str) -> int | None:
    """Return the month that a word of `name` is. A word that only begins so (`Marrakesh`) is none."""
    for word in _WORDS.findall(name.casefold()):
        if word in _WORDS_OF_MONTHS:
            return _WORDS_OF_MONTHS[word]
    return None


def _date(year: int, month: int | None = None, day: int | None = None) -> TakenAt | None:
    try:
        wall = datetime(year, month or 1, day or 1)
    except ValueError:  # 31 February
        return None
    precision = DatePrecision.DAY if day else DatePrecision.MONTH if month else DatePrecision.YEAR
    return TakenAt(wall, precision=precision)
