"""Which date a photo gets of all that are written: the kind before the source, and a time zone where one is told."""

import json
import struct
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from core.media.metadata.container import read_container
from core.media.metadata.dates import DateKind, choose, dated
from core.media.reader import read
from core.values.photo import DatePrecision, DateSource, GeoPoint, Metadata, TakenAt
from tests.unit.media.making import app13, encoded, exif_block, quarters, request, video
from tests.unit.media.test_metadata import DATE_TIME, DIGITIZED, ORIGINAL, packet

SCANNED = "2015:10:11 13:40:12"
NEW_YORK = GeoPoint(40.758, -73.9855)
YEAR, DAY = DatePrecision.YEAR, DatePrecision.DAY


@pytest.fixture(autouse=True)
def clock_of_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this machine's zone be one that no photo here was taken in."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of a running process can be set on POSIX only")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def taken(
    folder: Path,
    *,
    name: str = "scan.jpg",
    exif: dict[int, object] | None = None,
    main: dict[int, object] | None = None,
    xmp: bytes | None = None,
    iptc: dict[tuple[int, int], bytes] | None = None,
    sidecar: bytes | None = None,
    takeout: dict[str, object] | None = None,
    folders: tuple[str, ...] = (),
) -> Metadata:
    options: dict[str, object] = {}
    if exif or main:
        options["exif"] = exif_block(main or {}, exif)
    if xmp:
        options["xmp"] = xmp
    data = encoded(quarters(), "JPEG", **options)
    path = folder / name
    path.write_bytes(data if iptc is None else app13(data, iptc))
    changes: dict[str, object] = {"folders": folders}
    if sidecar is not None:
        (folder / "scan.xmp").write_bytes(sidecar)
        changes["sidecar"] = str(folder / "scan.xmp")
    if takeout is not None:
        (folder / "scan.json").write_text(json.dumps(takeout))
        changes["takeout"] = str(folder / "scan.json")
    return read(request(path, **changes)).metadata


def test_when_it_was_taken_goes_before_when_it_was_scanned_whatever_says_it(tmp_path: Path) -> None:
    scan: dict[int, object] = {DIGITIZED: SCANNED}
    for year, found in (
        (1965, taken(tmp_path, exif=scan, xmp=packet("photoshop:DateCreated='1965-08-09'"))),
        (1966, taken(tmp_path, exif=scan, iptc={(2, 55): b"19660809"})),
        (1967, taken(tmp_path, exif=scan, xmp=packet("exif:DateTimeOriginal='1967-08-09T10:00:00'"))),
        (1968, taken(tmp_path, exif={ORIGINAL: "1968:00:00 00:00:00", **scan})),
    ):
        assert found.taken_at is not None
        assert (found.taken_at.wall.year, found.date_source) == (year, DateSource.FILE)


def test_a_year_alone_is_a_date(tmp_path: Path) -> None:
    unknown_day = TakenAt(datetime(1968, 1, 1), precision=YEAR)
    assert taken(tmp_path, exif={ORIGINAL: "1968:00:00 00:00:00"}).taken_at == unknown_day
    assert taken(tmp_path, iptc={(2, 55): b"19680000"}).taken_at == unknown_day
    assert taken(tmp_path, xmp=packet("photoshop:DateCreated='1968'")).taken_at == unknown_day
    finer = taken(tmp_path, exif={ORIGINAL: "1968:00:00 00:00:00"}, iptc={(2, 55): b"19680809"})
    assert finer.taken_at == TakenAt(datetime(1968, 8, 9), precision=DAY)


def test_a_date_of_digitising_or_changing_is_better_than_none(tmp_path: Path) -> None:
    blank = taken(tmp_path, exif={ORIGINAL: "0000:00:00 00:00:00", DIGITIZED: SCANNED})
    assert (blank.taken_at, blank.date_source) == (TakenAt(datetime(2015, 10, 11, 13, 40, 12)), DateSource.DIGITISED)
    changed = taken(tmp_path, main={DATE_TIME: "2012:03:04 05:06:07"})
    assert (changed.taken_at, changed.date_source) == (TakenAt(datetime(2012, 3, 4, 5, 6, 7)), DateSource.CHANGED)


