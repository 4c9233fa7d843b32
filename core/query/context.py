"""What a text is read against: the day, the order of day and month, and the names that the library has."""

import locale
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "VI", "AS", "UM", "FM", "MH", "PW"})
_REGION = re.compile(r"^[A-Za-z]{2,3}[_-](?:[A-Za-z]{4}[_-])?([A-Z]{2})\b")


@dataclass(frozen=True, slots=True)
class Context:
    """The same text means the same wherever the context is the same.

    Attributes:
        day_first: `4/7/2019` is the fourth of July.
        places: names of towns, regions and countries of the library.
    """

    today: date
    day_first: bool = True
    places: Collection[str] = field(default=frozenset())


def here(places: Collection[str] = frozenset()) -> Context:
    """Return the context of this moment on this computer."""
    return Context(date.today(), day_first(locale_name(os.environ)), places)


def locale_name(environment: Mapping[str, str]) -> str:
    """Return the locale that dates are written in: of the environment, else of the system."""
    for name in ("LC_ALL", "LC_TIME", "LANG"):
        if value := environment.get(name):
            return value
    return locale.getlocale()[0] or ""


def day_first(name: str) -> bool:
    """Tell whether a locale such as `en_GB.UTF-8` or `English_United States` writes the day before the month."""
    region = _REGION.match(name)
    return region[1] not in _MONTH_FIRST if region else "United States" not in name
