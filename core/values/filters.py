"""Typed filters of a query: what a photo must satisfy, whatever its score."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.values.photo import ColourLabel, MediaKind


@dataclass(frozen=True, slots=True)
class DateFilter:
    """Taken in [first, last], both included; None is open. A photo without a date is in no span."""

    first: date | None = None
    last: date | None = None
    negated: bool = False


MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class YearlyFilter:
    """Taken between two days (month, day) of any year, both included; over new year when the first is the later."""

    first: MonthDay
    last: MonthDay
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AddedFilter:
    """Came into the library in [first, last], both included; None is open."""

    first: date | None = None
    last: date | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class FolderFilter:
    """A folder name or path on the way to the file, compared without case."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class NameFilter:
    """A file's name contains the text, or fits it as a whole where `*` or `?` stand in it; compared without case."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class CameraFilter:
    """Make or model contains the text."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class LensFilter:
    """Lens contains the text."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TagFilter:
    """Carries the tag (without case), or one below it in a hierarchy."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """Shows a person whose name contains the text."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ColourFilter:
    """Has the colour label."""

    colour: ColourLabel
    negated: bool = False


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """Town, region or country contains the text."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class NearFilter:
    """Within `radius_km` of a position (degrees)."""

    latitude: float
    longitude: float
    radius_km: float
    negated: bool = False


@dataclass(frozen=True, slots=True)
class NearPlaceFilter:
    """Within `radius_km` of a town or region that has this name; where it lies is looked up when searching."""

    place: str
    radius_km: float
    negated: bool = False


class Measure(StrEnum):
    """A number that a photo has."""

    ISO = "iso"
    RATING = "rating"
    FILE_SIZE = "size"
    ASPECT_RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class RangeFilter:
    """A number in [low, high]; None is open. File size in bytes, aspect ratio as width over height."""

    measure: Measure
    low: float | None = None
    high: float | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class KindFilter:
    """Of this kind of medium."""

    kind: MediaKind
    negated: bool = False


@dataclass(frozen=True, slots=True)
class FormatFilter:
    """Of this file format, as Pillow names it: JPEG, PNG, HEIF..."""

    format: str
    negated: bool = False


class Flag(StrEnum):
    """A yes-or-no property, written `is:` or `has:`."""

    FAVOURITE = "favourite"
    SCREENSHOT = "screenshot"
    PANORAMA = "panorama"
    DATE = "date"
    TAG = "tag"
    PEOPLE = "people"
    LOCATION = "location"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Has the property."""

    flag: Flag
    negated: bool = False


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """Several filters as one: any of them is enough, or all are needed."""

    parts: "tuple[Filter, ...]"
    any_of: bool
    negated: bool = False


Filter = (
    DateFilter
    | YearlyFilter
    | AddedFilter
    | FolderFilter
    | NameFilter
    | CameraFilter
    | LensFilter
    | TagFilter
    | PersonFilter
    | ColourFilter
    | PlaceFilter
    | NearFilter
    | NearPlaceFilter
    | RangeFilter
    | KindFilter
    | FormatFilter
    | FlagFilter
    | FilterGroup
)
