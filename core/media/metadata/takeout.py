"""Reads the JSON that Google Takeout puts beside each photo, and finds which belongs to which.

Pure: names in, names out; bytes in, facts out. Google cuts names of more than 46 characters (without `.json`), and
moves the number of a copy: `holiday(1).jpg` goes with `holiday.jpg(1).json`.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.media.metadata import tags, values
from core.media.metadata.dates import DateKind, Dates, dated
from core.values.photo import GeoPoint, Metadata, TakenAt

SUFFIX = ".json"
LARGEST_BYTES = 1024 * 1024
_LONGEST_STEM = 46
_SHORTEST_CUT = 40
"""A name this long or longer may have been cut."""
_KIND = ".supplemental-metadata"
_NUMBER = re.compile(r"\((\d+)\)$")
# Google has one JSON for a photo and what it made of it; the words are those of the language of the account.
_EDITED = re.compile(
    r"-(edited|effects|smile|mix|collage|animation|bearbeitet|modifié|modifie|editado|editada|modificato|bewerkt"
    r"|edytowane|编辑|編集済み|편집됨|изменено)$",
    re.IGNORECASE,
)
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class TakeoutFacts:
    """What Google's JSON gave."""

    metadata: Metadata
    dates: Dates = ()


def match(media: Iterable[str], sidecars: Iterable[str]) -> dict[str, str]:
    """Return for each name of `media`, all of one folder, the name of its JSON, where there is one.

    Args:
        media: names of photos and videos.
        sidecars: names that end in `.json`, of the same folder.
    """
    by_key: dict[tuple[str, str], str] = {}
    for name in sidecars:
        by_key.setdefault(_key(name[: -len(SUFFIX)]), name)
    if not by_key:
        return {}
    found = {}
    for name in media:
        sidecar = next((by_key[key] for key in _keys(name) if key in by_key), None)
        if sidecar is not None:
            found[name] = sidecar
    return found


def _key(stem: str) -> tuple[str, str]:
    """Return what a JSON's name without `.json` says: the photo's name, perhaps cut short, and the copy's number."""
    number = _NUMBER.search(stem)
    if number is not None:
        stem = stem[: number.start()]
    at = stem.rfind(".")
    is_cut = len(stem) - at > 2 or len(stem) == _LONGEST_STEM
    if at > 0 and is_cut and _KIND.startswith(stem[at:].lower()):
        stem = stem[:at]  # without what is left of `.supplemental-metadata` where the name had to be cut
    return stem.casefold(), "" if number is None else number[1]


def _keys(name: str) -> Iterable[tuple[str, str]]:
    """Yield the keys under which the JSON of the photo `name` may stand, the likeliest first."""
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    number = _NUMBER.search(stem)
    stems = [(stem, "")]
    if number is not None:
        stems.insert(0, (stem[: number.start()], number[1]))
    for plain, copy in tuple(stems):
        original = _EDITED.sub("", plain)
        if original != plain:
            stems.append((original, copy))
    for plain, copy in stems:
        whole = f"{plain}{dot}{extension}".casefold()
        yield whole, copy
        yield plain.casefold(), copy
        # Cut somewhere in the photo's own name, or right behind it.
        for length in range(min(len(whole), _LONGEST_STEM + 1), _SHORTEST_CUT, -1):
            yield whole[:length], copy


def read_takeout(data: bytes) -> TakeoutFacts:
    """Return what is in the JSON `data`; of JSON that is none of Google's, nothing."""
    notes = values.Notes("Takeout")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        notes.add("JSON", error)
        return TakeoutFacts(Metadata(notes=tuple(notes.lines)))
    if not isinstance(found, dict) or not isinstance(found.get("photoTakenTime"), dict):
        return TakeoutFacts(Metadata())
    taken = notes.take("photoTakenTime", found["photoTakenTime"].get("timestamp"), _moment)
    people = tags.united(name for name in _names(found.get("people")) if name)
    return TakeoutFacts(
        Metadata(
            position=notes.take("geoData", found.get("geoData"), _position)
            or notes.take("geoDataExif", found.get("geoDataExif"), _position),
            caption=notes.take("description", found.get("description"), values.caption),
            keywords=people,
            people=people,
            favourite=found.get("favorited") is True,
            notes=tuple(notes.lines),
        ),
        dated(taken, DateKind.TAKEOUT, is_instant=True),
    )


def _moment(value: object) -> TakenAt | None:
    seconds = values.number(value)
    if not seconds:
        return None  # 1970: what Google writes where it does not know
    wall = _EPOCH + timedelta(seconds=seconds)
    if not values.EARLIEST_YEAR <= wall.year <= values.LATEST_YEAR:
        raise ValueError(f"not a date: {value!r}")
    return TakenAt(wall.replace(microsecond=0), 0)


def _position(value: object) -> GeoPoint | None:
    if not isinstance(value, dict):
        raise ValueError("not a position")
    latitude, longitude = values.number(value.get("latitude")), values.number(value.get("longitude"))
    altitude = value.get("altitude")
    # Google writes 0.0 for heights it does not know.
    return values.position(latitude, longitude, values.number(altitude) if altitude else None)


def _names(people: object) -> Iterable[str | None]:
    for person in people if isinstance(people, list) else []:
        if isinstance(person, dict) and isinstance(person.get("name"), str):
            yield values.name(person["name"])