def test_a_sidecar_with_a_rating_changes_no_date_and_takes_no_zone_away(tmp_path: Path) -> None:
    inside: dict[int, object] = {ORIGINAL: "1985:06:07 12:00:00", 0x9011: "+02:00", DIGITIZED: SCANNED}
    beside = packet("xmp:Rating='3' xmp:CreateDate='2015-10-11T13:40:12' xmp:ModifyDate='2024-01-01T00:00:00'")
    found = taken(tmp_path, exif=inside, sidecar=beside)
    assert (found.taken_at, found.rating) == (TakenAt(datetime(1985, 6, 7, 12), 120), 3)
    repeated = taken(tmp_path, exif=inside, sidecar=packet("exif:DateTimeOriginal='1985-06-07T12:00:00'"))
    assert (repeated.taken_at, repeated.date_source) == (TakenAt(datetime(1985, 6, 7, 12), 120), DateSource.SIDECAR)
    mended = taken(tmp_path, exif=inside, sidecar=packet("exif:DateTimeOriginal='1985-06-08T12:00:00'"))
    assert mended.taken_at == TakenAt(datetime(1985, 6, 8, 12))


def test_xmp_tells_the_zone_of_exifs_date(tmp_path: Path) -> None:
    inside: dict[int, object] = {ORIGINAL: "2019:07:04 23:30:00"}
    found = taken(tmp_path, exif=inside, xmp=packet("exif:DateTimeOriginal='2019-07-04T23:30:00-04:00'"))
    assert found.taken_at == TakenAt(datetime(2019, 7, 4, 23, 30), -240)
    other_time = taken(tmp_path, exif=inside, xmp=packet("xmp:CreateDate='2019-07-05T03:30:00+01:00'"))
    assert other_time.taken_at == TakenAt(datetime(2019, 7, 4, 23, 30))


def test_name_then_takeout_then_folder_stand_in_for_a_file_that_says_nothing(tmp_path: Path) -> None:
    google: dict[str, object] = {"photoTakenTime": {"timestamp": "1478174685"}}
    years = ("Pictures", "1998-07 Summer")
    by_name = taken(tmp_path, name="IMG-20200101-WA0001.jpg", takeout=google, folders=years)
    assert (by_name.taken_at, by_name.date_source) == (
        TakenAt(datetime(2020, 1, 1), precision=DAY),
        DateSource.NAME,
    )
    by_takeout = taken(tmp_path, takeout=google, folders=years)
    assert (by_takeout.taken_at, by_takeout.date_source) == (
        TakenAt(datetime(2016, 11, 3, 13, 4, 45), 60),  # noon in UTC, and this machine is in Berlin
        DateSource.TAKEOUT,
    )
    by_folder = taken(tmp_path, folders=years)
    assert (by_folder.taken_at, by_folder.date_source) == (
        TakenAt(datetime(1998, 7, 1), precision=DatePrecision.MONTH),
        DateSource.FOLDER,
    )
    by_file = taken(tmp_path, name="IMG-20200101-WA0001.jpg", main={DATE_TIME: "2012:03:04 05:06:07"}, folders=years)
    assert by_file.date_source is DateSource.CHANGED


def test_a_photo_of_which_nothing_tells_the_date_has_none(tmp_path: Path) -> None:
    found = taken(tmp_path, folders=("Pictures", "DCIM"))
    assert (found.taken_at, found.date_source) == (None, None)


def test_takeouts_position_tells_the_zone(tmp_path: Path) -> None:
    google: dict[str, object] = {
        "photoTakenTime": {"timestamp": "1478174685"},
        "geoData": {"latitude": 40.758, "longitude": -73.9855, "altitude": 0.0},
        "people": [{"name": "Ada Example"}],
    }
    found = taken(tmp_path, takeout=google)
    assert found.taken_at == TakenAt(datetime(2016, 11, 3, 8, 4, 45), -240)
    assert (found.position, found.people, found.keywords) == (NEW_YORK, ("Ada Example",), ("Ada Example",))


@pytest.mark.parametrize(
    ("name", "facts", "wall", "offset"),
    [
        ("VID_20190704_233100.mp4", {"creation_time": "2019-07-05T03:31:00Z"}, "2019-07-04 23:31:00", -240),
        # The name of a Pixel is in UTC as well: this machine's zone it is.
        ("PXL_20190705_033200.mp4", {"creation_time": "2019-07-05T03:32:00Z"}, "2019-07-05 05:32:00", 120),
        ("clip.mp4", {"creation_time": "2019-07-05T03:32:00Z"}, "2019-07-05 05:32:00", 120),
        ("clip.mp4", {"creation_time": "2019-01-05T03:32:00Z"}, "2019-01-05 04:32:00", 60),
        (
            "clip.mov",
            {"creation_time": "2019-07-05T03:33:00Z", "date": "2019-07-04T23:33:00-0400"},
            "2019-07-04 23:33:00",
            -240,
        ),
    ],
)
def test_a_videos_utc_becomes_the_time_of_its_place(
    name: str, facts: dict[str, str], wall: str, offset: int, tmp_path: Path
) -> None:
    path = video(tmp_path / name, [Image.new("RGB", (64, 64))], seconds_per_scene=0.5, metadata=facts)
    assert read(request(path)).metadata.taken_at == TakenAt(datetime.fromisoformat(wall), offset)


