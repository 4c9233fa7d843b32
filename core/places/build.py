"""Turns the extract into a small SQLite file that answers at once and takes no memory. A cache: can be deleted."""

import os
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.places import extract
from core.places.extract import Town
from core.places.names import name_key
from core.places.place import Place, PlaceKind
from core.places.sphere import EARTH_KM, KM_A_DEGREE, distance_km, town_radius_km

LAYOUT = 2

_DDL = """
CREATE TABLE places (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, town TEXT, region TEXT, country TEXT NOT NULL,
    latitude REAL NOT NULL, longitude REAL NOT NULL, radius_km REAL NOT NULL, population INTEGER NOT NULL,
    cell INTEGER
);
CREATE TABLE names (key TEXT NOT NULL, place_id INTEGER NOT NULL, PRIMARY KEY (key, place_id)) WITHOUT ROWID;
CREATE TABLE edition (fingerprint TEXT NOT NULL);
"""
_INSERT = "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PEOPLE_INSIDE = 0.9
_CITY_PEOPLE = 100_000
_QUARTER_WITHIN = 0.5
_QUARTER_SHARE = 0.25

CELLS_A_DEGREE = 4
CELLS_A_ROW = 360 * CELLS_A_DEGREE
CELL_ROWS = 180 * CELLS_A_DEGREE


def cell_of(latitude: float, longitude: float) -> tuple[int, int]:
    """Return row (from the south) and column (from 180 degrees west) of the quarter degree that holds a position."""
    row = min(CELL_ROWS - 1, int((latitude + 90) * CELLS_A_DEGREE))
    return row, int((longitude + 180) * CELLS_A_DEGREE) % CELLS_A_ROW


def build(target: Path) -> None:
    """Write the file; readers see the old one or the whole new one. Takes about two seconds."""
    draft = target.with_name(f"{target.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(draft)
        try:
            with connection:
                _fill(connection)
        finally:
            connection.close()
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection) -> None:
    countries = extract.countries()
    towns = sorted(extract.towns(), key=lambda town: -town.population)
    rows: list[tuple[object, ...]] = []
    ids: dict[tuple[PlaceKind, str, str], int] = {}
    keys: set[tuple[str, int]] = set()

    def add(place: Place, code: str, cell: int | None = None) -> None:
        number = len(rows) + 1
        circle = (place.latitude, place.longitude, place.radius_km, place.population)
        rows.append((number, str(place.kind), place.town, place.region, place.country, *circle, cell))
        key = name_key(place.name)
        keys.add((key, number))
        ids.setdefault((place.kind, code, key), number)

    by_country: dict[str, list[Town]] = defaultdict(list)
    by_region: dict[tuple[str, str], list[Town]] = defaultdict(list)
    for town, is_quarter in zip(towns, _quarters(towns), strict=True):
        by_country[town.country].append(town)
        if town.region:
            by_region[town.country, town.region].append(town)
        row, column = cell_of(town.latitude, town.longitude)
        circle = (town.latitude, town.longitude, town_radius_km(town.population), town.population)
        add(
            Place(PlaceKind.TOWN, town.name, town.region, countries.get(town.country, town.country), *circle),
            town.country,
            None if is_quarter else row * CELLS_A_ROW + column,
        )
        keys.update((name_key(other), len(rows)) for other in town.other_names)
    for (code, region), members in by_region.items():
        country = countries.get(code, code)
        add(Place(PlaceKind.REGION, None, region, country, *_circle_around(members)), code)
    for code, members in by_country.items():
        add(Place(PlaceKind.COUNTRY, None, None, countries.get(code, code), *_circle_around(members)), code)
    for other in extract.other_names():
        name = name_key(countries.get(other.country, "") if other.kind is PlaceKind.COUNTRY else other.name)
        if (place := ids.get((other.kind, other.country, name))) is not None:
            keys.add((name_key(other.other), place))

    connection.executescript(_DDL)
    connection.executemany(_INSERT, rows)
    connection.executemany("INSERT INTO names VALUES (?, ?)", sorted(keys))
    connection.execute(
        "CREATE INDEX places_cell ON places (cell, latitude, longitude, radius_km, country) WHERE cell IS NOT NULL"
    )
    connection.execute("INSERT INTO edition VALUES (?)", (extract.fingerprint(),))
    connection.execute(f"PRAGMA user_version = {LAYOUT}")


def _quarters(towns: list[Town]) -> list[bool]:
    """Tell which towns are part of a city: a photo in Camden is to be found by "London".

    The extract does not mark them. Taken as such: what lies in the inner half of a city at least four times as
    large, in the same region.
    """
    latitudes = np.array([town.latitude for town in towns])
    longitudes = np.array([town.longitude for town in towns])
    by_latitude = np.argsort(latitudes)
    sorted_latitudes = latitudes[by_latitude]
    found = [False] * len(towns)
    for number, city in enumerate(towns):
        if city.population < _CITY_PEOPLE:
            break
        if found[number]:
            continue
        reach = _QUARTER_WITHIN * town_radius_km(city.population)
        high = reach / KM_A_DEGREE
        first, last = np.searchsorted(sorted_latitudes, (city.latitude - high, city.latitude + high))
        band = by_latitude[first:last]
        wide = high / np.cos(np.radians(city.latitude))
        for other in band[np.abs(longitudes[band] - city.longitude) <= wide]:
            town = towns[other]
            if (
                town.country == city.country
                and town.region == city.region
                and town.population <= _QUARTER_SHARE * city.population
                and distance_km(city.latitude, city.longitude, town.latitude, town.longitude) <= reach
            ):
                found[other] = True
    return found


def _circle_around(members: Sequence[Town]) -> tuple[float, float, float, int]:
    """Return a circle around where most people live, and how many: latitude, longitude, kilometres, people."""
    degrees = np.radians([[town.latitude, town.longitude] for town in members])
    north, east = degrees[:, 0], degrees[:, 1]
    points = np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1)
    weights = np.maximum([town.population for town in members], 1)
    middle = weights @ points
    middle /= np.linalg.norm(middle)
    distances = EARTH_KM * np.arccos(np.clip(points @ middle, -1, 1))
    outwards = np.argsort(distances)
    inside = np.cumsum(weights[outwards])
    reach = float(distances[outwards][np.searchsorted(inside, _PEOPLE_INSIDE * inside[-1])])
    population = sum(town.population for town in members)
    latitude, longitude = np.degrees(np.arcsin(middle[2])), np.degrees(np.arctan2(middle[1], middle[0]))
    return float(latitude), float(longitude), max(reach, town_radius_km(population)), population
