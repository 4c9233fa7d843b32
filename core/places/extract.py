"""Reads the extract of GeoNames that comes with the program, and our own list of other names.

`packaging/make_places.py` makes the extract; see `docs/decisions/0020-places.md`.
"""

import lzma
from dataclasses import dataclass
from importlib import resources

from core.places.place import PlaceKind

_TOWNS = "geonames.tsv.xz"
_COUNTRIES = "geonames_countries.tsv"
_OTHER_NAMES = "place_names.tsv"


@dataclass(frozen=True, slots=True)
class Town:
    """A town of the extract. `country` is the two-letter code; only larger towns have other names."""

    name: str
    region: str | None
    country: str
    latitude: float
    longitude: float
    population: int
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherName:
    """A further name of a place, e.g. its local one. `country` is the code."""

    kind: PlaceKind
    country: str
    name: str
    other: str


def fingerprint() -> str:
    """Return what tells one edition of the data from another, without reading all of it."""
    towns, own = _data(_TOWNS), _data(_OTHER_NAMES)
    return f"{len(towns)}-{sum(towns[::97]) % 65521}-{len(own)}-{sum(own) % 65521}"


def towns() -> list[Town]:
    """Read all towns; about half a second."""
    found = []
    for line in lzma.decompress(_data(_TOWNS)).decode("utf-8").splitlines():
        name, region, country, latitude, longitude, people, others = line.split("\t")
        names = tuple(others.split("|")) if others else ()
        found.append(Town(name, region or None, country, float(latitude), float(longitude), int(people), names))
    return found


def countries() -> dict[str, str]:
    """Return the names of countries by code, as people say them."""
    lines = _data(_COUNTRIES).decode("utf-8").splitlines()
    named = {line[:2]: line[3:] for line in lines}
    return named | {row[1]: row[2] for row in _own_rows() if row[0] == "called"}


def other_names() -> list[OtherName]:
    """Return the names beside the extract's own."""
    return [
        OtherName(PlaceKind(kind), country, name, other.strip())
        for kind, country, name, others in _own_rows()
        if kind != "called"
        for other in others.split("|")
    ]


def _own_rows() -> list[tuple[str, str, str, str]]:
    lines = [line for line in _data(_OTHER_NAMES).decode("utf-8").splitlines() if line and not line.startswith("#")]
    rows = [(line + "\t" * 3).split("\t")[:4] for line in lines]
    return [(kind, country, name, others) for kind, country, name, others in rows]


def _data(name: str) -> bytes:
    return resources.files("resources").joinpath(name).read_bytes()
