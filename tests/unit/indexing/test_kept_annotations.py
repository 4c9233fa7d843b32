"""What the user said of photos outlives their rows, and is back when the content is."""

import os
from pathlib import Path

from sqlalchemy import text

from core.catalog import annotations
from core.catalog.reader import CatalogReader
from core.catalog.roots import RemovalEffect
from core.settings.schema import IndexingSettings
from core.values.photo import PhotoId, RootId
from tests.unit.indexing.library import Library, OpenLibrary, make_photo


def _annotate(library: Library, name: str, *, tag: str = "holiday", rating: int = 4) -> None:
    photo = [PhotoId(library.photo_of(name))]
    with library.transactions.begin() as transaction:
        annotations.set_favourite(transaction, photo, True)
        annotations.set_rating(transaction, photo, rating)
        annotations.change_tags(transaction, photo, [tag], [])


def _said(library: Library, name: str) -> tuple[bool, int | None, set[str]]:
    ((favourite, rating),) = library.rows(
        "SELECT favourite, rating FROM photos WHERE id = :id", id=library.photo_of(name)
    )
    return bool(favourite), rating, library.tags(name)


def _root(library: Library) -> RootId:
    return CatalogReader(library.catalog).roots()[0].root_id


def test_a_removed_folder_brings_everything_back_under_any_name(library: Library, photos: Path, tmp_path: Path) -> None:
    for number in range(3):
        make_photo(photos / f"{number}.jpg", number)
    library.index(photos)
    _annotate(library, "1.jpg")
    assert CatalogReader(library.catalog).removal_effect(_root(library)) == RemovalEffect(3, 1, 1, 1)

    library.remove(_root(library))
    library.settle()
    assert library.rows("SELECT count(*) FROM photos") == [(0,)]
    (tmp_path / "elsewhere").mkdir()
    (photos / "1.jpg").rename(tmp_path / "elsewhere" / "other name.jpg")
    library.indexer.add_root(str(tmp_path / "elsewhere"))
    library.settle()

    assert _said(library, "other name.jpg") == (True, 4, {"holiday"})
    assert library.rows("SELECT count(*) FROM kept_annotations") == [(0,)]
    assert library.rows("SELECT rowid FROM photo_text WHERE photo_text MATCH 'tags: holiday'") == [
        (library.photo_of("other name.jpg"),)
    ]


def test_what_is_to_be_forgotten_does_not_come_back(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    _annotate(library, "a.jpg")

    library.remove(_root(library), forget=True)
    library.indexer.add_root(str(photos))
    library.settle()

    assert _said(library, "a.jpg") == (False, None, set())


def test_what_is_said_meanwhile_is_joined_with_what_was_kept(library: Library, photos: Path, tmp_path: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    _annotate(library, "a.jpg", tag="first", rating=2)
    library.remove(_root(library))
    library.settle()
    content = (photos / "a.jpg").read_bytes()
    make_photo(photos / "a.jpg", 2)
    library.indexer.add_root(str(photos))
    library.settle()
    assert _said(library, "a.jpg") == (False, None, set())

    (photos / "again.jpg").write_bytes(content)
    library.rescan()

    assert _said(library, "again.jpg") == (True, 2, {"first"})


def test_a_photo_that_was_never_read_is_known_again_by_its_path(library: Library, photos: Path) -> None:
    (photos / "broken.jpg").write_bytes(b"no picture")
    library.index(photos)
    _annotate(library, "broken.jpg")

    library.remove(_root(library))
    library.settle()
    library.indexer.add_root(str(photos))
    library.settle()

    assert _said(library, "broken.jpg") == (True, 4, {"holiday"})


def test_the_end_of_the_grace_period_takes_the_photo_and_not_what_was_said(
    open_library: OpenLibrary, photos: Path
) -> None:
    make_photo(photos / "a.jpg", 1)
    settings = IndexingSettings(workers=2, pause_on_battery=False, missing_grace_days=30)
    first = open_library(settings=settings)
    first.index(photos)
    _annotate(first, "a.jpg")
    content = (photos / "a.jpg").read_bytes()
    (photos / "a.jpg").unlink()
    first.rescan()
    with first.transactions.begin() as transaction:
        transaction.connection.execute(text("UPDATE photos SET missing_since = missing_since - 31 * 86400"))
    first.close()
    again = open_library(settings=settings)
    again.index()
    assert again.rows("SELECT count(*) FROM photos") == [(0,)]

    (photos / os.fsdecode(b"back.jpg")).write_bytes(content)
    again.rescan()

    assert _said(again, "back.jpg") == (True, 4, {"holiday"})
