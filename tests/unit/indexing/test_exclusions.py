"""What stays out of the library, what is said of it, and what a wish to leave something out does at once."""

import os
from pathlib import Path

import pytest

from core.catalog.left_out import read_left_out
from core.indexing.scan.exclusions import Exclusions
from core.indexing.scan.taking_out import library_folders
from core.settings.schema import IndexingSettings
from core.values.left_out import LeftOutReason
from tests.unit.indexing.library import Library, OpenLibrary, make_photo, wait_for

LIBRARY = "Photos Library.photoslibrary"
IPHOTO = "iPhoto Library"


def _left_out(library: Library, root: Path) -> dict[str, str]:
    with library.catalog.connect() as connection:
        found = read_left_out(connection)
    return {os.path.relpath(each.path, root): each.reason.name for each in found if each.reason != "kind"}


def test_what_programs_and_servers_keep_beside_photos_stays_out_and_is_listed(library: Library, photos: Path) -> None:
    inside = {
        f"{LIBRARY}/resources/derivatives/0": (f"{LIBRARY}/resources", "PACKAGE"),
        f"{LIBRARY}/private": (f"{LIBRARY}/private", "PACKAGE"),
        f"{IPHOTO}/Thumbnails/2009": (f"{IPHOTO}/Thumbnails", "PACKAGE"),
        "Lightroom/Catalog Previews.lrdata/0": ("Lightroom/Catalog Previews.lrdata", "PREVIEWS"),
        "#snapshot/2024/ok": ("#snapshot", "SNAPSHOT"),
        "@Recently-Snapshot/x": ("@Recently-Snapshot", "SNAPSHOT"),
        ".snapshots/1": (".snapshots", "SNAPSHOT"),
        "@eaDir/a": ("@eaDir", "SERVER"),
        "@tmp": ("@tmp", "SERVER"),
        ".thumbnails": (".thumbnails", "PREVIEWS"),
        ".Trash-1000/files": (".Trash-1000", "TRASH"),
        "web/node_modules/pkg": ("web/node_modules", "CODE"),
        "appdata_oc1/preview/3": ("appdata_oc1/preview", "PREVIEWS"),
    }
    for number, folder in enumerate(inside):
        make_photo(photos / folder / "t.jpg", number)
    for number, folder in enumerate(("ok", f"{LIBRARY}/originals/0", f"{IPHOTO}/Masters/2009", "preview", "mine")):
        make_photo(photos / folder / "real.jpg", 100 + number)

    library.index(photos)

    assert set(library.states()) == {
        "ok/real.jpg",
        f"{LIBRARY}/originals/0/real.jpg",
        f"{IPHOTO}/Masters/2009/real.jpg",
        "preview/real.jpg",
        "mine/real.jpg",
    }
    assert _left_out(library, photos) == dict(inside.values())


def test_a_marker_keeps_its_folder_out_with_all_below_and_taking_it_away_lets_it_in(
    library: Library, photos: Path
) -> None:
    make_photo(photos / "private" / "a.jpg", 1)
    make_photo(photos / "private" / "sub" / "b.jpg", 2)
    library.index(photos)
    library.tag("private/a.jpg", "kept")

    (photos / "private" / ".nomedia").touch()
    library.rescan()

    assert set(library.states().values()) == {"missing"}
    assert _left_out(library, photos) == {"private": "NOMEDIA"}

    (photos / "private" / ".nomedia").unlink()
    library.rescan()

    assert set(library.states().values()) == {"ready"}
    assert library.tags("private/a.jpg") == {"kept"}
    assert _left_out(library, photos) == {}


