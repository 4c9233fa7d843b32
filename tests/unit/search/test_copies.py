"""A photo that lies in several folders is shown by the copy that was asked for."""

from typing import TYPE_CHECKING

from sqlalchemy import insert

from core.catalog.schema import File
from core.values.filters import Filter, FolderFilter
from core.values.query import Query, Words

if TYPE_CHECKING:
    from tests.unit.search.conftest import Library


def _paths(library: "Library", *filters: Filter, words: str = "") -> dict[int, str]:
    terms = (Words(words),) if words else ()
    result = library.open().search(Query(terms, filters))
    return {int(photo_id): path for photo_id, path in result.paths.items()}


def test_the_copy_in_the_folder_that_was_asked_for_is_shown(library: "Library") -> None:
    photo_id = library.add("dog", folder="camera")
    with library.catalog.begin() as connection:
        for folder, name, role in (
            (b"album/best", b"dog.jpg", "primary"),
            (b"album/best", b"dog.dng", "companion_raw"),
            (b"album/gone", b"dog.jpg", "primary"),
        ):
            connection.execute(
                insert(File).values(
                    root_id=1, photo_id=photo_id, folder=folder, name=name, size=1, mtime_ns=0, role=role,
                    state="missing" if folder.endswith(b"gone") else "ready",
                )
            )  # fmt: skip

    assert _paths(library, FolderFilter("album")) == {photo_id: "/pictures/album/best/dog.jpg"}
    assert _paths(library, FolderFilter("camera"), words="dog") == {photo_id: "/pictures/camera/1.jpg"}
    assert _paths(library, FolderFilter("album", negated=True)) == {}
    assert _paths(library, words="dog") == {}
