"""The comparison with exiftool counts what it should, and nothing that stands for "not known"."""

from dataclasses import replace
from datetime import datetime

from benchmarks.exiftool_agreement import compared
from core.media.request import ReadResult
from core.values.photo import ContentKey, DateSource, GeoPoint, MediaKind, Metadata, TakenAt

OURS = ReadResult(
    ContentKey(1, b"x" * 20),
    MediaKind.IMAGE,
    "JPEG",
    4,
    3,
    Metadata(
        taken_at=TakenAt(datetime(2019, 7, 4, 12, 34, 56, 250_000), 120),
        date_source=DateSource.FILE,
        camera_make="Leica",
        iso=200,
        exposure_s=0.004,
        position=GeoPoint(52.52, 13.405, 34.5),
        keywords=("Places/Italy/Rome", "sea"),
    ),
)
THEIRS = {
    "ExifIFD:DateTimeOriginal": "2019:07:04 12:34:56",
    "ExifIFD:OffsetTimeOriginal": "+02:00",
    "IFD0:Make": "Leica",
    "ExifIFD:ISO": 200,
    "ExifIFD:ExposureTime": 0.004,
    "Composite:GPSLatitude": 52.52,
    "Composite:GPSLongitude": 13.405,
    "Composite:GPSAltitude": 34.5,
    "XMP-dc:Subject": ["Rome", "sea"],
    "XMP-lr:HierarchicalSubject": "Places|Italy|Rome",
}


def test_all_that_is_the_same_agrees() -> None:
    found = compared(THEIRS, OURS)
    assert {field for field, agrees, _, _ in found if agrees} == {
        "date", "zone", "make", "ISO", "exposure", "latitude", "longitude", "altitude", "keywords"
    }  # fmt: skip
    assert all(agrees for _, agrees, _, _ in found)


def test_what_differs_or_is_missing_does_not_agree() -> None:
    other = {**THEIRS, "IFD0:Make": "Canon", "ExifIFD:ISO": 400, "XMP-dc:Title": "Harbour", "XMP-dc:Subject": "dog"}
    wrong = {field for field, agrees, _, _ in compared(other, OURS) if not agrees}
    assert wrong == {"make", "ISO", "title", "keywords"}
    by_name = replace(OURS, metadata=replace(OURS.metadata, date_source=DateSource.NAME))
    assert ("date", False) in {(field, agrees) for field, agrees, _, _ in compared(THEIRS, by_name)}


def test_noughts_that_stand_for_not_known_are_no_values() -> None:
    unknown = {"ExifIFD:ISO": 0, "ExifIFD:FNumber": 0, "Composite:GPSLatitude": 0, "Composite:GPSLongitude": 0}
    assert compared(unknown, OURS) == []
    assert [field for field, *_ in compared({"XMP-xmp:Rating": 0}, OURS)] == ["rating"]