def test_a_videos_position_tells_its_zone() -> None:
    facts = read_container({"creation_time": "2019-07-05T03:32:00Z", "location": "+40.7580-073.9855+010.000/"})
    found = choose(facts.dates, facts.metadata.position)
    assert found is not None
    assert found.taken_at == TakenAt(datetime(2019, 7, 4, 23, 32), -240)


def test_a_recordings_end_is_told_by_its_name_too() -> None:
    dates = (
        *dated(TakenAt(datetime(2019, 7, 5, 3, 36), 0), DateKind.TAKEN, is_instant=True),
        *dated(TakenAt(datetime(2019, 7, 4, 23, 31)), DateKind.NAME),
    )
    found = choose(dates, None, tolerance_s=300)
    assert found is not None
    assert found.taken_at.offset_minutes == -240


@pytest.mark.parametrize(
    "facts",
    [
        {"major_brand": "mp42", "compatible_brands": "mp42avc1CAEP"},
        {"handler_name": "GoPro AVC"},
        {"make": "NIKON"},
    ],
)
def test_cameras_that_write_local_time_keep_it(facts: dict[str, str]) -> None:
    found = choose(read_container({"creation_time": "2019-07-05T03:32:00Z", **facts}).dates, NEW_YORK)
    assert found is not None
    assert found.taken_at == TakenAt(datetime(2019, 7, 5, 3, 32))


def test_no_zone_is_made_up_at_sea() -> None:
    dates = dated(TakenAt(datetime(2019, 7, 5, 3, 32), 0), DateKind.TAKEN, is_instant=True)
    found = choose(dates, GeoPoint(-30.0, -140.0))
    assert found is not None
    assert found.taken_at.offset_minutes == 120


@pytest.mark.parametrize(
    ("taken_at", "end"),
    [
        (TakenAt(datetime(2020, 2, 29), precision=DAY), datetime(2020, 3, 1)),
        (TakenAt(datetime(2020, 12, 1), precision=DatePrecision.MONTH), datetime(2021, 1, 1)),
        (TakenAt(datetime(2020, 1, 1), precision=DatePrecision.MONTH), datetime(2020, 2, 1)),
        (TakenAt(datetime(2020, 1, 1), precision=YEAR), datetime(2021, 1, 1)),
    ],
)
def test_a_date_knows_its_span(taken_at: TakenAt, end: datetime) -> None:
    assert taken_at.end() == end


SONY = b"""<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.00" lastUpdate="2018-09-05T18:07:17+09:00">
<Duration value="240"/><CreationDate value="2018-09-05T18:07:07+09:00"/>
<Device manufacturer="Sony" modelName="ILCE-7M3" serialNo="1"/></NonRealTimeMeta>"""


def test_sonys_cameras_tell_the_zone_in_their_xml(tmp_path: Path) -> None:
    facts = {"creation_time": "2018-09-05T09:07:07Z"}
    path = video(tmp_path / "C0001.mp4", [Image.new("RGB", (64, 64))], seconds_per_scene=0.5, metadata=facts)
    for xml, taken_at in (
        (SONY, TakenAt(datetime(2018, 9, 5, 18, 7, 7), 540)),
        (SONY[:100], TakenAt(datetime(2018, 9, 5, 11, 7, 7), 120)),  # this machine is in Berlin
        (b"<other/>", TakenAt(datetime(2018, 9, 5, 11, 7, 7), 120)),
    ):
        inner = struct.pack(">I4s4x", 12 + len(xml), b"xml ") + xml
        whole = path.read_bytes() + struct.pack(">I4s4x", 12 + len(inner), b"meta") + inner
        (tmp_path / "sony.mp4").write_bytes(whole)
        found = read(request(tmp_path / "sony.mp4")).metadata
        assert found.taken_at == taken_at
        assert found.camera_model == ("ILCE-7M3" if xml is SONY else None)
