"""Turns the loose values of metadata into typed ones. Each function raises ValueError for a malformed value."""

import math
import re
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

from core.values.photo import DatePrecision, GeoPoint, TakenAt

LONGEST_WORDS = 10_000
LONGEST_NAME = 200

T = TypeVar("T")

# What cameras write on their own where a person's words belong.
_DEFAULT_CAPTIONS = re.compile(
    r"^(olympus digital camera|samsung( camera pictures)?|sony dsc|minolta digital camera|konica minolta digital camera"
    r"|digital camera|digital still camera|exif_jpeg_.*|jpeg|default|untitled|<.*digital camera.*>|maker:.*"
    r"|dcim\\.*|binary comment|charset=.*|screenshot|oznor.*|rptnb|dav|cof|sdr|hdr(pl)?|mde|edf)$",
    re.IGNORECASE,
)

_DATE = re.compile(
    r"^(\d{4})(?:[:\-/.](\d{1,2})(?:[:\-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?)?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?$"
)

# EXIF lets unknown fields be blank or zero.
_PART_OF_DATE = re.compile(r"^(\d{4})[:\-/.](?:(?: {1,2}|00?)(?![\d])|(\d{1,2})[:\-/.](?:$| {1,2}(?!\d)|00?(?!\d)))")

EARLIEST_YEAR, LATEST_YEAR = 1800, 9000


class Notes:
    """Collects what was malformed, one line a value.

    Attributes:
        lines: what was dropped, and why.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self.lines: list[str] = []

    def add(self, what: str, why: object) -> None:
        """Note that `what` was dropped."""
        self.lines.append(f"{self._origin} {what}: {str(why)[:120]}")

    def take(self, what: str, value: object, parse: Callable[[object], T | None]) -> T | None:
        """Return the parsed `value`; None where it is missing or malformed, the latter noted."""
        if value is None:
            return None
        try:
            return parse(value)
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            self.add(what, error or "malformed")
            return None


def words(value: object, longest: int = LONGEST_WORDS) -> str | None:
    """Return text without control characters, or None where nothing is left."""
    if isinstance(value, tuple | list):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        text = decoded(value)
    elif isinstance(value, str):
        text = value
        if any("\x80" <= character <= "\xff" for character in text):
            try:  # Pillow reads EXIF text as Latin-1; most programs write UTF-8
                text = text.encode("latin-1").decode("utf-8")
            except UnicodeError:
                text = value
    else:
        raise ValueError(f"not text: {value!r}")
    text = text.split("\x00", 1)[0]
    text = "".join(c for c in text if (c.isprintable() or c in "\n\t") and not "\ud800" <= c <= "\udfff")
    return text.strip()[:longest] or None


def name(value: object) -> str | None:
    """Return a short text on one line: a maker, a lens."""
    text = words(value, LONGEST_NAME)
    return None if text is None else " ".join(text.split()) or None


def caption(value: object) -> str | None:
    """Return a text that a person wrote, or None for a camera's own words."""
    text = words(value)
    return None if text is None or _DEFAULT_CAPTIONS.match(text) else text


def decoded(data: bytes) -> str:
    """Return text that is UTF-8 or, failing that, Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def number(value: object) -> float:
    """Return a finite number from an EXIF rational, an XMP fraction `1/250`, or a plain one."""
    if isinstance(value, tuple | list):
        if len(value) != 1:
            raise ValueError(f"not one number: {value!r}"[:80])
        value = value[0]
    if isinstance(value, bytes):
        value = value.decode("ascii")
    result = float(Fraction(value.strip().replace(" ", ""))) if isinstance(value, str) else float(value)  # type: ignore[arg-type]
    if not math.isfinite(result):
        raise ValueError("not a finite number")
    return result


def between(low: float, high: float) -> Callable[[object], float | None]:
    """Return a parser for a number in [low, high]; 0 stands for `unknown` where `low` is above it."""

    def parse(value: object) -> float | None:
        result = number(value)
        if result == 0 < low:
            return None
        if not low <= result <= high:
            raise ValueError(f"{result:g} is out of range")
        return result

    return parse


def iso_speed(value: object) -> int | None:
    """Return an ISO speed; where there are several, the first."""
    if isinstance(value, tuple | list) and value:
        value = value[0]
    result = between(1, 20_000_000)(value)
    # 65535 is what a 16-bit field holds for any speed above it.
    return None if result is None or result == 65535 else round(result)


def stars_of_percent(value: object) -> int | None:
    """Return a rating of 0 to 5 from Microsoft's percent: 1, 25, 50, 75, 99."""
    percent = between(0, 100)(value)
    return None if percent is None else (0 if percent == 0 else min(5, 1 + round(percent / 25)))


def stars(value: object) -> int | None:
    """Return a rating of 0 to 5; `rejected` (-1) counts as none."""
    result = between(-1, 5)(value)
    return None if result is None or result < 0 else round(result)


def offset_minutes(value: object) -> int | None:
    """Return minutes east of UTC from `+02:00` or `Z`."""
    text = words(value)
    if text is None or text.strip(" :") == "":
        return None
    if text.upper() == "Z":
        return 0
    match = re.fullmatch(r"([+-])(\d{1,2}):?(\d{2})", text)
    if match is None:
        raise ValueError(f"not a time zone: {text!r}")
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes > 15 * 60:
        raise ValueError(f"not a time zone: {text!r}")
    return -minutes if match[1] == "-" else minutes


def moment(value: object) -> TakenAt | None:
    """Return a date with time and, if written, zone. EXIF's `2020:06:01 12:00:00` and ISO 8601 are both read.

    Fields that are blank or zero are not known: of `1968:00:00 00:00:00` only the year is. Of all blank, None.
    """
    text = words(value)
    if text is None or re.fullmatch(r"[0\s:/.T-]*Z?", text):
        return None
    part = _PART_OF_DATE.match(text)
    match = part or _DATE.match(text)
    if match is None or not EARLIEST_YEAR <= int(match[1]) <= LATEST_YEAR:
        raise ValueError(f"not a date: {text!r}")
    if part is not None or match[3] is None:
        precision = DatePrecision.MONTH if match[2] else DatePrecision.YEAR
        return TakenAt(datetime(int(match[1]), int(match[2] or 1), 1), precision=precision)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if hour is None:
        return TakenAt(datetime(int(year), int(month), int(day)), precision=DatePrecision.DAY)
    wall = datetime(
        int(year),
        int(month),
        int(day),
        int(hour),
        int(minute),
        min(59, int(second or 0)),
        int(f"{fraction or '0':0<6.6}"),
    )
    return TakenAt(wall, offset_minutes(zone) if zone else None)


def position(latitude: float, longitude: float, altitude: float | None) -> GeoPoint | None:
    """Return a position. (0, 0) is what devices write that have none: None."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"{latitude:g}, {longitude:g} is not on Earth")
    if latitude == 0 and longitude == 0:
        return None
    if altitude is not None and not -12_000 <= altitude <= 100_000:
        altitude = None
    return GeoPoint(latitude, longitude, altitude)
