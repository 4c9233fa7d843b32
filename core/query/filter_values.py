"""Reads the value after a filter's key, and writes a filter so that it is read back. `keys` says which key is which."""

import math
import re
from collections.abc import Callable
from dataclasses import replace

from core.query import dates, numbers
from core.query.context import Context
from core.query.tokens import quoted
from core.values.filters import (
    AddedFilter,
    CameraFilter,
    ColourFilter,
    DateFilter,
    Filter,
    FilterGroup,
    Flag,
    FlagFilter,
    FolderFilter,
    FormatFilter,
    KindFilter,
    LensFilter,
    Measure,
    NameFilter,
    NearFilter,
    NearPlaceFilter,
    PersonFilter,
    PlaceFilter,
    RangeFilter,
    TagFilter,
    YearlyFilter,
)
from core.values.photo import ColourLabel, MediaKind

DEFAULT_RADIUS_KM = 25.0
_LARGEST_RADIUS_KM = 20040.0
_RATIO_TOLERANCE = 0.02
_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_POSITION = re.compile(rf"({_NUMBER})\s*,\s*({_NUMBER})(?:\s*,\s*({_NUMBER})\s*(?:km)?)?", re.IGNORECASE)
_RADIUS = re.compile(rf"(.+?)\s*,\s*({_NUMBER})\s*km", re.IGNORECASE | re.DOTALL)

FORMATS = {
    name.lower(): name
    for name in (
        *("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF", "JXL", "MPO"),
        *("DNG", "CR2", "CR3", "NEF", "ARW", "RAF", "ORF", "RW2", "PEF", "SRW"),
        *("MP4", "MOV", "MKV", "AVI", "WEBM", "M4V", "3GP"),
    )
} | {"jpg": "JPEG", "heic": "HEIF", "tif": "TIFF"}
_KINDS = {"image": MediaKind.IMAGE, "photo": MediaKind.IMAGE, "raw": MediaKind.RAW, "video": MediaKind.VIDEO}
_IS = {"favourite": Flag.FAVOURITE, "favorite": Flag.FAVOURITE} | {
    flag.value: flag for flag in (Flag.SCREENSHOT, Flag.PANORAMA)
}
_HAS = {"gps": Flag.LOCATION, "person": Flag.PEOPLE, "tags": Flag.TAG} | {
    flag.value: flag for flag in (Flag.DATE, Flag.LOCATION, Flag.TAG, Flag.TEXT, Flag.PEOPLE)
}
_UNDATED = "undated"
_SHAPES = {"square": (0.95, 1.05), "portrait": (None, 0.95), "landscape": (1.05, None)}
_MEASURES = {
    Measure.ISO: (True, False),
    Measure.RATING: (True, False),
    Measure.FILE_SIZE: (True, True),
    Measure.ASPECT_RATIO: (False, False),
}


def read_text(make: Callable[[str, bool], Filter], value: str, negated: bool, _context: Context) -> Filter | None:
    """Read a value that is taken as it is."""
    return make(value, negated) if value.strip() else None


def read_date(value: str, negated: bool, context: Context) -> Filter | None:
    """Read a day, a span of days, or days of every year."""
    if not value.strip():
        return None
    span = dates.span(value, context)
    if span is not None:
        return DateFilter(*span, negated)
    yearly = dates.yearly(value)
    return None if yearly is None else YearlyFilter(*yearly, negated)


def read_added(value: str, negated: bool, context: Context) -> Filter | None:
    """Read a day or a span of days."""
    span = dates.span(value, context) if value.strip() else None
    return None if span is None else AddedFilter(*span, negated)


def read_colour(value: str, negated: bool, _context: Context) -> Filter | None:
    """Read the colour of a label."""
    name = value.strip().lower().replace("gray", "grey")
    return ColourFilter(ColourLabel(name), negated) if name in set(ColourLabel) else None


def read_before(value: str, negated: bool, context: Context) -> Filter | None:
    """Read the day, month or year that comes next."""
    found = dates.one(value, context)
    return None if found is None else DateFilter(None, dates.day_before(found[0]), negated)


def read_after(value: str, negated: bool, context: Context) -> Filter | None:
    """Read the day, month or year that came last."""
    found = dates.one(value, context)
    return None if found is None else DateFilter(dates.next_day(found[1]), None, negated)


def read_measure(measure: Measure, value: str, negated: bool, _context: Context) -> Filter | None:
    """Read a number or a range."""
    whole, in_bytes = _MEASURES[measure]
    span = numbers.span(value, whole=whole, bytes_allowed=in_bytes) if value.strip() else None
    return None if span is None else RangeFilter(measure, *span, negated)


def read_ratio(value: str, negated: bool, context: Context) -> Filter | None:
    """Read an aspect ratio, a range of them, or the name of a shape."""
    if value.lower() in _SHAPES:
        return RangeFilter(Measure.ASPECT_RATIO, *_SHAPES[value.lower()], negated)
    about = numbers.ratio(value)
    if about is None:
        return read_measure(Measure.ASPECT_RATIO, value, negated, context)
    low, high = about * (1 - _RATIO_TOLERANCE), about * (1 + _RATIO_TOLERANCE)
    return RangeFilter(Measure.ASPECT_RATIO, low, high, negated)


