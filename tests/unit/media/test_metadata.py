"""EXIF, XMP and IPTC: what is read, what wins, and that a malformed value costs itself alone."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.media.metadata import values
from core.media.metadata.container import read_container
from core.media.metadata.dates import Dates, choose
from core.media.metadata.exif import Directories, read_exif
from core.media.metadata.iptc import read_iptc
from core.media.metadata.xmp import read_xmp
from core.media.reader import read
from core.values.photo import DatePrecision, GeoPoint, Metadata, TakenAt
from tests.unit.media.making import encoded, exif_block, quarters, request

MAKE, MODEL, DESCRIPTION, DATE_TIME = 0x10F, 0x110, 0x10E, 0x132
ORIGINAL, DIGITIZED, SUBSEC, OFFSET = 0x9003, 0x9004, 0x9291, 0x9011
EXPOSURE, F_NUMBER, ISO, FOCAL, LENS, COMMENT = 0x829A, 0x829D, 0x8827, 0x920A, 0xA434, 0x9286
GPS_HERE: dict[int, object] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0), 5: b"\x00", 6: 34.5}


def packet(attributes: str = "", children: str = "") -> bytes:
    return f"""<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>
    <x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'
      xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:tiff='http://ns.adobe.com/tiff/1.0/'
      xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' xmlns:digiKam='http://www.digikam.org/ns/1.0/'
      xmlns:lr='http://ns.adobe.com/lightroom/1.0/' xmlns:GCamera='http://ns.google.com/photos/1.0/camera/'
      {attributes}>{children}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>""".encode()


def chosen(dates: Dates) -> TakenAt | None:
    found = choose(dates, None)
    return None if found is None else found.taken_at


def metadata_of(folder: Path, data: bytes, **changes: object) -> Metadata:
    path = folder / "photo.jpg"
    path.write_bytes(data)
    return read(request(path, **changes)).metadata


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_a_cameras_exif_is_read_in_every_format(format_name: str, tmp_path: Path) -> None:
    block = exif_block(
        {MAKE: "Fujifilm", MODEL: "X-T5", DESCRIPTION: "On the beach"},
        {
            ORIGINAL: "2021:07:08 09:10:11",
            SUBSEC: "25",
            OFFSET: "+02:00",
            EXPOSURE: 0.004,
            F_NUMBER: 2.8,
            ISO: 400,
            FOCAL: 35.0,
            LENS: "XF 35mm",
        },
        GPS_HERE,
    )
    found = metadata_of(tmp_path, encoded(quarters(), format_name, exif=block))
    assert found.taken_at == TakenAt(datetime(2021, 7, 8, 9, 10, 11, 250000), 120)
    assert (found.camera_make, found.camera_model, found.lens) == ("Fujifilm", "X-T5", "XF 35mm")
    assert (found.iso, found.f_number, found.exposure_s, found.focal_mm) == (400, 2.8, 0.004, 35.0)
    assert found.caption == "On the beach"
    assert found.notes == ()
    assert found.position is not None
    assert found.position.latitude == pytest.approx(52.52)
    assert found.position.longitude == pytest.approx(13.405)
    assert found.position.altitude == pytest.approx(34.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020:06:01 12:13:14", TakenAt(datetime(2020, 6, 1, 12, 13, 14))),
        ("2020-06-01T12:13:14Z", TakenAt(datetime(2020, 6, 1, 12, 13, 14), 0)),
        ("2020-06-01T12:13:14.5-03:30", TakenAt(datetime(2020, 6, 1, 12, 13, 14, 500000), -210)),
        ("2020/06/01 12:13", TakenAt(datetime(2020, 6, 1, 12, 13))),
        ("2020-06", TakenAt(datetime(2020, 6, 1), precision=DatePrecision.MONTH)),
        ("1987", TakenAt(datetime(1987, 1, 1), precision=DatePrecision.YEAR)),
        ("1968:00:00 00:00:00", TakenAt(datetime(1968, 1, 1), precision=DatePrecision.YEAR)),
        ("1968:05:00 00:00:00", TakenAt(datetime(1968, 5, 1), precision=DatePrecision.MONTH)),
        ("1968:05:  ", TakenAt(datetime(1968, 5, 1), precision=DatePrecision.MONTH)),
        ("1968:  :     :  :  ", TakenAt(datetime(1968, 1, 1), precision=DatePrecision.YEAR)),
        ("1968-05-04", TakenAt(datetime(1968, 5, 4), precision=DatePrecision.DAY)),
        ("2016:12:31 23:59:60", TakenAt(datetime(2016, 12, 31, 23, 59, 59))),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("", None),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, expected: TakenAt | None) -> None:
    assert values.moment(text) == expected


@pytest.mark.parametrize(
    "text", ["2020:13:01 00:00:00", "2020:02:30 00:00:00", "yesterday", "12.06.2020", "9999:12:31 23:59:59"]
)
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        values.moment(text)


def test_a_malformed_value_is_dropped_with_a_note_and_the_others_stay(tmp_path: Path) -> None:
    block = exif_block(
        {MAKE: "Nikon", 0x112: 77},
        {ORIGINAL: "2020:99:99 99:99:99", DIGITIZED: "2020:01:02 03:04:05", F_NUMBER: -4.0, ISO: 0, EXPOSURE: 0.01},
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0)},
    )
    found = metadata_of(tmp_path, encoded(quarters(), "JPEG", exif=block))
    assert found.taken_at == TakenAt(datetime(2020, 1, 2, 3, 4, 5))
    assert (found.camera_make, found.exposure_s) == ("Nikon", 0.01)
    assert (found.f_number, found.iso, found.position) == (None, None, None)
    noted = " ".join(found.notes)
    for name in ("DateTimeOriginal", "FNumber", "GPSLatitude", "Orientation"):
        assert name in noted


def test_exif_that_is_rubbish_costs_only_itself(tmp_path: Path) -> None:
    for rubbish in (b"Exif\x00\x00", b"Exif\x00\x00II*\x00\xff\xff\xff\xff", b"Exif\x00\x00" + os.urandom(200)):
        found = metadata_of(tmp_path, encoded(quarters(), "JPEG", exif=rubbish))
        assert found.camera_make is None


def test_the_zone_is_told_by_the_satellites_time_when_the_camera_does_not_write_it() -> None:
    detail = {ORIGINAL: "2021:07:08 14:40:10"}
    gps = {29: "2021:07:08", 7: (9.0, 10.0, 5.0)}
    assert chosen(read_exif(Directories({}, detail, gps)).dates) == TakenAt(datetime(2021, 7, 8, 14, 40, 10), 330)
    old_fix = {29: "2021:07:08", 7: (9.0, 3.0, 5.0)}
    assert chosen(read_exif(Directories({}, detail, old_fix)).dates) == TakenAt(datetime(2021, 7, 8, 14, 40, 10))


def test_null_island_is_where_devices_without_a_position_say_they_are() -> None:
    nowhere = {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}
    found = read_exif(Directories({}, {}, nowhere)).metadata
    assert found.position is None
    south_west = {1: "S", 2: (33.0, 0.0, 0.0), 3: "W", 4: (70.0, 30.0, 0.0), 5: 1, 6: 12.0}
    assert read_exif(Directories({}, {}, south_west)).metadata.position == GeoPoint(-33.0, -70.5, -12.0)


def test_what_cameras_write_as_a_caption_is_none() -> None:
    for text in ("OLYMPUS DIGITAL CAMERA         ", "SONY DSC", "\x00\x00", "   "):
        assert read_exif(Directories({DESCRIPTION: text}, {}, {})).metadata.caption is None
    assert read_exif(Directories({DESCRIPTION: "Gr\xc3\xbc\xc3\x9fe"}, {}, {})).metadata.caption == "Grüße"


def test_windows_titles_keywords_and_stars_are_read() -> None:
    main = {
        0x9C9B: "Hafen".encode("utf-16-le") + b"\0\0",
        0x9C9E: tuple("Meer;Boot".encode("utf-16-le")),
        0x4746: 4,
    }
    found = read_exif(Directories(main, {}, {})).metadata
    assert (found.title, found.keywords, found.rating) == ("Hafen", ("Meer", "Boot"), 4)
    assert read_exif(Directories({0x4749: 99}, {}, {})).metadata.rating == 5


def test_xmp_gives_words_rating_and_what_exif_gives() -> None:
    found = read_xmp(
        packet(
            "xmp:Rating='3' photoshop:DateCreated='2019-05-04T10:20:30+01:00' tiff:Make='Leica' exif:FNumber='28/10'"
            " exif:GPSLatitude='52,31.2N' exif:GPSLongitude='13,24.3W' GCamera:MotionPhoto='1'",
            "<dc:title><rdf:Alt><rdf:li xml:lang='de'>Strand</rdf:li><rdf:li xml:lang='x-default'>Beach</rdf:li>"
            "</rdf:Alt></dc:title>"
            "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Evening</rdf:li></rdf:Alt></dc:description>"
            "<dc:subject><rdf:Bag><rdf:li>Sea</rdf:li><rdf:li>Family</rdf:li></rdf:Bag></dc:subject>"
            "<digiKam:TagsList><rdf:Seq><rdf:li>People/Anna</rdf:li></rdf:Seq></digiKam:TagsList>"
            "<lr:hierarchicalSubject><rdf:Bag><rdf:li>Places|Rügen</rdf:li></rdf:Bag></lr:hierarchicalSubject>"
            "<exif:ISOSpeedRatings><rdf:Seq><rdf:li>160</rdf:li></rdf:Seq></exif:ISOSpeedRatings>",
        )
    )
    assert found.motion_photo
    assert (found.metadata.rating, found.metadata.title, found.metadata.caption) == (3, "Beach", "Evening")
    assert found.metadata.keywords == ("Sea", "Family", "People/Anna", "Places/Rügen")
    assert chosen(found.dates) == TakenAt(datetime(2019, 5, 4, 10, 20, 30), 60)
    assert (found.metadata.camera_make, found.metadata.f_number, found.metadata.iso) == ("Leica", 2.8, 160)
    assert found.metadata.position is not None
    assert found.metadata.position.latitude == pytest.approx(52.52)
    assert found.metadata.position.longitude == pytest.approx(-13.405)
    assert found.metadata.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_xmp_is_read_in_every_encoding_that_programs_write(encoding: str) -> None:
    text = packet("xmp:Rating='2' tiff:Model='Müller'").decode()
    found = read_xmp(text.encode(encoding)).metadata
    assert (found.rating, found.camera_model) == (2, "Müller")


def test_hostile_xml_is_refused_with_a_note() -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {chr(ord('b') + i)} '{('&' + chr(ord('a') + i) + ';') * 10}'>" for i in range(9)
    )
    for data in (
        (bomb + "]><x>&j;</x>").encode(),
        b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
        b"<a>" * 100_000,
        b"\x00\xff rubbish",
        b"",
    ):
        found = read_xmp(data)
        assert found.metadata.caption is None
        assert found.metadata.notes


def test_a_sidecar_goes_before_the_file_and_its_keywords_are_added(tmp_path: Path) -> None:
    sidecar = tmp_path / "photo.jpg.xmp"
    sidecar.write_bytes(
        packet(
            "xmp:Rating='5' exif:DateTimeOriginal='2000-01-01T00:00:00' xmp:ModifyDate='2024-01-01T00:00:00'",
            "<dc:subject><rdf:Bag><rdf:li>Sidecar</rdf:li><rdf:li>both</rdf:li></rdf:Bag></dc:subject>",
        )
    )
    inside = packet(
        "xmp:Rating='1'", "<dc:subject><rdf:Bag><rdf:li>Both</rdf:li><rdf:li>Inside</rdf:li></rdf:Bag></dc:subject>"
    )
    block = exif_block({MAKE: "Sony"}, {ORIGINAL: "2021:07:08 09:10:11"})
    data = encoded(quarters(), "JPEG", exif=block, xmp=inside)
    alone = metadata_of(tmp_path, data)
    assert (alone.rating, alone.keywords) == (1, ("Both", "Inside"))
    together = metadata_of(tmp_path, data, sidecar=str(sidecar))
    assert (together.rating, together.camera_make) == (5, "Sony")
    assert together.taken_at == TakenAt(datetime(2000, 1, 1))
    assert together.keywords == ("Sidecar", "both", "Inside")


def test_a_sidecar_that_cannot_be_read_costs_a_note_and_not_the_photo(tmp_path: Path) -> None:
    data = encoded(quarters(), "JPEG", exif=exif_block({MAKE: "Sony"}))
    (tmp_path / "broken.xmp").write_bytes(b"<x:xmpmeta")
    (tmp_path / "large.xmp").write_bytes(b" " * 5_000_000)
    for name in ("missing.xmp", "broken.xmp", "large.xmp"):
        found = metadata_of(tmp_path, data, sidecar=str(tmp_path / name))
        assert found.camera_make == "Sony"
        assert any(note.startswith("sidecar") for note in found.notes), name


def test_exif_gives_the_date_and_xmp_the_words_where_both_do(tmp_path: Path) -> None:
    block = exif_block({DESCRIPTION: "from exif"}, {ORIGINAL: "2021:07:08 09:10:11"})
    inside = packet(
        "photoshop:DateCreated='2019-01-01'",
        "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>from xmp</rdf:li></rdf:Alt></dc:description>",
    )
    found = metadata_of(tmp_path, encoded(quarters(), "JPEG", exif=block, xmp=inside))
    assert (found.taken_at, found.caption) == (TakenAt(datetime(2021, 7, 8, 9, 10, 11)), "from xmp")


def test_the_date_of_editing_is_the_last_resort(tmp_path: Path) -> None:
    edited = metadata_of(tmp_path, encoded(quarters(), "JPEG", exif=exif_block({DATE_TIME: "2022:02:02 02:02:02"})))
    assert edited.taken_at == TakenAt(datetime(2022, 2, 2, 2, 2, 2))


def test_iptc_is_read() -> None:
    found = read_iptc(
        {
            (2, 5): b"Regatta",
            (2, 25): [b"Sailing", "Müritz".encode()],
            (2, 55): b"20180607",
            (2, 60): b"121314+0200",
            (2, 120): "Schöner Tag".encode("latin-1"),
        }
    )
    words = found.metadata
    assert (words.title, words.caption, words.keywords) == ("Regatta", "Schöner Tag", ("Sailing", "Müritz"))
    assert chosen(found.dates) == TakenAt(datetime(2018, 6, 7, 12, 13, 14), 120)
    assert read_iptc({(2, 55): b"99999999"}).metadata.notes


def test_a_videos_container_gives_date_place_and_camera() -> None:
    found = read_container(
        {
            "creation_time": "2020-01-01T10:00:00.000000Z",
            "com.apple.quicktime.creationdate": "2020-01-01T11:00:00+0100",
            "com.apple.quicktime.location.ISO6709": "+52.5200+013.4050+000.000/",
            "com.apple.quicktime.make": "Apple",
            "com.apple.quicktime.model": "iPhone 15",
            "com.apple.quicktime.content.identifier": "1B8A5D1C-0F5C-4C0A-9A5B-2D3C6D8A1F00",
        }
    )
    assert chosen(found.dates) == TakenAt(datetime(2020, 1, 1, 11), 60)
    assert found.metadata.position == GeoPoint(52.52, 13.405, 0.0)
    assert (found.metadata.camera_make, found.metadata.camera_model) == ("Apple", "iPhone 15")
    assert found.metadata.content_identifier == "1B8A5D1C-0F5C-4C0A-9A5B-2D3C6D8A1F00"
    assert read_container({"creation_time": "1904-01-01T00:00:00Z", "location": "nowhere"}).metadata.notes
    assert read_container({"creation_time": "1904-01-01T00:00:00Z"}).dates == ()


@pytest.mark.parametrize(
    ("name", "main", "detail", "expected"),
    [
        ("Screenshot 2024-01-01.png", {}, {}, True),
        ("Bildschirmfoto vom 2024.png", {}, {}, True),
        ("スクリーンショット.png", {}, {}, True),
        ("IMG_0001.PNG", {}, {COMMENT: b"ASCII\0\0\0Screenshot"}, True),
        ("screenshot of a camera.jpg", {}, {EXPOSURE: 0.01}, False),
        ("beach.jpg", {}, {}, False),
    ],
)
def test_screenshots_are_told_by_what_is_written(
    name: str, main: dict[int, object], detail: dict[int, object], expected: bool, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(encoded(quarters(), "PNG", exif=exif_block(main, detail)))
    assert read(request(path)).is_screenshot is expected


def test_a_motion_photo_says_so(tmp_path: Path) -> None:
    plain = encoded(quarters(), "JPEG")
    for data, expected in (
        (plain, False),
        (encoded(quarters(), "JPEG", xmp=packet("GCamera:MotionPhoto='1'")), True),
        (encoded(quarters(), "JPEG", xmp=packet("GCamera:MotionPhoto='0'")), False),
        (plain + b"MotionPhoto_Data" + b"\x00\x00\x00\x18ftypmp42" + bytes(100), True),
    ):
        path = tmp_path / "photo.jpg"
        path.write_bytes(data)
        assert read(request(path)).motion_video is expected
    heic = encoded(quarters(), "HEIF")
    path = tmp_path / "photo.heic"
    path.write_bytes(heic + b"\x00\x00\x00\x10mpvd" + bytes(8))
    assert read(request(path)).motion_video


ANYTHING = st.one_of(
    st.none(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=30),
    st.binary(max_size=30),
    st.tuples(st.floats(), st.floats(), st.floats()),
    st.tuples(st.integers()),
    st.just(()),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    main=st.dictionaries(
        st.sampled_from([MAKE, MODEL, DESCRIPTION, DATE_TIME, 0x112, 0x4746, 0x4749, 0x9C9B, 0x9C9E]), ANYTHING
    ),
    detail=st.dictionaries(
        st.sampled_from([ORIGINAL, DIGITIZED, SUBSEC, OFFSET, EXPOSURE, F_NUMBER, ISO, FOCAL, LENS, COMMENT]), ANYTHING
    ),
    gps=st.dictionaries(st.integers(0, 31), ANYTHING),
)
def test_no_value_in_exif_can_stop_the_others(
    main: dict[int, object], detail: dict[int, object], gps: dict[int, object]
) -> None:
    found = read_exif(Directories({**main, MODEL: "Z 9"}, detail, gps))
    assert found.metadata.camera_model == "Z 9"
    assert found.orientation in range(1, 9)
    text = f"{found.metadata}"
    assert text.encode("utf-8", "strict")


def test_notes_of_one_file_are_bounded(tmp_path: Path) -> None:
    notes = tuple(f"note {number}" for number in range(100))
    from core.media.metadata.merge import merge

    assert len(merge(Metadata(notes=notes)).notes) <= 20


def test_pictures_made_here_carry_what_is_asked_for() -> None:
    exif = Image.Exif()
    exif.load(exif_block({MAKE: "x"}, {ISO: 5}, {1: "N"}))
    assert (exif[MAKE], exif.get_ifd(0x8769)[ISO], exif.get_ifd(0x8825)[1]) == ("x", 5, "N")
