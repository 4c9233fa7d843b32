"""Google Takeout's JSON: which belongs to which photo, and what it says."""

import json
from datetime import datetime

import pytest

from core.media.metadata.takeout import match, read_takeout
from core.values.photo import GeoPoint, TakenAt

LONG = "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_P.jpg"  # 51 characters


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        ("IMG_3397.jpg", "IMG_3397.jpg.json"),
        ("IMG_3397.JPG", "IMG_3397.jpg.json"),
        ("IMG_3397.jpg", "IMG_3397.json"),
        ("IMG_3397.jpg", "IMG_3397.jpg.supplemental-metadata.json"),
        ("PXL_20230809_203029471.MP.jpg", "PXL_20230809_203029471.MP.jpg.supplemental-met.json"),
        ("PXL_20230809_203029471.jpg", "PXL_20230809_203029471.jpg.supplemental-metada.json"),
        ("a_long_name_of_forty_one_characters_____.jpg", "a_long_name_of_forty_one_characters_____.jpg.s.json"),
        ("a_long_name_of_forty_one_characters____.jpg", "a_long_name_of_forty_one_characters____.jpg.su.json"),
        ("holiday(1).jpg", "holiday.jpg(1).json"),
        ("holiday(1).jpg", "holiday.jpg.supplemental-metadata(1).json"),
        ("IMG_3397(12).HEIC", "IMG_3397.HEIC.supplemental-metadata(12).json"),
        ("holiday(1).jpg", "holiday(1).jpg.json"),
        ("IMG_3397-edited.jpg", "IMG_3397.jpg.supplemental-metadata.json"),
        ("IMG_3397-bearbeitet.jpg", "IMG_3397.jpg.json"),
        ("IMG_3397-edited(1).jpg", "IMG_3397.jpg(1).json"),
        (LONG, "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_.json"),
        ("Грандма на старой мельнице.jpg", "Грандма на старой мельнице.jpg.supplemental-me.json"),
    ],
)
def test_a_photo_finds_its_json(photo: str, sidecar: str) -> None:
    assert match([photo], [sidecar, "metadata.json", "another.jpg.json"]) == {photo: sidecar}


def test_copies_are_not_mixed_up() -> None:
    photos = ["holiday.jpg", "holiday(1).jpg", "holiday(2).jpg", "holiday.png"]
    sidecars = ["holiday.jpg.json", "holiday.jpg(1).json", "holiday.jpg.supplemental-metadata(2).json"]
    assert match(photos, sidecars) == dict(zip(photos, sidecars, strict=False))


def test_other_json_belongs_to_nobody() -> None:
    assert match(["a.jpg"], ["metadata.json", "b.jpg.json", "package.json"]) == {}
    assert match(["a.jpg"], []) == {}


def takeout(**changes: object) -> bytes:
    return json.dumps(
        {
            "title": "IMG_3397.jpg",
            "description": "Grandma at the old mill",
            "creationTime": {"timestamp": "1598032635"},
            "photoTakenTime": {"timestamp": "1478174685"},
            "geoData": {"latitude": 38.7223, "longitude": -9.1393, "altitude": 0.0},
            "people": [{"name": "Ada Example"}, {"name": "Ben"}],
            "favorited": True,
            **changes,
        }
    ).encode()


def test_date_place_caption_people_and_favourite_are_read() -> None:
    found = read_takeout(takeout())
    (date,) = found.dates
    assert (date.taken_at, date.is_instant) == (TakenAt(datetime(2016, 11, 3, 12, 4, 45), 0), True)
    assert found.metadata.position == GeoPoint(38.7223, -9.1393)
    assert found.metadata.caption == "Grandma at the old mill"
    assert found.metadata.people == found.metadata.keywords == ("Ada Example", "Ben")
    assert found.metadata.favourite


def test_what_google_does_not_know_is_nothing() -> None:
    found = read_takeout(
        takeout(
            description="",
            photoTakenTime={"timestamp": "0"},
            geoData={"latitude": 0.0, "longitude": 0.0},
            people=None,
            favorited=False,
        )
    )
    assert found.dates == ()
    assert (found.metadata.position, found.metadata.caption, found.metadata.favourite) == (None, None, False)
    dated_before_1970 = read_takeout(takeout(photoTakenTime={"timestamp": "-86400"}))
    assert dated_before_1970.dates[0].taken_at.wall == datetime(1969, 12, 31)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"photoTakenTime": 5}',
        takeout(photoTakenTime={"timestamp": "soon"}),
        takeout(photoTakenTime={"timestamp": "9" * 40}),
        takeout(geoData=[1], people=[1, {"name": 5}], description=7),
    ],
)
def test_rubbish_costs_nothing_but_a_note(data: bytes) -> None:
    read_takeout(data)
