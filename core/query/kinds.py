"""Kinds of photos in plain words: "videos of", "my favourites", "5 star photos", "taken with iPhone", "undated"."""

import re
from collections.abc import Callable, Iterator

from core.query import numbers
from core.query.filter_values import FORMATS
from core.values.filters import (
    CameraFilter,
    Filter,
    Flag,
    FlagFilter,
    FormatFilter,
    KindFilter,
    Measure,
    RangeFilter,
    TagFilter,
)
from core.values.photo import MediaKind

Match = re.Match[str]

PHOTOS = r"photo(?:graph)?s?|pictures?|pics?|images?|snaps?|snapshots?|shots"
UNTIL = (
    r"(?=\s+(?:on|in|at|with|near|from|by|under|over|behind|beside|and|but|or|nor|during|since|before|after|around"
    r"|without|no|not|last|this|every)\b|[,;.!?]|\s*$)"
)
"""Where what began with a preposition ends: at the next one, at a stop, at the end."""
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_COUNT = "[1-5]|" + "|".join(_COUNTS)
_ABOVE = r"\s+(?:or\s+more|or\s+better|and\s+up|and\s+above|\+)"
_VIDEOS = "videos|video clips|clips|movies|films"


def find(words: str) -> Iterator[tuple[int, int, Filter, bool]]:
    """Yield start, end, filter and whether it is sure, of all kinds named in `words`; they may overlap."""
    for pattern, make, sure in _RULES:
        for match in pattern.finditer(words):
            part = make(match)
            if part is not None:
                yield match.start(), match.end(), part, sure


def _stars(match: Match) -> Filter:
    low = float(_COUNTS.get(match[1].lower()) or int(match[1]))
    return RangeFilter(Measure.RATING, low, None if match[2] else low)


def _video(_match: Match) -> Filter:
    return KindFilter(MediaKind.VIDEO)


def _size(match: Match) -> Filter | None:
    value = numbers.number(match[2].replace(" ", ""), bytes_allowed=True)
    if value is None:
        return None
    smaller = match[1].lower() in {"smaller", "under"}
    return RangeFilter(Measure.FILE_SIZE, None if smaller else value, value if smaller else None)


def _format(match: Match) -> Filter | None:
    name = match[1].lower()
    if name == "raw":
        return KindFilter(MediaKind.RAW)
    return FormatFilter(FORMATS[name]) if name in FORMATS else None


def _flag(flag: Flag, *, negated: bool = False) -> Callable[[Match], Filter]:
    return lambda _: FlagFilter(flag, negated)


def _rule(
    pattern: str, make: Callable[[Match], Filter | None], *, sure: bool = True
) -> tuple[re.Pattern[str], Callable[[Match], Filter | None], bool]:
    return re.compile(rf"(?<![\w:./-])(?:{pattern})(?![\w:/-])", re.IGNORECASE), make, sure


_MANY = r"(?:(?:all|the|my|our|any|some)\s+)*"
_TAKEN = r"(?:taken|shot|made|filmed|recorded)\s+(?:with|on|by)\s+(?:(?:my|an?|the|our)\s+)?"
_NAME = r"([\w-]+(?:\s+[\w-]+){0,3}?)"
_ABOUT = r"(?:\s+(?:of|showing|with))?"
_WITHOUT = r"(?:without|no|with\s+no|missing)\s+(?:an?\s+|any\s+)?"
_ADDED = rf"(?:\s+(?:{PHOTOS}))?"
_RULES = (
    _rule(rf"^{_MANY}(?:{_VIDEOS}){_ABOUT}", _video),
    _rule(r"^(?:a\s+|the\s+|my\s+)?video\s+(?:of|showing)", _video),
    _rule(rf"^(?:a\s+)?video$|{_VIDEOS}", _video, sure=False),
    _rule(rf"my\s+favou?rites?{_ADDED}|favou?rites|favou?rite\s+(?:{PHOTOS}|{_VIDEOS})", _flag(Flag.FAVOURITE)),
    _rule(r"screen\s?shots?\s+of|screen\s?shots", _flag(Flag.SCREENSHOT)),
    _rule(r"screen\s?shot", _flag(Flag.SCREENSHOT), sure=False),
    _rule(r"panoramas?\s+of|panoramas|panoramic\s+(?:photos|pictures|shots)", _flag(Flag.PANORAMA)),
    _rule(rf"({_COUNT})[\s-]+stars?({_ABOVE})?\s+(?:{PHOTOS})", _stars),
    _rule(rf"^(?:with\s+)?({_COUNT})[\s-]+stars({_ABOVE})?$", _stars),
    _rule(rf"(?:rated|rating)\s+({_COUNT})(?:\s+stars?)?({_ABOVE})?", _stars),
    _rule(rf"({_COUNT})[\s-]+stars?({_ABOVE})?", _stars, sure=False),
    _rule(_TAKEN + _NAME + UNTIL, lambda m: CameraFilter(m[1])),
    _rule(rf"undated{_ADDED}|{_WITHOUT}date", _flag(Flag.DATE, negated=True)),
    _rule(rf"{_WITHOUT}(?:location|gps|position|place)", _flag(Flag.LOCATION, negated=True)),
    _rule(r"with\s+(?:an?\s+)?(?:location|gps|position)", _flag(Flag.LOCATION)),
    _rule(rf"untagged{_ADDED}|{_WITHOUT}(?:tags?|keywords?)", _flag(Flag.TAG, negated=True)),
    _rule(r"tagged\s+(?:as\s+|with\s+)?([^\W_][\w-]*)", lambda m: TagFilter(m[1])),
    _rule(r"(raw|[a-z0-9]{3,4})\s+(?:files|photos|pictures|images)", _format),
    _rule(r"(?:(larger|bigger|over|smaller|under)(?:\s+than)?)\s+(\d+(?:\.\d+)?\s?[kmg]b)", _size),
)  # fmt: skip
