"""Positions of photos get names, and indexing goes on where they cannot."""

from pathlib import Path

import pytest

from core.catalog.readings import Place
from core.engine.place_naming import PlaceNamer
from core.places.gazetteer import Gazetteer
from core.values.photo import GeoPoint


def test_a_position_is_named_for_the_catalog(tmp_path: Path) -> None:
    gazetteer = Gazetteer(tmp_path / "places.sqlite")
    name = PlaceNamer(gazetteer)
    assert name(GeoPoint(38.71, -9.14)) == Place("Lisbon", "Lisbon", "Portugal")
    assert name(GeoPoint(0.0, -30.0)) is None
    gazetteer.close()


@pytest.mark.expects_log("without names of places")
def test_a_list_that_cannot_be_written_costs_the_name_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    name = PlaceNamer(Gazetteer(tmp_path / "file" / "places.sqlite"))
    assert name(GeoPoint(38.71, -9.14)) is None
    assert name(GeoPoint(48.85, 2.29)) is None
