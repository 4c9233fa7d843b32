"""The parts of a library: each has just its photos, and the counts say so; folders are a tree."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.catalog import database
from core.catalog.reader import CatalogReader
from core.catalog.schema import File, Photo, Root
from core.values.photo import FileState, MediaKind, PhotoState, RootId
from core.values.scope import ALL, Scope, ScopeKind

TODAY = date(2024, 6, 12)


def seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """Six photos in a root with folders, and one in a root of its own."""
    path = tmp_path / "catalog.sqlite"
    engine = database.open_for_writing(path)
    with Session(engine) as session, session.begin():
        session.execute(
            insert(Root),
            [
                {"id": 1, "path": os.fsencode("/photos/Pictures"), "added_at": 0},
                {"id": 2, "path": b"/old", "added_at": 0},
            ],
        )

        def add(number: int, root: int, folder: str, **columns: object) -> None:
            session.add(Photo(id=number, **({"state": PhotoState.READY, "sort_at": number, "added_at": 0} | columns)))
            session.flush()
            state = FileState.FAILED if columns.get("state") is PhotoState.FAILED else FileState.READY
            session.add(
                File(
                    root_id=root,
                    photo_id=number,
                    folder=os.fsencode(folder),
                    name=b"%d.jpg" % number,
                    size=1,
                    mtime_ns=0,
                    state=state,
                )
            )

        then = seconds(date(2019, 6, 12))
        add(1, 1, "", favourite=True)
        add(2, 1, "2022", kind=MediaKind.VIDEO)
        add(3, 1, os.path.join("2022", "Trip_1"), is_screenshot=True)
        add(4, 1, "2022x", taken_wall=then, taken_until=then)
        add(5, 1, os.path.join("2022", "Trip_1"), added_at=seconds(date(2024, 6, 1)))
        add(6, 1, "2021", state=PhotoState.FAILED)
        add(7, 2, "", taken_wall=seconds(date(2018, 1, 1)), taken_until=seconds(date(2018, 12, 31)))
    engine.dispose()
    return path


@pytest.fixture
def reader(catalog: Path) -> "CatalogReader":
    return CatalogReader.open(catalog)


def folder(path: str, root: int = 1) -> Scope:
    return Scope(ScopeKind.FOLDER, RootId(root), path)


@pytest.mark.parametrize(
    ("scope", "ids"),
    [
        (ALL, [7, 5, 4, 3, 2, 1]),
        (Scope(ScopeKind.FAVOURITES), [1]),
        (Scope(ScopeKind.VIDEOS), [2]),
        (Scope(ScopeKind.SCREENSHOTS), [3]),
        (Scope(ScopeKind.RECENT), [5]),
        (Scope(ScopeKind.ON_THIS_DAY), [4]),
        (folder("/photos/Pictures"), [5, 4, 3, 2, 1]),
        (folder("/photos/Pictures/2022"), [5, 3, 2]),
        (folder("/photos/Pictures/2022/Trip_1"), [5, 3]),
        (folder("/old", 2), [7]),
        (folder("/elsewhere"), []),
    ],
)
def test_each_part_has_its_photos(reader: CatalogReader, scope: Scope, ids: list[int]) -> None:
    assert reader.scope_ids(scope, TODAY).tolist() == ids
    assert reader.scope_ids(scope, TODAY, oldest_first=True).tolist() == ids[::-1]
    if scope.kind is not ScopeKind.FOLDER:
        assert reader.scope_counts(TODAY).of(scope.kind) == len(ids)
    reader.close()


def test_folders_are_a_tree_with_what_is_below_them_counted(reader: CatalogReader) -> None:
    assert [(row.path, row.photos, row.depth) for row in reader.folders()] == [
        ("/photos/Pictures", 5, 0),
        ("/photos/Pictures/2022", 3, 1),
        ("/photos/Pictures/2022/Trip_1", 2, 2),
        ("/photos/Pictures/2022x", 1, 1),
        ("/old", 1, 0),
    ]
    reader.close()
