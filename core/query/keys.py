"""Every key of the query language, in one table: parser, completion, help and `docs/searching.md` go by it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial

from core.query import filter_values as values
from core.query.context import Context
from core.query.dates import MONTHS
from core.query.spec import QuerySpec
from core.values.filters import (
    CameraFilter,
    Filter,
    FolderFilter,
    LensFilter,
    Measure,
    NameFilter,
    PersonFilter,
    PlaceFilter,
    TagFilter,
)
from core.values.photo import ColourLabel
from core.values.query import Order

ReadFilter = Callable[[str, bool, Context], Filter | None]
ReadSetting = Callable[[QuerySpec, str], QuerySpec | None]


@dataclass(frozen=True, slots=True)
class Key:
    """One key. With neither `filter` nor `setting` it takes an example picture.

    Attributes:
        expected: completes "`key:` expects ...".
        values: what can be completed after the colon, when that is a closed list.
        filter: makes the filter of (value, negated, context), or None when the value is not understood.
        setting: puts the value into a spec, or returns None when it is not understood.
        others: names that other programs have for it; they are understood, and the right one is told.
    """

    name: str
    expected: str
    filter: ReadFilter | None = None
    setting: ReadSetting | None = None
    values: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def _sort(spec: QuerySpec, value: str) -> QuerySpec | None:
    return replace(spec, order=Order(value)) if value in set(Order) else None


def _strictness(spec: QuerySpec, value: str) -> QuerySpec | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return replace(spec, strictness=number) if 0 <= number <= 1 else None


def _fold(spec: QuerySpec, value: str) -> QuerySpec | None:
    return replace(spec, fold=value == "yes") if value in {"yes", "no"} else None


_A_DATE = "a year, month or day such as 2019, 2019-07 or 2019-07-04"
_A_RANGE = "a number or a range such as"
_A_PHOTO = "a photo by its number, such as #12"
_YEARLY = ("today", "yesterday", *MONTHS, "spring", "summer", "autumn", "winter")
_IS = ("favourite", "video", "raw", "image", "screenshot", "panorama", "undated")
_HAS = ("date", "location", "tag", "text", "people")

KEYS: dict[str, Key] = {
    key.name: key
    for key in (
        Key(
            "date",
            f"{_A_DATE}, a range such as 2018..2019-03, or days of every year such as december or 12-25",
            values.read_date,
            values=_YEARLY,
            others=("year", "month", "day", "when", "taken"),
        ),
        Key("before", _A_DATE, values.read_before, others=("until",)),
        Key("after", _A_DATE, values.read_after, others=("since",)),
        Key("added", f"{_A_DATE}, or a range such as 2024-03..", values.read_added, values=("today", "yesterday"),
            others=("imported",)),
        Key("name", "a file's name, or part of it; * stands for anything", partial(values.read_text, NameFilter),
            others=("file", "filename")),
        Key("folder", "a folder name or path", partial(values.read_text, FolderFilter),
            others=("album", "path", "dir", "directory")),
        Key("camera", "a maker or model", partial(values.read_text, CameraFilter), others=("make", "model", "device")),
        Key("lens", "the name of a lens", partial(values.read_text, LensFilter)),
        Key("tag", "a tag", partial(values.read_text, TagFilter),
            others=("tags", "keyword", "keywords")),
        Key("person", "the name of a person", partial(values.read_text, PersonFilter),
            others=("people", "who", "face")),
        Key("label", "the colour of a label: " + ", ".join(ColourLabel), values.read_colour, values=tuple(ColourLabel),
            others=("colour", "color")),
        Key("place", "a town, region or country", partial(values.read_text, PlaceFilter),
            others=("city", "town", "country", "location", "where")),
        Key("near", "a place, or latitude,longitude, and a radius if wanted, such as 38.7,-9.1,5km", values.read_near),
        Key("iso", f"{_A_RANGE} 800, 100..400 or >=1600", partial(values.read_measure, Measure.ISO)),
        Key("rating", f"{_A_RANGE} 5, 3..4 or >=4", partial(values.read_measure, Measure.RATING),
            others=("stars", "star", "rated")),
        Key("size", "a file size or a range such as >5MB or 1MB..2MB", partial(values.read_measure, Measure.FILE_SIZE),
            others=("filesize",)),
        Key("ratio", "16:9, 1.5, 1.2..1.8, square, portrait or landscape", values.read_ratio,
            values=("square", "portrait", "landscape"), others=("aspect",)),
        Key("type", "image, raw, video, or a format such as jpeg", values.read_type,
            values=("image", "photo", "raw", "video", *sorted(values.FORMATS)), others=("kind", "format", "ext")),
        Key("is", ", ".join(_IS[:-1]) + f" or {_IS[-1]}", values.read_is, values=_IS),
        Key("has", ", ".join(_HAS[:-1]) + f" or {_HAS[-1]}", values.read_has, values=_HAS),
        Key("similar", "the path of a picture", others=("like",)),
        Key("more", _A_PHOTO),
        Key("less", _A_PHOTO),
        Key("sort", ", ".join(Order), setting=_sort, values=("newest", "oldest", "relevance"), others=("order",)),
        Key("strictness", "a number from 0 to 1", setting=_strictness),
        Key("fold", "yes or no", setting=_fold, values=("yes", "no")),
    )
}  # fmt: skip
OTHERS = {other: key.name for key in KEYS.values() for other in key.others}


def nearest(name: str) -> str | None:
    """Return the key that a mistyped one means."""
    return next(iter(get_close_matches(name, KEYS, 1, 0.8)), None)


def help_lines() -> tuple[str, ...]:
    """Return a line a key: what it is called, and what it expects."""
    return tuple(f"{key.name + ':':12}{key.expected}" for key in KEYS.values())
