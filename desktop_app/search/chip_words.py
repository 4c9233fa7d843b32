"""Filters in plain words, as chips say them, and what a chip may be changed to. No widgets."""

from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale

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
from core.values.query import Term

RADII_KM = (5, 10, 25, 50, 100)
MOST_STARS = 5


def words(part: Term | Filter, typed: str) -> str:
    """Return what a chip says of a part; `typed`, where there are no better words for it."""
    said = _said(part)
    if said is None:
        return typed
    return _tr("not %1").replace("%1", said) if getattr(part, "negated", False) else said


def choices(part: Term | Filter) -> tuple[tuple[str, Filter], ...]:
    """Return what a part may be changed to: each with its words."""
    if isinstance(part, NearPlaceFilter | NearFilter):
        changed = [replace(part, radius_km=float(km)) for km in RADII_KM]
        return tuple(
            (_tr("within %1 km").replace("%1", str(km)), one) for km, one in zip(RADII_KM, changed, strict=True)
        )
    if isinstance(part, RangeFilter) and part.measure is Measure.RATING:
        return tuple((_stars(stars), replace(part, low=stars, high=None)) for stars in range(1, MOST_STARS + 1))
    if isinstance(part, KindFilter):
        return tuple((_kind(kind), replace(part, kind=kind)) for kind in MediaKind)
    return ()


def _said(part: Term | Filter) -> str | None:  # noqa: PLR0911
    match part:
        case DateFilter(first, last):
            return _dates(first, last)
        case NearPlaceFilter(place, radius):
            return _tr("near %1, %2 km").replace("%1", place).replace("%2", _number(radius))
        case NearFilter(latitude, longitude, radius):
            return (
                _tr("near %1, %2 km").replace("%1", f"{latitude:.2f}, {longitude:.2f}").replace("%2", _number(radius))
            )
        case FolderFilter(text):
            return _tr("in %1").replace("%1", text)
        case TagFilter(text):
            return _tr("tagged %1").replace("%1", text)
        case CameraFilter(text) | LensFilter(text) | PlaceFilter(text) | FormatFilter(text):
            return text
        case KindFilter(kind):
            return _kind(kind)
        case FlagFilter(flag):
            return _tr(_FLAGS[flag.value]) if flag.value in _FLAGS else None
        case RangeFilter(Measure.RATING, low, None) if low is not None:
            return _stars(low)
    return None


_FLAGS = {
    Flag.FAVOURITE.value: "Favourites",
    Flag.SCREENSHOT.value: "Screenshots",
    Flag.LOCATION.value: "with a place",
    Flag.TEXT.value: "with text",
}


def _kind(kind: MediaKind) -> str:
    return {MediaKind.IMAGE: _tr("Photos"), MediaKind.VIDEO: _tr("Videos")}.get(kind, str(kind))


def _stars(stars: float) -> str:
    if stars >= MOST_STARS:
        return _tr("5 stars")
    return _tr("1 star and up") if stars == 1 else _tr("%1 stars and up").replace("%1", _number(stars))


def _dates(first: date | None, last: date | None) -> str | None:
    if first is None:
        return None if last is None else _tr("before %1").replace("%1", _day(last + timedelta(days=1)))
    if last is None:
        return _tr("since %1").replace("%1", _day(first))
    whole_years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    whole_months = first.day == 1 and (last + timedelta(days=1)).day == 1
    if whole_years:
        text = str(first.year) if first.year == last.year else f"{first.year}\N{EN DASH}{last.year}"
    elif whole_months and (first.year, first.month) == (last.year, last.month):
        text = QLocale().toString(QDate(first.year, first.month, 1), "MMMM yyyy")
    elif first == last:
        text = _day(first)
    else:
        text = _tr("%1 to %2").replace("%1", _day(first)).replace("%2", _day(last))
    return text


def _day(day: date) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMMM yyyy")


def _number(value: float) -> str:
    return f"{value:g}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("ChipWords", text)
