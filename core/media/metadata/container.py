"""Reads what the containers of videos say: date, place, camera, words. The keys are FFmpeg's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.media.metadata import values
from core.media.metadata.dates import DateKind, Dates, dated
from core.values.photo import DatePrecision, GeoPoint, Metadata, TakenAt

_APPLE = "com.apple.quicktime."
_ISO_6709 = re.compile(r"^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")
# The start of QuickTime's and of Unix' clock: what devices write that do not know the time.
_CLOCK_STARTS = {1904, 1970}
# These cameras know no zones and put their local time where the container wants UTC: by the brand of the container,
# by the name of the track's handler, or by their maker.
_LOCAL_BRANDS = ("caep", "pana", "niko", "olym", "mqt")
_LOCAL_HANDLERS = ("gopro", "dji", "\x10dji", "ambarella", "hero")
_LOCAL_MAKERS = ("canon", "nikon", "panasonic", "olympus", "om digital", "fujifilm", "pentax", "ricoh", "gopro", "dji")


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """What a container gave."""

    metadata: Metadata
    dates: Dates = ()


def read_container(metadata: Mapping[str, str]) -> ContainerFacts:
    """Return what the key-value pairs of a container say."""
    notes = values.Notes("container")
    facts = {key.lower(): value for key, value in metadata.items()}

    def first(*names: str) -> str | None:
        return next((facts[name] for name in names if facts.get(name)), None)

    maker = notes.take(
        "make",
        first(_APPLE + "make", "make", "com.android.manufacturer", "com.samsung.android.manufacturer"),
        values.name,
    )
    position = first(_APPLE + "location.iso6709", "location", "location-eng", "xyz", "com.gopro.location")
    found = Metadata(
        camera_make=maker,
        camera_model=notes.take("model", first(_APPLE + "model", "model", "com.android.model"), values.name),
        position=notes.take("location", position, _position),
        rating=notes.take("rating", first(_APPLE + "rating.user"), values.stars),
        title=notes.take("title", first(_APPLE + "title", "title"), values.caption),
        caption=notes.take("description", first(_APPLE + "description", "description", "comment"), values.caption),
        keywords=tuple(
            word.strip() for word in (first(_APPLE + "keywords", "keywords") or "").split(",") if word.strip()
        ),
        creator=notes.take("artist", first(_APPLE + "author", "artist", "author"), values.name),
        content_identifier=notes.take("identifier", first(_APPLE + "content.identifier"), values.name),
        notes=tuple(notes.lines),
    )
    return ContainerFacts(found, _dates(facts, _writes_local_time(facts, maker or ""), notes))


def _dates(facts: Mapping[str, str], writes_local_time: bool, notes: values.Notes) -> Dates:
    """Return the dates, those with a zone first: they were told by a clock that knew where it was."""
    zoned: Dates = ()
    others: Dates = ()
    for name in (
        _APPLE + "creationdate",
        "creationdate",
        "date_time_original",
        "creation_time",
        "date",
        "creation_date",
    ):
        moment = notes.take(name, facts.get(name) or None, _moment)
        if moment is None:
            continue
        # Only this field is UTC by the standard; others have a zone if they know one.
        is_utc = name == "creation_time" or (moment.offset_minutes == 0 and facts[name].rstrip().endswith("Z"))
        if is_utc and writes_local_time:
            others += dated(TakenAt(moment.wall), DateKind.TAKEN)
        elif is_utc:
            others += dated(TakenAt(moment.wall, 0), DateKind.TAKEN, is_instant=True)
        elif moment.offset_minutes is not None and moment.precision is DatePrecision.SECOND:
            zoned += dated(moment, DateKind.TAKEN)
        else:
            others += dated(moment, DateKind.TAKEN)
    return zoned + others


def _writes_local_time(facts: Mapping[str, str], maker: str) -> bool:
    brands = f"{facts.get('major_brand', '')} {facts.get('compatible_brands', '')}".lower()
    return (
        any(brand in brands for brand in _LOCAL_BRANDS)
        or facts.get("handler_name", "").strip().lower().startswith(_LOCAL_HANDLERS)
        or maker.lower().startswith(_LOCAL_MAKERS)
    )


def _moment(value: object) -> TakenAt | None:
    moment = values.moment(value)
    return None if moment is None or moment.wall.year in _CLOCK_STARTS else moment


def _position(value: object) -> GeoPoint | None:
    match = _ISO_6709.match(str(value).strip())
    if match is None:
        raise ValueError(f"not a position: {value!r}")
    return values.position(float(match[1]), float(match[2]), float(match[3]) if match[3] else None)
