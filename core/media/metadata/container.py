"""Reads what the containers of videos say: date, place, camera, words. The keys are FFmpeg's."""

import re
from collections.abc import Mapping

from core.media.metadata import values
from core.values.photo import GeoPoint, Metadata, TakenAt

_APPLE = "com.apple.quicktime."
_ISO_6709 = re.compile(r"^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")
# The start of QuickTime's and of Unix' clock: what devices write that do not know the time.
_CLOCK_STARTS = {1904, 1970}


def read_container(metadata: Mapping[str, str]) -> Metadata:
    """Return what the key-value pairs of a container say."""
    notes = values.Notes("container")
    facts = {key.lower(): value for key, value in metadata.items()}

    def first(*names: str) -> str | None:
        return next((facts[name] for name in names if facts.get(name)), None)

    taken_at = None
    for name in (_APPLE + "creationdate", "creationdate", "date_time_original", "creation_time", "date"):
        taken_at = taken_at or notes.take(name, first(name), _moment)
    return Metadata(
        taken_at=taken_at,
        camera_make=notes.take("make", first(_APPLE + "make", "make", "com.android.manufacturer"), values.name),
        camera_model=notes.take("model", first(_APPLE + "model", "model", "com.android.model"), values.name),
        position=notes.take(
            "location", first(_APPLE + "location.iso6709", "location", "location-eng", "xyz"), _position
        ),
        title=notes.take("title", first(_APPLE + "title", "title"), values.caption),
        caption=notes.take("description", first(_APPLE + "description", "description", "comment"), values.caption),
        keywords=tuple(
            word.strip() for word in (first(_APPLE + "keywords", "keywords") or "").split(",") if word.strip()
        ),
        notes=tuple(notes.lines),
    )


def _moment(value: object) -> TakenAt | None:
    moment = values.moment(value)
    return None if moment is None or moment.wall.year in _CLOCK_STARTS else moment


def _position(value: object) -> GeoPoint | None:
    match = _ISO_6709.match(str(value).strip())
    if match is None:
        raise ValueError(f"not a position: {value!r}")
    return values.position(float(match[1]), float(match[2]), float(match[3]) if match[3] else None)
