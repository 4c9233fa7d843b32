"""Files that are one photo, and files that only share a name: real pictures, RAWs and clips."""

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import text

from tests.unit.indexing.library import Library, OpenLibrary, make_photo
from tests.unit.media.making import detailed, dng, exif_block, video

IDENTIFIER = "com.apple.quicktime.content.identifier"
SIDECAR = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmp:Rating="{rating}">'
    "<dc:subject><rdf:Bag><rdf:li>lighthouse</rdf:li></rdf:Bag></dc:subject>"
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def clip(path: Path, seconds: float = 2.0, seed: int = 1, **metadata: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    named = {name.replace("_DOT_", "."): value for name, value in metadata.items()}
    is_movie = path.suffix.lower() in {".mp4", ".mov"}
    return video(
        path,
        [detailed(64, 48, seed)],
        seconds_per_scene=seconds,
        metadata=named,
        format_name=None if is_movie else "mp4",
    )


def dated(path: Path, seed: int, moment: datetime, camera: str = "Camera") -> Path:
    make_photo(path, seed)
    with Image.open(path) as picture:
        picture.load()
    stamp = moment.strftime("%Y:%m:%d %H:%M:%S")
    picture.save(path, "JPEG", exif=exif_block({0x0110: camera}, {0x9003: stamp}))
    return path


def photos_of(library: Library) -> list[set[str]]:
    """The files of each photo that is there, by name."""
    found: dict[int, set[str]] = {}
    for photo_id, name in library.rows("SELECT photo_id, name FROM files WHERE state != 'missing'"):
        found.setdefault(photo_id, set()).add(os.fsdecode(name))
    return sorted(found.values(), key=sorted)


def test_a_video_or_raw_that_only_shares_a_name_is_a_photo_of_its_own(library: Library, photos: Path) -> None:
    make_photo(photos / "Wedding speech.jpg", 1)
    clip(photos / "Wedding speech.mp4", 3, 2)
    make_photo(photos / "IMG_0001.JPG", 3)
    clip(photos / "IMG_0001.MOV", 8, 4)
    dated(photos / "IMG_0002.JPG", 5, datetime(2021, 5, 6, 12))
    clip(photos / "IMG_0002.MOV", 2, 6, creation_time="2017-03-04T10:00:00Z")
    make_photo(photos / "sea.jpg", 7)
    (photos / "sea.dng").write_bytes(dng(40, 30))

    library.index(photos)

    assert all(len(files) == 1 for files in photos_of(library))
    assert len(photos_of(library)) == 8
    assert set(library.states().values()) == {"ready"}


def test_live_and_motion_photos_under_all_names_are_one_photo_each(library: Library, photos: Path) -> None:
    pairs = [
        ("IMG_0100.JPG", "IMG_0100.MOV"),
        ("IMG_0101.JPG", "IMG_0101_JPG.MOV"),
        ("IMG_0103.JPG", "IMG_0103(1).MOV"),
        ("PXL_20210101_101010101.MP.jpg", "PXL_20210101_101010101.MP"),
        ("MVIMG_20190101_120000.jpg", "MVIMG_20190101_120000.MP4"),
    ]
    for number, (picture, movie) in enumerate(pairs):
        make_photo(photos / picture, number)
        clip(photos / movie, 2, 20 + number)
    make_photo(photos / "party.jpg", 90)
    clip(photos / "party.MOV", 2, 91, **{IDENTIFIER.replace(".", "_DOT_"): "11111111-2222-3333-4444-555555555555"})
    make_photo(photos / "PXL_20250126_164931991.RAW-01.COVER.jpg", 92)
    (photos / "PXL_20250126_164931991.RAW-02.ORIGINAL.dng").write_bytes(dng(40, 30))

    library.index(photos)

    assert [files for files in photos_of(library) if len(files) != 2] == []
    assert len(photos_of(library)) == 7
    assert library.rows("SELECT count(*) FROM photos") == [(7,)]
    assert {row[0] for row in library.rows("SELECT state FROM photos")} == {"ready"}


def test_only_one_clip_joins_a_picture_that_says_nothing(library: Library, photos: Path) -> None:
    make_photo(photos / "IMG_0103.JPG", 1)
    clip(photos / "IMG_0103.MOV", 2, 2)
    clip(photos / "IMG_0103(1).MOV", 2, 3)

    library.index(photos)

    assert photos_of(library) == [{"IMG_0103(1).MOV"}, {"IMG_0103.JPG", "IMG_0103.MOV"}]


def test_a_broken_picture_hides_no_video(library: Library, photos: Path) -> None:
    (photos / "IMG_0001.JPG").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    clip(photos / "IMG_0001.MOV", 2, 2)

    library.index(photos)

    assert library.states() == {"IMG_0001.JPG": "failed", "IMG_0001.MOV": "ready"}


def test_a_lead_that_fails_later_hands_its_photo_over(library: Library, photos: Path) -> None:
    make_photo(photos / "IMG_0001.JPG", 1)
    clip(photos / "IMG_0001.MOV", 2, 2)
    library.index(photos)
    library.tag("IMG_0001.JPG", "kept")

    (photos / "IMG_0001.JPG").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    library.rescan()

    assert library.states() == {"IMG_0001.JPG": "failed", "IMG_0001.MOV": "ready"}
    assert library.tags("IMG_0001.MOV") == {"kept"}

    make_photo(photos / "IMG_0001.JPG", 1)
    library.rescan()

    assert photos_of(library) == [{"IMG_0001.JPG", "IMG_0001.MOV"}]
    assert library.tags("IMG_0001.JPG") == {"kept"}


def test_a_companion_whose_lead_goes_keeps_the_photo(library: Library, photos: Path) -> None:
    make_photo(photos / "DSC_0001.JPG", 1)
    (photos / "DSC_0001.dng").write_bytes(dng(40, 30))
    library.index(photos)
    assert photos_of(library) == [{"DSC_0001.JPG", "DSC_0001.dng"}]
    library.tag("DSC_0001.JPG", "kept")

    (photos / "DSC_0001.JPG").unlink()
    library.rescan()

    assert photos_of(library) == [{"DSC_0001.dng"}]
    assert library.tags("DSC_0001.dng") == {"kept"}
    assert library.states()["DSC_0001.dng"] == "ready"


@pytest.mark.parametrize("how", ["folder renamed", "files moved", "copied and deleted"])
def test_a_pair_that_moves_stays_one_photo_with_its_tags(library: Library, photos: Path, how: str) -> None:
    make_photo(photos / "a" / "IMG_0001.JPG", 1)
    clip(photos / "a" / "IMG_0001.MOV", 2, 2)
    library.index(photos)
    library.tag("a/IMG_0001.JPG", "kept")

    if how == "folder renamed":
        (photos / "a").rename(photos / "b")
    else:
        (photos / "b").mkdir()
        for name in ("IMG_0001.MOV", "IMG_0001.JPG"):
            if how == "files moved":
                (photos / "a" / name).rename(photos / "b" / name)
            else:
                shutil.copy(photos / "a" / name, photos / "b" / name)
                (photos / "a" / name).unlink()
    library.rescan()

    assert photos_of(library) == [{"IMG_0001.JPG", "IMG_0001.MOV"}]
    assert library.tags("b/IMG_0001.JPG") == library.tags("b/IMG_0001.MOV") == {"kept"}
    assert library.states() == {"b/IMG_0001.JPG": "ready", "b/IMG_0001.MOV": "ready"}


def test_a_movie_that_moves_away_alone_is_a_video_and_the_picture_keeps_the_tags(
    library: Library, photos: Path
) -> None:
    make_photo(photos / "IMG_0001.JPG", 1)
    clip(photos / "IMG_0001.MOV", 2, 2)
    library.index(photos)
    library.tag("IMG_0001.JPG", "kept")

    (photos / "videos").mkdir()
    (photos / "IMG_0001.MOV").rename(photos / "videos" / "IMG_0001.MOV")
    library.rescan()

    assert library.states() == {"IMG_0001.JPG": "ready", "videos/IMG_0001.MOV": "ready"}
    assert library.photo_of("IMG_0001.JPG") != library.photo_of("videos/IMG_0001.MOV")
    assert library.tags("IMG_0001.JPG") == {"kept"}


def test_a_movie_that_becomes_another_one_leaves_the_pair(library: Library, photos: Path) -> None:
    make_photo(photos / "IMG_0001.JPG", 1)
    clip(photos / "IMG_0001.MOV", 2, 2)
    library.index(photos)
    library.tag("IMG_0001.JPG", "kept")

    clip(photos / "IMG_0001.MOV", 9, 3)
    library.rescan()

    assert photos_of(library) == [{"IMG_0001.JPG"}, {"IMG_0001.MOV"}]
    assert library.tags("IMG_0001.JPG") == {"kept"}
    assert library.tags("IMG_0001.MOV") == set()


@pytest.mark.parametrize("sidecar", ["DSC_0001.dng.xmp", "DSC_0001.JPG.xmp", "DSC_0001.xmp"])
def test_rating_and_keywords_of_either_sidecar_are_the_pairs(library: Library, photos: Path, sidecar: str) -> None:
    make_photo(photos / "DSC_0001.JPG", 1)
    (photos / "DSC_0001.dng").write_bytes(dng(40, 30))
    (photos / sidecar).write_text(SIDECAR.format(rating=5))
    library.index(photos)

    assert library.rows("SELECT file_rating FROM photos") == [(5,)]
    assert library.rows("SELECT tags.name FROM photo_tags JOIN tags ON tags.id = tag_id") == [("lighthouse",)]

    (photos / sidecar).write_text(SIDECAR.format(rating=2).replace("lighthouse", "harbour"))
    library.rescan()

    assert library.rows("SELECT file_rating FROM photos") == [(2,)]
    assert library.rows("SELECT tags.name FROM photo_tags JOIN tags ON tags.id = tag_id") == [("harbour",)]


def test_a_pair_made_by_name_alone_before_is_judged_anew(open_library: OpenLibrary, photos: Path) -> None:
    make_photo(photos / "Wedding speech.jpg", 1)
    clip(photos / "Wedding speech.mp4", 3, 2)
    make_photo(photos / "IMG_0001.JPG", 3)
    clip(photos / "IMG_0001.MOV", 2, 4)
    first = open_library()
    first.index(photos)
    first.tag("Wedding speech.jpg", "kept")
    with first.transactions.begin() as transaction:
        # As the version before left it: companions were never read.
        for statement in (
            "UPDATE files SET role = 'companion_movie', state = 'waiting', content_hash = NULL, content_size = NULL, "
            "photo_id = (SELECT photo_id FROM files AS lead WHERE lead.name = CAST('Wedding speech.jpg' AS BLOB)), "
            "lead_id = (SELECT id FROM files AS lead WHERE lead.name = CAST('Wedding speech.jpg' AS BLOB)) "
            "WHERE name = CAST('Wedding speech.mp4' AS BLOB)",
            "DELETE FROM file_facts WHERE file_id IN (SELECT id FROM files WHERE role != 'primary')",
            "DELETE FROM photos WHERE id NOT IN (SELECT photo_id FROM files)",
        ):
            transaction.connection.execute(text(statement))
    first.close()

    again = open_library()
    again.index()

    assert photos_of(again) == [{"IMG_0001.JPG", "IMG_0001.MOV"}, {"Wedding speech.jpg"}, {"Wedding speech.mp4"}]
    assert again.tags("Wedding speech.jpg") == {"kept"}
    assert set(again.states().values()) == {"ready"}