def read_near(value: str, negated: bool, _context: Context) -> Filter | None:
    """Read a position or the name of a place, and a radius."""
    value = value.strip()
    position = _POSITION.fullmatch(value)
    if position is not None:
        latitude, longitude = float(position[1]), float(position[2])
        radius = DEFAULT_RADIUS_KM if position[3] is None else float(position[3])
        fits = abs(latitude) <= 90 and abs(longitude) <= 180 and 0 < radius <= _LARGEST_RADIUS_KM
        return NearFilter(latitude, longitude, radius, negated) if fits else None
    with_radius = _RADIUS.fullmatch(value)
    place = value if with_radius is None else with_radius[1]
    radius = DEFAULT_RADIUS_KM if with_radius is None else float(with_radius[2])
    fits = bool(place) and math.isfinite(radius) and 0 < radius <= _LARGEST_RADIUS_KM
    return NearPlaceFilter(place, radius, negated) if fits else None


def read_type(value: str, negated: bool, _context: Context) -> Filter | None:
    """Read a kind of medium or a file format."""
    name = value.lower()
    if name in _KINDS:
        return KindFilter(_KINDS[name], negated)
    return FormatFilter(FORMATS[name], negated) if name in FORMATS else None


def read_is(value: str, negated: bool, _context: Context) -> Filter | None:
    """Read what a photo is."""
    name = value.lower()
    if name in _KINDS:
        return KindFilter(_KINDS[name], negated)
    if name == _UNDATED:
        return FlagFilter(Flag.DATE, not negated)
    return FlagFilter(_IS[name], negated) if name in _IS else None


def read_has(value: str, negated: bool, _context: Context) -> Filter | None:
    """Read what a photo has."""
    flag = _HAS.get(value.lower())
    return None if flag is None else FlagFilter(flag, negated)


def write(part: Filter) -> str:
    """Write a filter as it is typed."""
    if part == FlagFilter(Flag.DATE, negated=True):
        return f"is:{_UNDATED}"
    return ("-" if part.negated else "") + _written(part)


def group(parts: "tuple[Filter, ...]", *, any_of: bool, negated: bool = False) -> Filter:
    """Return several filters as one, in the form that `write` gives back: none of one part, none within its like."""
    flat: list[Filter] = []
    for part in parts:
        alike = isinstance(part, FilterGroup) and part.any_of == any_of and not part.negated
        flat.extend(part.parts if isinstance(part, FilterGroup) and alike else (part,))
    if len(flat) == 1:
        return turned(flat[0]) if negated else flat[0]
    return FilterGroup(tuple(flat), any_of, negated)


def turned(part: Filter) -> Filter:
    """Return the filter that takes what this one leaves."""
    return replace(part, negated=not part.negated)


def _written(part: Filter) -> str:  # noqa: PLR0911, PLR0912
    match part:
        case DateFilter():
            return f"date:{dates.write(part.first, part.last)}"
        case AddedFilter():
            return f"added:{dates.write(part.first, part.last)}"
        case PersonFilter():
            return f"person:{quoted(part.text)}"
        case ColourFilter():
            return f"label:{part.colour}"
        case YearlyFilter():
            return f"date:{dates.write_yearly(part.first, part.last)}"
        case NameFilter():
            return f"name:{quoted(part.text)}"
        case FilterGroup():
            return "(" + (" OR " if part.any_of else " ").join(write(one) for one in part.parts) + ")"
        case FolderFilter():
            return f"folder:{quoted(part.text)}"
        case CameraFilter():
            return f"camera:{quoted(part.text)}"
        case LensFilter():
            return f"lens:{quoted(part.text)}"
        case TagFilter():
            return f"tag:{quoted(part.text)}"
        case PlaceFilter():
            return f"place:{quoted(part.text)}"
        case NearFilter():
            numbers_ = (repr(part.latitude), repr(part.longitude), f"{numbers.write(part.radius_km)}km")
            return f"near:{','.join(numbers_)}"
        case NearPlaceFilter():
            radius = "" if part.radius_km == DEFAULT_RADIUS_KM else f",{numbers.write(part.radius_km)}km"
            return f"near:{quoted(part.place + radius)}"
        case RangeFilter():
            return _written_range(part)
        case KindFilter():
            return f"type:{part.kind}"
        case FormatFilter():
            return f"type:{part.format.lower()}"
        case FlagFilter():
            return f"{'has' if part.flag in _HAS.values() else 'is'}:{part.flag}"


def _written_range(part: RangeFilter) -> str:
    in_bytes = _MEASURES[part.measure][1]
    if part.measure is Measure.ASPECT_RATIO:
        for shape, span in _SHAPES.items():
            if span == (part.low, part.high):
                return f"ratio:{shape}"
    elif part.low is not None and part.low == part.high:
        return f"{part.measure}:{numbers.write(part.low, in_bytes=in_bytes)}"
    return f"{part.measure}:{numbers.write_span(part.low, part.high, in_bytes=in_bytes)}"
