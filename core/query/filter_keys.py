"""The filters of the query language: each key, what it expects, how it is read and how it is written."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from core.query import dates, numbers
from core.query.tokens import quoted
from core.values.filters import (
    CameraFilter,
    DateFilter,
    Filter,
    Flag,
    FlagFilter,
    FolderFilter,
    FormatFilter,
    KindFilter,
    LensFilter,
    Measure,
    NearFilter,
    NearPlaceFilter,
    PlaceFilter,
    RangeFilter,
    TagFilter,
)
from core.values.photo import MediaKind

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
_HAS = {"location": Flag.LOCATION, "gps": Flag.LOCATION, "text": Flag.TEXT}
_SHAPES = {"square": (0.95, 1.05), "portrait": (None, 0.95), "landscape": (1.05, None)}
_MEASURES = {
    Measure.ISO: (True, False),
    Measure.RATING: (True, False),
    Measure.FILE_SIZE: (True, True),
    Measure.ASPECT_RATIO: (False, False),
}


@dataclass(frozen=True, slots=True)
class FilterKey:
    """One key.

    Attributes:
        expected: completes "`key:` expects ...".
        values: what can be completed after the colon, when that is a closed list.
        read: makes the filter of (value, negated, today), or None when the value is not understood.
    """

    name: str
    expected: str
    read: Callable[[str, bool, date], Filter | None]
    values: tuple[str, ...] = ()


def _text(make: Callable[[str, bool], Filter], value: str, negated: bool, _today: date) -> Filter | None:
    return make(value, negated) if value.strip() else None


def _date(value: str, negated: bool, today: date) -> Filter | None:
    span = dates.span(value, today) if value.strip() else None
    return None if span is None else DateFilter(*span, negated)


def _before(value: str, negated: bool, today: date) -> Filter | None:
    found = dates.one(value, today)
    return None if found is None else DateFilter(None, dates.day_before(found[0]), negated)


def _after(value: str, negated: bool, today: date) -> Filter | None:
    found = dates.one(value, today)
    return None if found is None else DateFilter(dates.next_day(found[1]), None, negated)


def _measure(measure: Measure, value: str, negated: bool, _today: date) -> Filter | None:
    whole, in_bytes = _MEASURES[measure]
    span = numbers.span(value, whole=whole, bytes_allowed=in_bytes) if value.strip() else None
    return None if span is None else RangeFilter(measure, *span, negated)


def _ratio(value: str, negated: bool, today: date) -> Filter | None:
    if value.lower() in _SHAPES:
        return RangeFilter(Measure.ASPECT_RATIO, *_SHAPES[value.lower()], negated)
    about = numbers.ratio(value)
    if about is None:
        return _measure(Measure.ASPECT_RATIO, value, negated, today)
    low, high = about * (1 - _RATIO_TOLERANCE), about * (1 + _RATIO_TOLERANCE)
    return RangeFilter(Measure.ASPECT_RATIO, low, high, negated)


def _near(value: str, negated: bool, _today: date) -> Filter | None:
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


def _type(value: str, negated: bool, _today: date) -> Filter | None:
    name = value.lower()
    if name in _KINDS:
        return KindFilter(_KINDS[name], negated)
    return FormatFilter(FORMATS[name], negated) if name in FORMATS else None


def _is(value: str, negated: bool, _today: date) -> Filter | None:
    name = value.lower()
    if name in _KINDS:
        return KindFilter(_KINDS[name], negated)
    return FlagFilter(_IS[name], negated) if name in _IS else None


def _has(value: str, negated: bool, _today: date) -> Filter | None:
    flag = _HAS.get(value.lower())
    return None if flag is None else FlagFilter(flag, negated)


_A_DATE = "a year, month or day such as 2019, 2019-07 or 2019-07-04"
_A_RANGE = "a number or a range such as"

KEYS: dict[str, FilterKey] = {
    key.name: key
    for key in (
        FilterKey("date", f"{_A_DATE}, or a range such as 2018..2019-03", _date, ("today", "yesterday")),
        FilterKey("before", _A_DATE, _before),
        FilterKey("after", _A_DATE, _after),
        FilterKey("folder", "a folder name or path", partial(_text, FolderFilter)),
        FilterKey("camera", "a maker or model", partial(_text, CameraFilter)),
        FilterKey("lens", "the name of a lens", partial(_text, LensFilter)),
        FilterKey("tag", "a tag", partial(_text, TagFilter)),
        FilterKey("place", "a town, region or country", partial(_text, PlaceFilter)),
        FilterKey("near", "a place, or latitude,longitude, and a radius if wanted, such as 38.7,-9.1,5km", _near),
        FilterKey("iso", f"{_A_RANGE} 800, 100..400 or >=1600", partial(_measure, Measure.ISO)),
        FilterKey("rating", f"{_A_RANGE} 5, 3..4 or >=4", partial(_measure, Measure.RATING)),
        FilterKey("size", "a file size or a range such as >5MB or 1MB..2MB", partial(_measure, Measure.FILE_SIZE)),
        FilterKey(
            "ratio", "16:9, 1.5, 1.2..1.8, square, portrait or landscape", _ratio, ("square", "portrait", "landscape")
        ),
        FilterKey(
            "type", "image, raw, video, or a format such as jpeg", _type, (*dict.fromkeys(_KINDS), *sorted(FORMATS))
        ),
        FilterKey(
            "is",
            "favourite, video, raw, image, screenshot or panorama",
            _is,
            ("favourite", "video", "raw", "image", "screenshot", "panorama"),
        ),
        FilterKey("has", "location or text", _has, ("location", "text")),
    )
}


def write(part: Filter) -> str:
    """Write a filter as it is typed."""
    return ("-" if part.negated else "") + _written(part)


def _written(part: Filter) -> str:  # noqa: PLR0911
    match part:
        case DateFilter():
            return f"date:{dates.write(part.first, part.last)}"
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
