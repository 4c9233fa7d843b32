"""What a timeline is laid out from: days, shapes and kinds of all photos that are shown, in one query."""

from pathlib import Path

import numpy as np
import pytest

from core.catalog.reader import CatalogReader
from core.settings.paths import LibraryPaths
from core.values.photo import MediaKind, PhotoState
from core.values.photo_facts import IS_RAW, IS_VIDEO, NO_DATE, NOT_READ, PhotoFacts
from tests.unit.desktop_app.library_builder import LibraryBuilder


@pytest.fixture
def library(tmp_path: Path) -> LibraryBuilder:
    return LibraryBuilder(LibraryPaths.inside(tmp_path / "library"))


def facts_of(library: LibraryBuilder) -> PhotoFacts:
    library.close()
    reader = CatalogReader.open(library.paths.catalog)
    facts = reader.facts()
    reader.close()
    return facts


def test_days_shapes_and_kinds(library: LibraryBuilder) -> None:
    library.add("a.jpg", day=19_000, width=4000, height=3000)
    library.add("b.mp4", day=3, kind=MediaKind.VIDEO, width=1920, height=1080)
    library.add("c.dng", day=-1, kind=MediaKind.RAW, width=1000, height=2000)
    facts = facts_of(library)
    assert facts.days.tolist() == [19_000, 3, -1]
    assert np.allclose(facts.aspects, [1.333, 1.777, 0.5], atol=0.001)
    assert facts.flags.tolist() == [0, IS_VIDEO, IS_RAW]


def test_the_evening_before_1970_is_the_day_before(library: LibraryBuilder) -> None:
    library.add("a.jpg", taken_wall=-1)
    assert facts_of(library).days.tolist() == [-1]


def test_what_has_no_date_was_not_read_or_is_not_shown(library: LibraryBuilder) -> None:
    undated = library.add("a.jpg", taken_wall=None)
    waiting = library.add("b.jpg", state=PhotoState.WAITING, taken_wall=None)
    library.add("c.jpg", state=PhotoState.FAILED)
    library.add("d.jpg", state=PhotoState.MISSING)
    facts = facts_of(library)
    assert facts.ids.tolist() == [undated, waiting]
    assert facts.days.tolist() == [NO_DATE, NOT_READ]


def test_unknown_and_absurd_sizes_have_a_shape(library: LibraryBuilder) -> None:
    library.add("a.jpg")
    library.add("b.jpg", width=0, height=0)
    library.add("c.jpg", width=10_000_000, height=1)
    library.add("d.jpg", width=1, height=10_000_000)
    assert (facts_of(library).aspects > 0).all()


def test_an_empty_library_has_no_facts(library: LibraryBuilder) -> None:
    facts = facts_of(library)
    assert len(facts) == 0
    assert len(facts.of(np.array([1, 2]))) == 0


def test_facts_come_in_the_order_asked_for_without_what_is_unknown(library: LibraryBuilder) -> None:
    ids = [library.add(f"{day}.jpg", day=day) for day in range(4)]
    facts = facts_of(library).of(np.array([ids[3], 999, ids[0]]))
    assert facts.ids.tolist() == [ids[3], ids[0]]
    assert facts.days.tolist() == [3, 0]


def test_a_place_that_most_share_is_named(library: LibraryBuilder) -> None:
    brest = [library.add(f"{n}.jpg", town="Brest", region="Brittany") for n in range(3)]
    crozon = [library.add(f"c{n}.jpg", town="Crozon", region="Brittany") for n in range(2)]
    elsewhere = [library.add(f"e{n}.jpg") for n in range(4)]
    library.close()
    reader = CatalogReader.open(library.paths.catalog)
    assert reader.common_place([*brest, *crozon]) == "Brest, Brittany"
    assert reader.common_place([*brest[:2], *crozon]) == "Brittany"
    assert reader.common_place([*brest, *elsewhere]) is None
    assert reader.common_place([]) is None
    reader.close()
