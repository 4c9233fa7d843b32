"""Each filter, alone and combined, against the same question asked in plain Python over every photo."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from core.catalog.photo_dates import UNDATED
from core.catalog.schema import PhotoLabel
from core.places.place import Place, PlaceKind
from core.search.searcher import Searcher
from core.values.errors import QueryError
from core.values.filters import (
    AddedFilter,
    CameraFilter,
    ColourFilter,
    DateFilter,
    Filter,
    FilterGroup,
    Flag,
    FlagFilter,
    FolderFilter,
    FormatFilter,
    KindFilter,
    LensFilter,
    Measure,
    NameFilter,
    NearFilter,
    NearPlaceFilter,
    PersonFilter,
    PlaceFilter,
    RangeFilter,
    TagFilter,
    YearlyFilter,
)
from core.values.photo import ColourLabel, MediaKind
from core.values.query import Culprit, ExactWords, Order, Query, Words
from tests.unit.search.conftest import mixture, new_library

if TYPE_CHECKING:
    from tests.unit.search.conftest import Library

FOLDERS = ["", "Trips", "Trips/Lisbon", "Trips/Lisbon 2019/RAW", "Tripsy", "Ausflüge/Köln", "2019/07", "trips"]
CAMERAS = [
    (None, None),
    ("FUJIFILM", "X-T3"),
    ("Canon", "Canon EOS 5D"),
    ("NIKON CORPORATION", "NIKON D850"),
    ("Höhe", None),
]
LENSES = [None, "XF35mmF1.4 R", "EF 50mm f/1.8"]
PLACES = [
    (None, None, None),
    ("Lisboa", "Lisbon", "Portugal"),
    ("Köln", "Nordrhein-Westfalen", "Germany"),
    (None, "Alentejo", "Portugal"),
]
TAGS = ["family", "Familie", "été", "horse show"]
FORMATS = [("image", "JPEG"), ("image", "HEIF"), ("raw", "Nikon RAW"), ("video", "mov"), ("image", None)]


@dataclass(frozen=True)
class Known:
    """What a test knows of a photo it made."""

    photo_id: int
    shows: str
    day: datetime
    folder: str
    camera: tuple[str | None, str | None]
    lens: str | None
    place: tuple[str | None, str | None, str | None]
    position: tuple[float, float] | None
    tags: tuple[str, ...]
    kind: str
    format: str | None
    iso: int | None
    rating: int | None
    file_rating: int | None
    size: int
    width: int | None
    height: int | None
    favourite: bool
    screenshot: bool
    missing: bool
    people: tuple[str, ...]
    colour: ColourLabel | None


def _made(library: "Library", rng: random.Random) -> Known:
    day = datetime(2018, 1, 1) + timedelta(seconds=rng.randrange(3 * 365 * 86400))
    kind, format_name = rng.choice(FORMATS)
    near_by = rng.gauss(0, 0.3)
    known = Known(
        photo_id=library.photos + 1,
        shows=rng.choice(["dog", "cat", "beach", "beach dog"]),
        day=day,
        folder=rng.choice(FOLDERS),
        camera=rng.choice(CAMERAS),
        lens=rng.choice(LENSES),
        place=rng.choice(PLACES),
        position=rng.choice([None, (38.7 + near_by, -9.1 - near_by), (-17.0, 179.9), (-17.0, -179.9)]),
        tags=tuple(tag for tag in TAGS if rng.random() < 0.2),
        kind=kind,
        format=format_name,
        iso=rng.choice([None, 100, 800, 801]),
        rating=rng.choice([None, 0, 5]),
        file_rating=rng.choice([None, 3]),
        size=1000 * (library.photos + 1),
        width=rng.choice([None, 1000, 1920, 3000]),
        height=rng.choice([None, 1000, 1080, 500]),
        favourite=rng.random() < 0.2,
        screenshot=rng.random() < 0.2,
        missing=rng.random() < 0.1,
        people=rng.choice([(), ("Ada Example", "Bob"), ("Zoë",)]),
        colour=rng.choice([None, ColourLabel.RED, ColourLabel.BLUE]),
    )
    extension = {"raw": "NEF", "video": "mov"}.get(kind, "jpg")
    library.add(
        known.shows,
        name=f"IMG {known.photo_id}.{extension}",
        tags=known.tags,
        folder=known.folder,
        sort_at=int((day - datetime(1970, 1, 1)).total_seconds()),
        camera_make=known.camera[0],
        camera_model=known.camera[1],
        lens=known.lens,
        town=known.place[0],
        region=known.place[1],
        country=known.place[2],
        latitude=None if known.position is None else known.position[0],
        longitude=None if known.position is None else known.position[1],
        kind=kind,
        format=format_name,
        iso=known.iso,
        rating=known.rating,
        file_rating=known.file_rating,
        width=known.width,
        height=known.height,
        favourite=known.favourite,
        is_screenshot=known.screenshot,
        people="\n".join(known.people) or None,
        colour_label=known.colour,
        is_panorama=_shape(known) >= 2.5,
        state="missing" if known.missing else "ready",
    )
    return known


def _shape(photo: Known) -> float:
    return photo.width / photo.height if photo.width and photo.height else 1.0


@dataclass(frozen=True)
class Made:
    searcher: Searcher
    photos: tuple[Known, ...] = field(repr=False)
    vectors: dict[int, np.ndarray] = field(repr=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, empty_catalog: Path) -> Iterator[Made]:
    rng = random.Random(1)
    with new_library(tmp_path_factory.mktemp("filters"), empty_catalog) as library:
        photos = tuple(_made(library, rng) for _ in range(150))
        searcher = library.open()
        assert library.store is not None
        keys = np.arange(1, 151)
        yield Made(searcher, photos, dict(zip(keys.tolist(), library.store.matrix.vectors(keys), strict=True)))


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    (a, b), (c, d) = (np.radians(one), np.radians(other))
    return float(6371.0 * math.acos(min(1, math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d))))


def _plain(words: str) -> str:
    for accented, letter in (("ö", "o"), ("ü", "u"), ("é", "e"), ("ß", "ss")):
        words = words.lower().replace(accented, letter)
    return " ".join(words.replace("/", " ").replace("-", " ").replace(".", " ").split())


def _passes(photo: Known, part: Filter) -> bool:
    return (not photo.missing) and _fits(photo, part) != part.negated


def _fits(photo: Known, part: Filter) -> bool:  # noqa: PLR0911, PLR0912
    match part:
        case FilterGroup():
            return (any if part.any_of else all)(_fits(photo, one) != one.negated for one in part.parts)
        case YearlyFilter():
            on = (photo.day.month, photo.day.day)
            if part.first <= part.last:
                return part.first <= on <= part.last
            return on >= part.first or on <= part.last
        case AddedFilter():
            return part.last is None or part.last >= date(1970, 1, 1)
        case NameFilter():
            name = f"img {photo.photo_id}." + {"raw": "nef", "video": "mov"}.get(photo.kind, "jpg")
            wild = "*" in part.text or "?" in part.text
            return fnmatch(name, part.text.lower()) if wild else part.text.lower() in name
        case PersonFilter():
            return _plain(part.text) in _plain(" ".join(photo.people).replace("ë", "e"))
        case ColourFilter():
            return photo.colour == part.colour
        case DateFilter():
            day = photo.day.date()
            return (part.first is None or part.first <= day) and (part.last is None or day <= part.last)
        case FolderFilter():
            names = [_plain(name) for name in ["pictures", *photo.folder.split("/")]]
            asked = [_plain(name) for name in part.text.split("/")]
            return any(
                all(f" {name} " in f" {names[start + number]} " for number, name in enumerate(asked))
                for start in range(len(names) - len(asked) + 1)
            )
        case CameraFilter():
            return _plain(part.text) in _plain(" ".join(filter(None, photo.camera)))
        case LensFilter():
            return _plain(part.text) in _plain(photo.lens or "")
        case PlaceFilter():
            return _plain(part.text) in _plain(" ".join(filter(None, photo.place)))
        case TagFilter():
            return _plain(part.text) in [_plain(tag) for tag in photo.tags]
        case NearFilter():
            return (
                photo.position is not None
                and _distance(photo.position, (part.latitude, part.longitude)) <= part.radius_km
            )
        case RangeFilter():
            return _in_range(photo, part)
        case KindFilter():
            return photo.kind == part.kind
        case FormatFilter():
            return (photo.format or "").upper() == part.format or (
                part.format == {"raw": "NEF", "video": "MOV"}.get(photo.kind, "JPEG" if photo.format is None else "")
            )
        case FlagFilter():
            return {
                Flag.FAVOURITE: photo.favourite,
                Flag.SCREENSHOT: photo.screenshot,
                Flag.PANORAMA: _shape(photo) >= 2.5,
                Flag.LOCATION: photo.position is not None,
                Flag.DATE: True,
                Flag.TAG: bool(photo.tags),
                Flag.PEOPLE: bool(photo.people),
                Flag.TEXT: False,
            }[part.flag]
        case NearPlaceFilter():
            raise NotImplementedError


def _in_range(photo: Known, part: RangeFilter) -> bool:
    value = {
        Measure.ISO: photo.iso,
        Measure.RATING: photo.file_rating if photo.rating is None else photo.rating,
        Measure.FILE_SIZE: photo.size,
        Measure.ASPECT_RATIO: photo.width / photo.height if photo.width and photo.height else None,
    }[part.measure]
    return value is not None and (part.low is None or part.low <= value) and (part.high is None or value <= part.high)


_days = st.none() | st.dates(date(2017, 12, 1), date(2021, 2, 1))
_month_days = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: (day.month, day.day))
_simple: st.SearchStrategy[Filter] = st.one_of(
    st.builds(DateFilter, _days, _days),
    st.builds(YearlyFilter, _month_days, _month_days),
    st.builds(NameFilter, st.sampled_from(["img 1", "IMG*", "*.nef", "img ?.jpg", "%", "1"])),
    st.builds(PersonFilter, st.sampled_from(["ada", "zoe", "bob", "nobody"])),
    st.builds(ColourFilter, st.sampled_from([ColourLabel.RED, ColourLabel.BLUE, ColourLabel.GREEN])),
    st.builds(
        FolderFilter, st.sampled_from(["trips", "Lisbon", "Trips/Lisbon", "koln", "2019", "pictures", "x", "raw"])
    ),
    st.builds(CameraFilter, st.sampled_from(["fuji", "canon eos", "nikon", "x t3", "hohe", "leica"])),
    st.builds(LensFilter, st.sampled_from(["50mm", "XF", "zeiss"])),
    st.builds(PlaceFilter, st.sampled_from(["portugal", "köln", "lisb", "nowhere"])),
    st.builds(TagFilter, st.sampled_from(["FAMILY", "ete", "horse", "horse show"])),
    st.builds(
        NearFilter,
        st.sampled_from([38.7, -17.0, 89.5]),
        st.sampled_from([-9.1, 179.95, -179.95]),
        st.sampled_from([5.0, 40.0, 3000.0]),
    ),
    st.builds(
        RangeFilter,
        st.sampled_from(Measure),
        st.sampled_from([None, 0.5, 1.0, 3, 100, 50_000]),
        st.sampled_from([None, 1.9, 5, 800, 120_000]),
    ),
    st.builds(KindFilter, st.sampled_from(MediaKind)),
    st.builds(FormatFilter, st.sampled_from(["JPEG", "HEIF", "NEF", "MOV", "PNG"])),
    st.builds(FlagFilter, st.sampled_from(Flag)),
)
_filters = _simple | st.builds(
    FilterGroup,
    st.lists(st.tuples(_simple, st.booleans()).map(lambda pair: replace(pair[0], negated=pair[1])), max_size=3).map(
        tuple
    ),
    st.booleans(),
)
_signed = st.tuples(_filters, st.booleans()).map(lambda pair: replace(pair[0], negated=pair[1]))


@given(st.lists(_signed, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_filters_let_through_what_they_say(made: Made, filters: list[Filter]) -> None:
    expected = [photo for photo in made.photos if all(_passes(photo, part) for part in filters)]
    result = made.searcher.search(Query(filters=tuple(filters), order=Order.OLDEST), 1000)
    assert [hit.photo_id for hit in result.hits] == [
        photo.photo_id for photo in sorted(expected, key=lambda photo: (photo.day, photo.photo_id))
    ]
    assert result.matching == len(expected)


@given(st.lists(_signed, max_size=2), st.sampled_from(["dog", "beach", "cat beach"]), st.integers(1, 60))
@settings(max_examples=30, deadline=None)
def test_a_filter_never_loses_a_hit(made: Made, filters: list[Filter], words: str, limit: int) -> None:
    expected = [photo for photo in made.photos if not photo.missing and all(_passes(photo, part) for part in filters)]
    cosines = sorted((float(made.vectors[photo.photo_id] @ mixture(words)) for photo in expected), reverse=True)
    hits = made.searcher.search(Query((Words(words),), tuple(filters), strictness=0), limit).hits
    assert len(hits) == min(limit, len(expected))
    np.testing.assert_allclose([hit.score for hit in hits], cosines[:limit], atol=3e-3)


def test_exact_words_must_stand_and_negated_must_not(made: Made) -> None:
    def found(*terms: ExactWords) -> set[int]:
        return {int(hit.photo_id) for hit in made.searcher.search(Query(terms), 1000).hits}

    tagged = {photo.photo_id for photo in made.photos if "horse show" in photo.tags and not photo.missing}
    everything = {photo.photo_id for photo in made.photos if not photo.missing}
    assert found(ExactWords("horse show")) == tagged
    assert found(ExactWords("show horse")) == set()
    assert found(ExactWords("Horse Show", negated=True)) == everything - tagged
    assert found(ExactWords("…")) == everything


def test_a_place_name_is_looked_up(tmp_path: Path, empty_catalog: Path) -> None:
    lisbon = Place(PlaceKind.TOWN, "Lisbon", None, "Portugal", 38.72, -9.14, 10, 500_000)
    with new_library(tmp_path, empty_catalog) as library:
        near = library.add(latitude=38.7, longitude=-9.1)
        library.add(latitude=41.1, longitude=-8.6)
        named = library.add(town="Faro", country="Portugal")
        searcher = Searcher(library.catalog, library.searcher._read, lambda name: [lisbon] if name == "lisbon" else [])

        def found(place: str) -> list[int]:
            return [int(hit.photo_id) for hit in searcher.search(Query(filters=(NearPlaceFilter(place, 25.0),))).hits]

        assert found("lisbon") == [near]
        assert found("faro") == [named]
        with pytest.raises(QueryError, match="Atlantis"):
            found("Atlantis")
        searcher.close()


def test_a_place_is_found_by_its_name_in_another_language(tmp_path: Path, empty_catalog: Path) -> None:
    munich = Place(PlaceKind.TOWN, "Munich", "Bavaria", "Germany", 48.14, 11.58, 10, 1_300_000)
    germany = Place(PlaceKind.COUNTRY, None, None, "Germany", 50.0, 10.0, 400, 80_000_000)
    known = {"München": [munich], "Deutschland": [germany]}
    with new_library(tmp_path, empty_catalog) as library:
        town = library.add(town="Munich", region="Bavaria", country="Germany")
        other = library.add(town="Berlin", region="Berlin", country="Germany")
        library.add(town="Munich", region="North Dakota", country="United States")
        searcher = Searcher(library.catalog, library.searcher._read, lambda name: known.get(name, []))

        def found(place: str) -> set[int]:
            return {int(hit.photo_id) for hit in searcher.search(Query(filters=(PlaceFilter(place),))).hits}

        assert found("München") == {town}
        assert found("Deutschland") == {town, other}
        assert found("Atlantis") == set()
        searcher.close()


def test_a_date_filter_takes_what_lies_in_its_span_whole_and_nothing_undated(library: "Library") -> None:
    day = int((datetime(1998, 7, 9) - datetime(1970, 1, 1)).total_seconds())
    of_day = library.add(sort_at=day)
    of_month = library.add(sort_at=day - 8 * 86400, taken_until=day + 23 * 86400 - 1)
    of_year = library.add(sort_at=day - 189 * 86400, taken_until=day + 176 * 86400 - 1)
    undated = library.add(sort_at=UNDATED, taken_wall=None, taken_until=None)
    searcher = library.open()

    def found(*filters: Filter, order: Order = Order.OLDEST) -> list[int]:
        return [int(hit.photo_id) for hit in searcher.search(Query(filters=filters, order=order)).hits]

    assert found(DateFilter(date(1998, 7, 9), date(1998, 7, 9))) == [of_day]
    assert found(DateFilter(date(1998, 7, 1), date(1998, 7, 31))) == [of_month, of_day]
    assert found(DateFilter(date(1998, 1, 1), date(1998, 12, 31))) == [of_year, of_month, of_day]
    assert found(YearlyFilter((7, 1), (7, 31))) == [of_month, of_day]
    assert found(YearlyFilter((7, 9), (7, 9))) == [of_day]
    assert found(YearlyFilter((12, 1), (6, 30))) == []
    assert found(FlagFilter(Flag.DATE, negated=True)) == [undated]
    assert found(DateFilter(None, date(2020, 1, 1))) == [of_year, of_month, of_day]
    assert found(DateFilter(date(1998, 1, 1), None, negated=True)) == [undated]
    assert found()[-1] == found(order=Order.NEWEST)[-1] == undated


def test_a_tag_finds_what_is_below_it_and_a_place_what_is_written(library: "Library") -> None:
    rome = library.add(tags=["Places/Italy/Rome"])
    fish = library.add(tags=["Italy fish"], town="Bergen", country="Norway", place_text="Fish market, Bergen, Norway")
    searcher = library.open()

    def found(part: Filter) -> list[int]:
        return [int(hit.photo_id) for hit in searcher.search(Query(filters=(part,))).hits]

    assert found(TagFilter("italy")) == found(TagFilter("Rome")) == found(TagFilter("places/Italy")) == [rome]
    assert found(TagFilter("Places/Italy/Rome")) == [rome]
    assert found(TagFilter("Places/Rome")) == []
    assert found(PlaceFilter("fish market")) == found(PlaceFilter("Bergen")) == [fish]


def test_answers_follow_changes_of_the_catalog(library: "Library") -> None:
    library.add("dog", favourite=True)
    searcher = library.open()
    query = Query((Words("dog"),), (FlagFilter(Flag.FAVOURITE),))
    assert searcher.search(query).matching == 1
    library.add("dog", favourite=True)
    library.open()
    assert searcher.search(query).matching == 2


def test_a_photo_is_found_by_when_it_was_added(library: "Library") -> None:
    today = int(datetime.now().timestamp())
    new = library.add(added_at=today)
    library.add(added_at=today - 10 * 86400)
    searcher = library.open()

    def found(part: Filter) -> list[int]:
        return [int(hit.photo_id) for hit in searcher.search(Query(filters=(part,))).hits]

    assert found(AddedFilter(date.today(), date.max)) == [new]
    assert len(found(AddedFilter(date.today() - timedelta(days=30), None))) == 2
    assert found(AddedFilter(None, date.today() - timedelta(days=400))) == []


def test_a_name_beyond_ascii_is_found_without_case(library: "Library") -> None:
    named = library.add(name="Ausflug KÖLN 1.jpg")
    library.add(name="Koln.jpg")
    searcher = library.open()
    for text in ("köln", "*köln*.jpg"):
        assert [hit.photo_id for hit in searcher.search(Query(filters=(NameFilter(text),))).hits] == [named]


def test_a_person_is_known_by_a_label_too(library: "Library") -> None:
    shows = library.add("boy")
    library.add("tree")
    with library.catalog.begin() as connection:
        connection.execute(insert(PhotoLabel).values(photo_id=shows, model_id=1, label="boy", score=0.9))
        connection.execute(insert(PhotoLabel).values(photo_id=shows + 1, model_id=1, label="tree", score=0.9))
    searcher = library.open()
    assert [hit.photo_id for hit in searcher.search(Query(filters=(FlagFilter(Flag.PEOPLE),))).hits] == [shows]


def test_an_empty_answer_names_what_keeps_photos_out(library: "Library") -> None:
    for number in range(3):
        library.add("dog", tags=["family"], camera_model="X-T3", sort_at=number * 86400)
    searcher = library.open()
    camera, old, tag = CameraFilter("X-T3"), DateFilter(date(1850, 1, 1), date(1850, 12, 31)), TagFilter("family")
    for terms in ((), (Words("dog"),)):
        result = searcher.search(Query(terms, (camera, old, tag)))
        assert result.culprits == (Culprit(old, 3),)
        assert searcher.search(Query(terms, (camera, tag))).culprits == ()
    assert searcher.search(Query((ExactWords("nowhere"),), (tag,))).culprits == (Culprit(ExactWords("nowhere"), 3),)
    both = searcher.search(Query(filters=(old, TagFilter("nobody"))))
    assert both.culprits == ()
