"""What files, their names, folders and what lies beside them say, as it stands in the catalog after indexing."""

import json
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import update

from core.catalog.annotations import set_favourite
from core.catalog.photo_dates import UNDATED, date_columns
from core.catalog.reader import CatalogReader, PhotoDetails
from core.catalog.schema import File, Photo
from core.values.photo import ColourLabel, DatePrecision, DateSource, PhotoId, TakenAt
from core.values.reasons import Reason
from tests.unit.indexing.library import Library, OpenLibrary, make_photo
from tests.unit.media.making import app13
from tests.unit.media.test_words import packet


def details(library: Library, name: str) -> PhotoDetails:
    found = CatalogReader(library.catalog).details(PhotoId(library.photo_of(name)))
    assert found is not None
    return found


def takeout(**changes: object) -> str:
    return json.dumps({"photoTakenTime": {"timestamp": "1478174685"}, **changes})


def test_dates_come_from_name_and_folder_where_the_file_has_none(library: Library, photos: Path) -> None:
    summer = "1998-07 Summer"
    make_photo(photos / summer / "scan.jpg", 1)
    make_photo(photos / summer / "IMG-20200101-WA0001.jpg", 2)
    make_photo(photos / "plain.jpg", 3)
    library.index(photos)

    scan, message, plain = (
        details(library, name) for name in (f"{summer}/scan.jpg", f"{summer}/IMG-20200101-WA0001.jpg", "plain.jpg")
    )
    assert scan.taken_at == TakenAt(datetime(1998, 7, 1), precision=DatePrecision.MONTH)
    assert scan.date_source is DateSource.FOLDER
    assert message.taken_at == TakenAt(datetime(2020, 1, 1), precision=DatePrecision.DAY)
    assert message.date_source is DateSource.NAME
    assert (plain.taken_at, plain.date_source) == (None, None)
    spans = library.rows("SELECT taken_wall, taken_until, sort_at FROM photos ORDER BY sort_at")
    assert spans[0] == (None, None, UNDATED)
    assert spans[1][1] - spans[1][0] == 31 * 86400 - 1
    newest_first = CatalogReader(library.catalog).photo_ids()
    assert newest_first.tolist()[-1] == library.photo_of("plain.jpg")
    assert CatalogReader(library.catalog).photo_ids(oldest_first=True).tolist()[-1] == library.photo_of("plain.jpg")


def test_takeouts_json_is_read_whenever_it_comes(library: Library, photos: Path) -> None:
    make_photo(photos / "holiday.jpg", 1)
    make_photo(photos / "holiday(1).jpg", 2)
    (photos / "holiday.jpg.json").write_text(takeout(description="first", people=[{"name": "Ada"}], favorited=True))
    library.index(photos)
    first = details(library, "holiday.jpg")
    assert first.taken_at is not None
    assert (first.taken_at.wall.year, first.date_source, first.caption) == (2016, DateSource.TAKEOUT, "first")
    assert (first.people, first.tags, first.row.favourite) == (("Ada",), ("Ada",), True)
    assert details(library, "holiday(1).jpg").taken_at is None

    # It was in the second part of the archive.
    (photos / "holiday.jpg(1).json").write_text(takeout(description="second"))
    library.rescan()
    assert details(library, "holiday(1).jpg").caption == "second"


