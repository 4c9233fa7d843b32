"""Positions to places and names to places, with places everybody can check."""

import math
import threading
from pathlib import Path

import pytest

from core.places.gazetteer import Gazetteer
from core.places.place import PlaceKind
from core.values.errors import LibraryUnwritableError


@pytest.mark.parametrize(
    ("latitude", "longitude", "town", "region", "country"),
    [
        (38.7100, -9.1400, "Lisbon", "Lisbon", "Portugal"),
        (40.7128, -74.0060, "New York City", "New York", "United States"),
        (40.7850, -73.9680, "New York City", "New York", "United States"),
        (48.8584, 2.2945, "Paris", "Île-de-France", "France"),
        (48.8049, 2.1204, "Versailles", "Île-de-France", "France"),
        (52.5163, 13.3777, "Berlin", "State of Berlin", "Germany"),
        (51.5390, -0.1426, "London", "England", "United Kingdom"),
        (41.9022, 12.4539, "Vatican City", None, "Vatican City"),
        (47.5576, 10.7498, "Füssen", "Bavaria", "Germany"),
        (35.6586, 139.7454, "Tokyo", "Tokyo", "Japan"),
        (-33.8568, 151.2153, "Sydney", "New South Wales", "Australia"),
        (37.5665, 126.9780, "Seoul", "Seoul", "South Korea"),
    ],
)
def test_a_position_has_the_town_region_and_country_people_would_say(
    gazetteer: Gazetteer, latitude: float, longitude: float, town: str, region: str | None, country: str
) -> None:
    place = gazetteer.place_of(latitude, longitude)
    assert place is not None
    assert (place.town, place.region, place.country) == (town, region, country)


@pytest.mark.parametrize(("latitude", "longitude"), [(0.0, -30.0), (89.9, 0.0), (-90.0, 0.0), (-50.0, -120.0)])
def test_far_out_at_sea_there_is_no_place(gazetteer: Gazetteer, latitude: float, longitude: float) -> None:
    assert gazetteer.place_of(latitude, longitude) is None


def test_in_the_desert_there_is_a_country_but_no_town(gazetteer: Gazetteer) -> None:
    place = gazetteer.place_of(22.0, 2.5)
    assert place is not None
    assert (place.kind, place.town, place.country) == (PlaceKind.REGION, None, "Algeria")


def test_both_sides_of_the_date_line_are_neighbours(gazetteer: Gazetteer) -> None:
    west, east = gazetteer.place_of(-16.8, 179.99), gazetteer.place_of(-16.8, -179.99)
    assert west is not None
    assert east is not None
    assert (west.town, west.country) == (east.town, east.country)
    assert west.country == "Fiji"
    assert gazetteer.place_of(-16.8, 180.01) == east


@pytest.mark.parametrize("latitude", [math.nan, math.inf, 91.0])
def test_an_impossible_position_has_no_place(gazetteer: Gazetteer, latitude: float) -> None:
    assert gazetteer.place_of(latitude, 0.0) is None


@pytest.mark.parametrize(
    ("asked", "full_name", "kind"),
    [
        ("lisbon", "Lisbon, Portugal", PlaceKind.TOWN),
        ("Lisboa", "Lisbon, Portugal", PlaceKind.TOWN),
        ("PORTUGAL", "Portugal", PlaceKind.COUNTRY),
        ("munchen", "Munich, Bavaria, Germany", PlaceKind.TOWN),
        ("München", "Munich, Bavaria, Germany", PlaceKind.TOWN),
        ("new york", "New York City, New York, United States", PlaceKind.TOWN),
        ("Paris", "Paris, Île-de-France, France", PlaceKind.TOWN),
        ("Paris, Texas", "Paris, Texas, United States", PlaceKind.TOWN),
        ("paris texas", "Paris, Texas, United States", PlaceKind.TOWN),
        ("tuscany", "Tuscany, Italy", PlaceKind.REGION),
        ("california", "California, United States", PlaceKind.REGION),
        ("st johns", "St. John's, Newfoundland and Labrador, Canada", PlaceKind.TOWN),
        ("uk", "United Kingdom", PlaceKind.COUNTRY),
        ("南韓", None, None),
        ("한국", "South Korea", PlaceKind.COUNTRY),
        ("nowhere at all", None, None),
        ("  ", None, None),
    ],
)
def test_a_name_finds_the_place_people_mean_first(
    gazetteer: Gazetteer, asked: str, full_name: str | None, kind: PlaceKind | None
) -> None:
    found = gazetteer.find(asked)
    if full_name is None:
        assert found == []
    else:
        assert (found[0].full_name, found[0].kind) == (full_name, kind)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("München", "Munich"),
        ("Monaco di Baviera", "Munich"),
        ("Cologne", "Köln"),
        ("東京", "Tokyo"),
        ("Praha", "Prague"),
        ("Roma", "Rome"),
        ("北京", "Beijing"),
        ("Москва", "Moscow"),
        ("NYC", "New York City"),
    ],
)
def test_a_large_town_answers_to_its_names_in_other_languages(gazetteer: Gazetteer, asked: str, name: str) -> None:
    assert gazetteer.find(asked)[0].name == name


def test_a_found_town_has_coordinates_and_a_radius_that_holds_it(gazetteer: Gazetteer) -> None:
    lisbon = gazetteer.find("Lisbon")[0]
    assert (lisbon.latitude, lisbon.longitude) == pytest.approx((38.72, -9.14), abs=0.05)
    assert 3 < lisbon.radius_km < 15
    assert 100 < gazetteer.find("Portugal")[0].radius_km < 400


def test_every_large_city_is_found_again_at_its_own_coordinates(gazetteer: Gazetteer) -> None:
    for name in ("Lisbon", "Prague", "Nairobi", "Lima", "Jakarta", "Toronto", "Reykjavík", "Auckland", "Cape Town"):
        city = gazetteer.find(name)[0]
        assert gazetteer.place_of(city.latitude, city.longitude) == city


def test_completion_offers_the_largest_places_first(gazetteer: Gazetteer) -> None:
    offered = [place.name for place in gazetteer.complete("lisb", 3)]
    assert offered[0] == "Lisbon"
    assert len(offered) == 3
    assert gazetteer.complete("") == []


def test_several_threads_may_ask_at_once(gazetteer: Gazetteer) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(gazetteer.find("Lisbon")[0].country), name=f"asks {number}")
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Portugal"] * 8


def test_nothing_is_made_before_the_first_question(tmp_path: Path) -> None:
    gazetteer = Gazetteer(tmp_path / "places.sqlite")
    gazetteer.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryUnwritableError, match=r"places\.sqlite"):
        Gazetteer(tmp_path / "file" / "places.sqlite").place_of(38.71, -9.14)


def test_a_file_that_is_no_list_of_places_is_made_again(tmp_path: Path, gazetteer: Gazetteer) -> None:
    path = tmp_path / "places.sqlite"
    path.write_bytes(b"not a database" * 100)
    again = Gazetteer(path)
    assert again.find("Lisbon") == gazetteer.find("Lisbon")
    again.close()
