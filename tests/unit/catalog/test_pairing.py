"""Which files may be one photo by their names, and which are by what they say."""

from dataclasses import replace

import pytest

from core.catalog.file_facts import Facts
from core.catalog.pair_names import is_counted, likeness, pair_key
from core.catalog.pairing import evidence
from core.values.photo import FileRole, MediaKind

UUID = "0a1b2c3d-0000-4000-8000-0123456789ab"


@pytest.mark.parametrize(
    "names",
    [
        ("DSC_0001.JPG", "DSC_0001.NEF", "dsc_0001.nef"),
        ("IMG_0001.HEIC", "IMG_0001.MOV", "IMG_0001_HEIC.MOV", "IMG_0001.HEIC.MOV", "IMG_0001(1).MOV"),
        ("IMG_0001.JPG", "IMG_0001_JPG.mov", "IMG_0001 (2).MOV", "IMG_0001-live.mov"),
        (f"{UUID}.heic", f"{UUID}_3.mov", f"{UUID.upper()}.HEIC"),
        ("PXL_20210101_101010101.MP.jpg", "PXL_20210101_101010101.MP", "PXL_20210101_101010101.MP.mp4"),
        ("PXL_20210101_101010101.MP~2.jpg", "PXL_20210101_101010101.MP~2"),
        ("PXL_20250126_164931991.RAW-01.COVER.jpg", "PXL_20250126_164931991.RAW-02.ORIGINAL.dng"),
        ("PXL_20250126_164931991.RAW-01.MP.COVER.jpg", "PXL_20250126_164931991.dng"),
        ("MVIMG_20190101_120000.jpg", "MVIMG_20190101_120000.MP4"),
        ("20200101_120000.jpg", "20200101_120000.mp4"),
        ("Übung 1.jpg", "übung 1.MOV"),
    ],
)
def test_names_of_one_photo(names: tuple[str, ...]) -> None:
    assert len({pair_key(name.encode()) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IMG_0001.JPG", "IMG_0002.MOV"),
        ("IMG_0001.JPG", "IMG_00011.MOV"),
        ("IMG_0102.JPG", "IMG_E0102.JPG"),
        ("beach.jpg", "beach-edited.jpg"),
        ("IMG_0001_HEIC.JPG", "IMG_0001.MOV"),
        ("PXL_20210101_101010101.jpg", "PXL_20210101_101010102.mp4"),
    ],
)
def test_names_of_two_photos(one: str, other: str) -> None:
    assert pair_key(one.encode()) != pair_key(other.encode())


def test_names_in_any_bytes_have_a_key_that_can_be_kept() -> None:
    assert pair_key(b"caf\xe9.jpg") == pair_key(b"CAF\xe9.MOV")
    pair_key(b"\xff\xfe.jpg").encode("utf-8")


@pytest.mark.parametrize(
    ("key", "is_by_camera"),
    [
        ("img_0001", True),
        ("dsc_0001", True),
        ("p1010001", True),
        ("2019-07-04_120000", True),
        ("pxl_20210101_101010101", True),
        ("img-20200101-wa0001", True),
        (UUID, True),
        ("beach", False),
        ("wedding speech", False),
        ("beach1", False),
        ("2019 summer at the lake", False),
    ],
)
def test_names_that_cameras_give(key: str, is_by_camera: bool) -> None:
    assert is_counted(key) is is_by_camera


def test_of_two_leads_the_one_with_the_same_name_is_meant() -> None:
    assert likeness(b"IMG_1(1).JPG", b"IMG_1(1).MOV") > likeness(b"IMG_1.JPG", b"IMG_1(1).MOV")


PICTURE = Facts(MediaKind.IMAGE)
RAW = Facts(MediaKind.RAW)
CLIP = Facts(MediaKind.VIDEO, duration_ms=3000)
NOON = 1_600_000_000


@pytest.mark.parametrize(
    ("lead", "other", "key", "role"),
    [
        # Apple's identifier decides, whatever else is said.
        (
            replace(PICTURE, identifier="A"),
            replace(CLIP, identifier="A", duration_ms=40_000),
            "",
            FileRole.COMPANION_MOVIE,
        ),
        (replace(PICTURE, identifier="A"), replace(CLIP, identifier="B"), "img_0001", None),
        (PICTURE, replace(CLIP, identifier="A"), "beach", FileRole.COMPANION_MOVIE),
        # Length.
        (PICTURE, CLIP, "img_0001", FileRole.COMPANION_MOVIE),
        (PICTURE, replace(CLIP, duration_ms=30_000), "img_0001", None),
        (PICTURE, replace(CLIP, duration_ms=None), "img_0001", None),
        # A name alone is none.
        (PICTURE, CLIP, "beach", None),
        (PICTURE, CLIP, "", None),
        (PICTURE, RAW, "beach", None),
        (PICTURE, RAW, "dsc_0001", FileRole.COMPANION_RAW),
        # Time.
        (replace(PICTURE, wall=NOON), replace(CLIP, wall=NOON + 2), "beach", FileRole.COMPANION_MOVIE),
        (replace(PICTURE, wall=NOON), replace(CLIP, wall=NOON + 100), "img_0001", None),
        (replace(PICTURE, wall=NOON), replace(CLIP, wall=NOON - 7198), "img_0001", FileRole.COMPANION_MOVIE),
        (
            replace(PICTURE, wall=NOON, offset_minutes=120),
            replace(CLIP, wall=NOON - 7198, offset_minutes=0),
            "img_0001",
            FileRole.COMPANION_MOVIE,
        ),
        (
            replace(PICTURE, wall=NOON, offset_minutes=60),
            replace(CLIP, wall=NOON - 7198, offset_minutes=0),
            "img_0001",
            None,
        ),
        (replace(PICTURE, wall=NOON), replace(CLIP, wall=NOON + 10**8), "img_0001", None),
        (replace(PICTURE, wall=NOON), replace(RAW, wall=NOON), "beach", FileRole.COMPANION_RAW),
        (replace(PICTURE, wall=NOON), replace(RAW, wall=NOON + 60), "dsc_0001", None),
        # Camera.
        (replace(PICTURE, camera="X100"), replace(RAW, camera="Fujifilm X100"), "beach", FileRole.COMPANION_RAW),
        (replace(PICTURE, camera="X100"), replace(RAW, camera="D750"), "dsc_0001", None),
        (
            replace(PICTURE, camera="X100", wall=NOON),
            replace(RAW, camera="D750", wall=NOON),
            "dsc_0001",
            None,
        ),
        # What cannot be a pair at all.
        (PICTURE, PICTURE, "img_0001", None),
        (CLIP, PICTURE, "img_0001", None),
        (RAW, RAW, "dsc_0001", None),
        (RAW, CLIP, "img_0001", FileRole.COMPANION_MOVIE),
    ],
)
def test_evidence(lead: Facts, other: Facts, key: str, role: FileRole | None) -> None:
    found = evidence(lead, other, key)

    assert (None if found is None else found.role) is role