def test_a_favourite_taken_back_does_not_come_back_from_the_file(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    (photos / "a.jpg.json").write_text(takeout(favorited=True))
    library.index(photos)
    with library.transactions.begin() as transaction:
        set_favourite(transaction, [PhotoId(library.photo_of("a.jpg"))], favourite=False)

    (photos / "a.jpg.json").write_text(takeout(favorited=True, description="changed"))
    library.rescan()

    assert details(library, "a.jpg").caption == "changed"
    assert not details(library, "a.jpg").row.favourite


def test_a_date_that_the_user_set_stays_when_the_file_is_read_again(library: Library, photos: Path) -> None:
    make_photo(photos / "IMG_20200101_101010.jpg", 1)
    library.index(photos)
    mended = TakenAt(datetime(1975, 5, 1), precision=DatePrecision.MONTH)
    with library.transactions.begin() as transaction:
        transaction.connection.execute(update(Photo).values(**date_columns(mended, DateSource.USER)))

    (photos / "IMG_20200101_101010.xmp").write_bytes(packet("xmp:Label='Red'"))
    library.rescan()

    found = details(library, "IMG_20200101_101010.jpg")
    assert (found.taken_at, found.date_source, found.colour_label) == (mended, DateSource.USER, ColourLabel.RED)


def test_a_place_that_is_only_written_down_is_the_photos_place(library: Library, photos: Path) -> None:
    path = make_photo(photos / "a.jpg", 1)
    records: dict[tuple[int, int], bytes | list[bytes]] = {
        (2, 90): b"Bergen",
        (2, 92): b"Fish market",
        (2, 101): b"Norway",
        (2, 80): b"Maria Example",
    }
    path.write_bytes(app13(path.read_bytes(), records))
    library.index(photos)

    found = details(library, "a.jpg")
    assert (found.place, found.place_text, found.creator) == (
        "Bergen, Norway",
        "Fish market, Bergen, Norway",
        "Maria Example",
    )
    words = library.rows("SELECT place, caption FROM photo_text")
    assert words == [("bergen / norway / fish market, bergen, norway", "maria example")]


def test_what_stands_beside_moves_with_the_photo(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    (photos / "a.jpg.json").write_text(takeout())
    library.index(photos)
    assert library.rows("SELECT takeout FROM files") == [(b"a.jpg.json",)]
    for name in ("a.jpg", "a.jpg.json"):
        os.rename(photos / name, photos / name.replace("a.", "b."))
    library.rescan()
    assert library.rows("SELECT takeout FROM files") == [(b"b.jpg.json",)]
    assert details(library, "b.jpg").date_source is DateSource.TAKEOUT


def test_a_file_that_is_cut_short_is_ready_and_listed_and_so_is_its_copy(library: Library, photos: Path) -> None:
    data = make_photo(photos / "whole.jpg", 1, (480, 360)).read_bytes()
    (photos / "cut.jpg").write_bytes(data[: len(data) // 2])
    library.index(photos)
    (photos / "copy.jpg").write_bytes(data[: len(data) // 2])
    library.rescan()

    assert set(library.states().values()) == {"ready"}
    reader = CatalogReader(library.catalog)
    assert reader.failed_files() == []
    assert {os.path.basename(file.path): file.reason for file in reader.flawed_files()} == {
        "cut.jpg": Reason.CUT_SHORT.value,
        "copy.jpg": Reason.CUT_SHORT.value,
    }

    # The rest of it arrives.
    (photos / "cut.jpg").write_bytes(data)
    library.rescan()
    assert [os.path.basename(file.path) for file in reader.flawed_files()] == ["copy.jpg"]


def test_what_a_version_before_has_read_is_read_anew_and_nothing_else_changes(
    open_library: OpenLibrary, photos: Path
) -> None:
    make_photo(photos / "1998-07 Summer" / "scan.jpg", 1)
    make_photo(photos / "IMG_20200101_101010.jpg", 2)
    first = open_library()
    first.index(photos)
    first.tag("IMG_20200101_101010.jpg", "mine")
    vectors = first.rows("SELECT id, photo_id, vector FROM embeddings ORDER BY id")
    # As a version before left it: it knew nothing of names and folders.
    with first.transactions.begin() as transaction:
        transaction.connection.execute(update(Photo).values(**date_columns(None, None), rating=4))
        transaction.connection.execute(update(File).values(has_old_facts=True))
    first.close()

    second = open_library()
    second.index(photos)

    assert set(second.rows("SELECT date_source FROM photos")) == {("name",), ("folder",)}
    assert second.rows("SELECT id, photo_id, vector FROM embeddings ORDER BY id") == vectors
    assert second.rows("SELECT DISTINCT rating FROM photos") == [(4,)]
    assert second.tags("IMG_20200101_101010.jpg") == {"mine"}
    assert second.rows("SELECT count(*) FROM files WHERE has_old_facts") == [(0,)]
    assert set(second.states().values()) == {"ready"}


def test_a_file_that_cannot_be_read_is_undated_and_not_the_newest(library: Library, photos: Path) -> None:
    make_photo(photos / "IMG_20200101_101010.jpg", 1)
    (photos / "broken.jpg").write_text("no picture")
    library.index(photos)
    newest_first = CatalogReader(library.catalog).photo_ids()
    assert newest_first.tolist()[0] == library.photo_of("IMG_20200101_101010.jpg")
