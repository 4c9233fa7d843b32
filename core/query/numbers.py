"""Numbers and spans of numbers as they are typed in filters: `800`, `100..400`, `>=4`, `2MB..`, `16:9`, `4+`."""

import math
import re

Span = tuple[float | None, float | None]

_NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([kmg]?b)?", re.IGNORECASE)
_RATIO = re.compile(r"(\d+(?:\.\d+)?)\s*[:/x]\s*(\d+(?:\.\d+)?)", re.IGNORECASE)
_UNITS = {"b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3}


def number(text: str, *, bytes_allowed: bool = False) -> float | None:
    """Return a number that is not negative; with `bytes_allowed` also with KB, MB or GB."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or (match[2] and not bytes_allowed):
        return None
    value = float(match[1]) * _UNITS[(match[2] or "b").lower()]
    return value if math.isfinite(value) else None


def ratio(text: str) -> float | None:
    """Return width over height from `16:9`, `3/2` or `1.5`."""
    match = _RATIO.fullmatch(text.strip())
    if match is None:
        return number(text)
    return float(match[1]) / float(match[2]) if float(match[2]) else None


def span(text: str, *, whole: bool = False, bytes_allowed: bool = False) -> Span | None:
    """Return [low, high] from what is typed; None when it is not understood. `whole`: of whole numbers."""
    text = text.strip()

    def read(part: str) -> float | None:
        return number(part, bytes_allowed=bytes_allowed)

    if ".." in text:
        left, right = (part.strip() for part in text.split("..", 1))
        low, high = read(left), read(right)
        if (left and low is None) or (right and high is None):
            return None
        return None if low is not None and high is not None and low > high else (low, high)
    if text.endswith("+"):
        low = read(text[:-1])
        return None if low is None else (low, None)
    for sign in (">=", "<=", ">", "<"):
        if not text.startswith(sign):
            continue
        value = read(text[len(sign) :])
        if value is None:
            return None
        if sign == ">":
            value = math.floor(value) + 1 if whole else math.nextafter(value, math.inf)
        elif sign == "<":
            value = math.ceil(value) - 1 if whole else math.nextafter(value, -math.inf)
        return (value, None) if sign[0] == ">" else (None, value)
    value = read(text)
    return None if value is None else (value, value)


def write(value: float, *, in_bytes: bool = False) -> str:
    """Write a number so that `number` reads it back."""
    if in_bytes and value:
        for unit, size in (("GB", 1000**3), ("MB", 1000**2), ("KB", 1000)):
            if value % size == 0 and value < 2**53:
                return f"{value / size:.0f}{unit}"
    return str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))


def write_span(low: float | None, high: float | None, *, in_bytes: bool = False) -> str:
    """Write a span so that `span` reads it back."""
    left = "" if low is None else write(low, in_bytes=in_bytes)
    right = "" if high is None else write(high, in_bytes=in_bytes)
    return f"{left}..{right}"
