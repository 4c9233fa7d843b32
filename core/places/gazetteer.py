"""Answers where a position is and where a named place is, offline."""

import logging
import math
import sqlite3
import threading
from pathlib import Path
from typing import Any, NamedTuple

from core.places import build, extract
from core.places.build import CELL_ROWS, CELLS_A_DEGREE, CELLS_A_ROW, cell_of
from core.places.names import name_key
from core.places.place import Place, PlaceKind
from core.places.sphere import KM_A_DEGREE, distance_km
from core.values.errors import LibraryUnwritableError
from core.values.paths import shown

log = logging.getLogger(__name__)

TOWN_WITHIN_KM = 30.0
"""Farther from any town than this, a photo was taken in no town."""
COUNTRY_WITHIN_KM = 200.0
"""Farther from any town than this, a photo was taken at sea or on the ice."""

_COLUMNS = "kind, town, region, country, latitude, longitude, radius_km, population"
_WEIGHTS = {PlaceKind.TOWN: 1.0, PlaceKind.REGION: 0.1, PlaceKind.COUNTRY: 1.0}

_AnyRow = tuple[Any, ...]


class Gazetteer:
    """Places in one SQLite file, made on first use. One instance may be used from several threads."""

    def __init__(self, path: Path) -> None:
        """Take `path` as the cache file; nothing is read before the first question."""
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def place_of(self, latitude: float, longitude: float) -> Place | None:
        """Return the town a position belongs to; only region and country out in the country; None at sea.

        A town reaches farther the more people it has (a multiplicatively weighted Voronoi diagram), so that a
        photo in the middle of New York is not named after the quarter whose centre is nearest. The country is
        that of the nearest town: borders are as coarse as that.
        """
        if not (math.isfinite(latitude) and math.isfinite(longitude)) or abs(latitude) > 90:
            return None
        longitude = (longitude + 180) % 360 - 180
        near = self._towns_within(latitude, longitude, TOWN_WITHIN_KM)
        if near:
            country = min(near).country
            nearest = min((town for town in near if town.country == country), key=lambda town: town.km / town.radius_km)
            return self._place(nearest)
        far = self._towns_within(latitude, longitude, COUNTRY_WITHIN_KM)
        if not far:
            return None
        town = self._place(min(far))
        kind = PlaceKind.REGION if town.region else PlaceKind.COUNTRY
        return Place(kind, None, town.region, town.country, latitude, longitude, min(far).km, 0)

    def find(self, name: str) -> list[Place]:
        """Return the places of this name, the likeliest first; "Paris, Texas" says in what.

        Case, accents and punctuation do not count. A large town goes before a region of the same name.
        """
        first, *within = [name_key(part) for part in name.split(",")]
        if not first:
            return []
        places = self._named(first)
        if not places and not within:
            places, within = self._split(first)
        for outer in (part for part in within if part):
            countries = {place.country for place in self._named(outer) if place.kind is PlaceKind.COUNTRY}
            regions = {place.region for place in self._named(outer) if place.kind is PlaceKind.REGION}
            places = [
                place
                for place in places
                if place.country in countries or (place.region in regions and place.kind is not PlaceKind.COUNTRY)
            ]
        return sorted(places, key=lambda place: -place.population * _WEIGHTS[place.kind])

    def complete(self, start: str, limit: int = 10) -> list[Place]:
        """Return places whose name begins with `start`, the largest first."""
        key = name_key(start)
        if not key:
            return []
        return self._read(
            f"SELECT DISTINCT {_COLUMNS} FROM names JOIN places ON places.id = names.place_id "
            "WHERE key >= ? AND key < ? ORDER BY population DESC LIMIT ?",
            (key, key + "\U0010ffff", limit),
        )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _named(self, key: str) -> list[Place]:
        return self._read(
            f"SELECT {_COLUMNS} FROM names JOIN places ON places.id = names.place_id WHERE key = ?", (key,)
        )

    def _split(self, key: str) -> tuple[list[Place], list[str]]:
        """Read "paris texas" as Paris in Texas."""
        words = key.split()
        for cut in range(len(words) - 1, 0, -1):
            places = self._named(" ".join(words[:cut]))
            if places:
                return places, [" ".join(words[cut:])]
        return [], []

    def _place(self, near: "_Near") -> Place:
        return self._read(f"SELECT {_COLUMNS} FROM places WHERE id = ?", (near.place_id,))[0]

    def _towns_within(self, latitude: float, longitude: float, reach_km: float) -> list["_Near"]:
        spans = _spans(latitude, longitude, reach_km)
        where = " OR ".join(["cell BETWEEN ? AND ?"] * len(spans))
        rows = self._rows(
            "SELECT id, country, latitude, longitude, radius_km FROM places INDEXED BY places_cell "
            f"WHERE cell IS NOT NULL AND ({where})",
            tuple(edge for span in spans for edge in span),
        )
        measured = (
            _Near(distance_km(latitude, longitude, town_latitude, town_longitude), place_id, country, radius_km)
            for place_id, country, town_latitude, town_longitude, radius_km in rows
        )
        return [town for town in measured if town.km <= reach_km]

    def _read(self, query: str, values: tuple[str | int, ...]) -> list[Place]:
        return [Place(PlaceKind(row[0]), *row[1:]) for row in self._rows(query, values)]

    def _rows(self, query: str, values: tuple[str | int, ...]) -> list[_AnyRow]:
        with self._lock:
            if self._connection is None:
                self._connection = _open(self._path)
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                log.warning("The list of places %s is damaged (%s) and is made again.", shown(self._path), error)
                self._connection.close()
                self._connection = None
                self._path.unlink()
                self._connection = _open(self._path)
                return self._connection.execute(query, values).fetchall()


class _Near(NamedTuple):
    km: float
    place_id: int
    country: str
    radius_km: float


def _spans(latitude: float, longitude: float, reach_km: float) -> list[tuple[int, int]]:
    """Return the runs of cells that hold all positions within `reach_km`; first and last cell of each."""
    row, column = cell_of(latitude, longitude)
    reach = reach_km / KM_A_DEGREE
    high = math.ceil(reach * CELLS_A_DEGREE)
    narrowest = math.cos(math.radians(min(89.9, abs(latitude) + reach)))
    wide = math.ceil(reach / narrowest * CELLS_A_DEGREE)
    spans: list[tuple[int, int]] = []
    for start in range(max(0, row - high) * CELLS_A_ROW, min(CELL_ROWS, row + high + 1) * CELLS_A_ROW, CELLS_A_ROW):
        end = start + CELLS_A_ROW - 1
        left, right = start + column - wide, start + column + wide
        if right - left >= end - start:
            spans.append((start, end))
            continue
        spans.append((max(left, start), min(right, end)))
        if left < start:
            spans.append((left + CELLS_A_ROW, end))
        if right > end:
            spans.append((start, right - CELLS_A_ROW))
    return spans


def _open(path: Path) -> sqlite3.Connection:
    try:
        if not _is_current(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            build.build(path)
    except (OSError, sqlite3.OperationalError) as error:
        if not _is_current(path):
            raise LibraryUnwritableError(f"The list of places cannot be written to {shown(path)}: {error}.") from error
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _is_current(path: Path) -> bool:
    if not path.exists():
        return False
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        layout = connection.execute("PRAGMA user_version").fetchone()[0]
        edition = connection.execute("SELECT fingerprint FROM edition").fetchone()
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    return bool(layout == build.LAYOUT and edition == (extract.fingerprint(),))