def test_an_event_inside_a_folder_that_stays_out_brings_nothing_in(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    (photos / ".thumbnails").mkdir()
    (photos / "private" / "sub").mkdir(parents=True)
    (photos / "private" / ".nomedia").touch()
    library.index(photos, watch=True)
    wait_for(lambda: bool(library.indexer.followed().watching))

    make_photo(photos / ".thumbnails" / "t.jpg", 2)
    make_photo(photos / "private" / "sub" / "u.jpg", 3)
    make_photo(photos / "b.jpg", 4)
    wait_for(lambda: "b.jpg" in library.states())
    library.settle()

    assert set(library.states()) == {"a.jpg", "b.jpg"}


def test_noimage_is_a_choice(open_library: OpenLibrary, photos: Path) -> None:
    make_photo(photos / "covers" / "a.jpg", 1)
    (photos / "covers" / ".noimage").touch()
    library = open_library()
    library.index(photos)
    assert library.states() == {}

    library.indexer.use(IndexingSettings(workers=2, pause_on_battery=False, skip_noimage=False))
    library.settle()

    assert library.states() == {"covers/a.jpg": "ready"}


def test_a_marker_in_the_folder_that_was_added_does_not_count(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    (photos / ".nomedia").touch()

    library.index(photos)

    assert library.states() == {"a.jpg": "ready"}


def test_a_wish_takes_out_at_once_keeps_annotations_and_lets_in_again(library: Library, photos: Path) -> None:
    for number, name in enumerate(("a.jpg", "export/b.jpg", "export/deep/c.jpg", "trip/d.jpg")):
        make_photo(photos / name, number)
    library.index(photos)
    library.tag("export/b.jpg", "kept")

    taken = library.indexer.change_exclusions(["export", str(photos / "trip")], [])

    states = library.states()
    assert taken == 3
    assert states == {
        "a.jpg": "ready",
        "export/b.jpg": "missing",
        "export/deep/c.jpg": "missing",
        "trip/d.jpg": "missing",
    }
    library.settle()
    assert library.states() == states
    assert _left_out(library, photos) == {"export": "CHOSEN", "trip": "CHOSEN"}

    library.indexer.change_exclusions([], ["export"])
    library.settle()

    assert library.states() == {**states, "export/b.jpg": "ready", "export/deep/c.jpg": "ready"}
    assert library.tags("export/b.jpg") == {"kept"}


@pytest.mark.parametrize(
    ("pattern", "path", "is_out"),
    [
        ("*.tif", "a/b.TIF", True),
        ("*.tif", "a/b.jpg", False),
        ("cache", "a/cache", True),
        ("cache", "a/caches", False),
        ("a/cache", "x/a/cache", True),
        ("a/cache", "a/cache", True),
        ("b/cache", "a/cache", False),
        ("a/*.jpg", "a/deep/b.jpg", True),
        ("/photos/a", "a", True),
        ("/photos/a", "a/b.jpg", True),
        ("/photos/a", "ab", False),
        ("[", "[", True),
    ],
)
def test_patterns(pattern: str, path: str, is_out: bool) -> None:
    rules = Exclusions((pattern,))

    assert (rules.chosen(b"/photos", os.fsencode(path)) is not None) is is_out


def test_links_that_lead_out_are_told_and_those_inside_are_files_like_others(
    library: Library, photos: Path, tmp_path: Path
) -> None:
    make_photo(tmp_path / "outside" / "a.jpg", 1)
    make_photo(photos / ".store" / "b.jpg", 2)
    (photos / "link").symlink_to(tmp_path / "outside")
    (photos / "a.jpg").symlink_to(tmp_path / "outside" / "a.jpg")
    (photos / "b.jpg").symlink_to(photos / ".store" / "b.jpg")
    (photos / "around").symlink_to(photos)

    library.index(photos)

    assert library.states() == {"b.jpg": "ready"}
    assert _left_out(library, photos) == {"link": "LINK", "a.jpg": "LINK"}


def test_the_library_itself_stays_out(photos: Path) -> None:
    rules = Exclusions(library=library_folders(photos / "library"))

    found = rules.of_folder(os.fsencode(photos), b"", b"library")

    assert found is not None
    assert found.reason is LeftOutReason.LIBRARY


def test_pictures_of_kinds_that_are_not_read_are_counted_by_kind(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    for name in ("a.ico", "b.ico", "c.XCF", "scan", "sub/d.xcf", "notes.txt"):
        (photos / name).parent.mkdir(exist_ok=True)
        (photos / name).write_bytes(b"x")

    library.index(photos)

    with library.catalog.connect() as connection:
        found = [(os.path.relpath(each.path, photos), each.detail, each.count) for each in read_left_out(connection)]
    assert sorted(found) == [(".", "", 1), (".", ".ico", 2), (".", ".xcf", 1), ("sub", ".xcf", 1)]
