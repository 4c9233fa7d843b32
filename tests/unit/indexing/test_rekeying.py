"""A library of a version that looked at both ends of a file only: hashed again, nothing merged, nothing lost."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from core.catalog import kept_annotations
from core.media.identity import identity_of
from core.values.photo import ContentKey
from tests.unit.indexing.library import InlinePool, Library, OpenLibrary, make_photo

SIDE = 700


def bmp(path: Path, colour: tuple[int, int, int], *, seed: int = 0) -> Path:
    """Write an uncompressed picture of one size whose ends say nothing of what is in its middle."""
    pixels = np.full((SIDE, SIDE, 3), 128, np.uint8)
    pixels[:20, :20] = np.random.default_rng(seed).integers(0, 255, (20, 20, 3))
    pixels[40:200, 200:500] = colour
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "BMP")
    return path


def legacy_of(path: Path) -> ContentKey:
    with path.open("rb") as stream:
        legacy = identity_of(stream, path.stat().st_size).legacy
    assert legacy is not None
    return legacy


def make_legacy(library: Library, *paths: Path) -> None:
    """Let the catalog say of these files what a version before said; files of one key were one photo."""
    photos: dict[ContentKey, int] = {}
    with library.transactions.begin() as transaction:
        for path in paths:
            key = legacy_of(path)
            photo_id = photos.setdefault(key, library.photo_of(path.name))
            values = {"hash": key.digest, "id": photo_id, "name": os.fsencode(path.name)}
            old = transaction.connection.execute(
                text("SELECT content_size, content_hash FROM photos WHERE id = :id"), values
            ).one()
            if old[1] != key.digest:
                library.thumbnails.copy([(ContentKey(old[0], old[1]), key)])
                library.thumbnails.remove([ContentKey(old[0], old[1])])
            for statement in (
                "UPDATE photos SET content_hash = :hash WHERE id = :id",
                "UPDATE files SET content_hash = :hash, has_legacy_key = 1, photo_id = :id WHERE name = :name",
                "DELETE FROM photos WHERE id NOT IN (SELECT photo_id FROM files)",
            ):
                transaction.connection.execute(text(statement), values)


def decoded(library: Library) -> list[str]:
    assert isinstance(library.pool, InlinePool)
    return [os.path.basename(path) for path in library.pool.decoded]


def test_different_pictures_of_equal_size_and_ends_are_photos_of_their_own(library: Library, photos: Path) -> None:
    paths = [bmp(photos / f"{name}.bmp", colour) for name, colour in (("a", (255, 0, 0)), ("b", (0, 0, 255)))]
    assert legacy_of(paths[0]) == legacy_of(paths[1])

    library.index(photos)

    assert library.photo_of("a.bmp") != library.photo_of("b.bmp")


def test_an_edit_in_the_middle_is_seen_and_keeps_the_tags(library: Library, photos: Path) -> None:
    bmp(photos / "a.bmp", (255, 0, 0))
    library.index(photos)
    library.tag("a.bmp", "kept")
    before = library.rows("SELECT vector FROM embeddings")

    bmp(photos / "a.bmp", (255, 200, 0))
    library.rescan()

    assert library.tags("a.bmp") == {"kept"}
    assert library.rows("SELECT vector FROM embeddings") != before
    assert library.rows("SELECT count(*) FROM photos") == [(1,)]


def test_a_library_of_before_is_hashed_again_without_decoding(open_library: OpenLibrary, photos: Path) -> None:
    path = bmp(photos / "a.bmp", (255, 0, 0))
    make_photo(photos / "small.jpg", 1)
    first = open_library()
    first.index(photos)
    first.tag("a.bmp", "kept")
    photo_id, vectors = first.photo_of("a.bmp"), first.rows("SELECT id, vector FROM embeddings")
    make_legacy(first, path)
    first.close()

    again = open_library()
    again.index()

    with path.open("rb") as stream:
        key = identity_of(stream, path.stat().st_size).content
    assert decoded(again) == []
    assert again.photo_of("a.bmp") == photo_id
    assert again.tags("a.bmp") == {"kept"}
    assert again.rows("SELECT content_hash FROM photos WHERE id = :id", id=photo_id) == [(key.digest,)]
    assert again.rows("SELECT count(*) FROM files WHERE has_legacy_key") == [(0,)]
    assert again.rows("SELECT id, vector FROM embeddings") == vectors
    assert again.thumbnails.missing([key]) == []
    assert again.thumbnails.count() == 2


def test_pictures_that_were_one_photo_are_parted_and_both_keep_the_annotations(
    open_library: OpenLibrary, photos: Path
) -> None:
    paths = [
        bmp(photos / f"{name}.bmp", colour)
        for name, colour in (("a", (255, 0, 0)), ("b", (0, 0, 255)), ("c", (255, 255, 255)))
    ]
    shutil.copy(paths[0], photos / "copy.bmp")
    paths.append(photos / "copy.bmp")
    first = open_library()
    first.index(photos)
    make_legacy(first, *paths)
    assert len({first.photo_of(path.name) for path in paths}) == 1
    first.tag("a.bmp", "kept")
    first.close()

    again = open_library()
    again.index()

    ids = [again.photo_of(path.name) for path in paths]
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]
    assert all(again.tags(path.name) == {"kept"} for path in paths)
    assert set(again.states().values()) == {"ready"}
    assert len(set(again.rows("SELECT vector FROM embeddings"))) == 3


def test_what_was_kept_of_a_content_under_its_old_key_comes_back(library: Library, photos: Path) -> None:
    path = bmp(photos / "a.bmp", (255, 0, 0))
    legacy = legacy_of(path)
    with library.transactions.begin() as transaction:
        kept_annotations.put(
            transaction.connection,
            content=(legacy.size, legacy.digest),
            path=None,
            favourite=True,
            rating=4,
            items=[(kept_annotations.TAG, "kept")],
            now=1,
        )

    library.index(photos)

    assert library.tags("a.bmp") == {"kept"}
    assert library.rows("SELECT favourite, rating FROM photos") == [(1, 4)]


@pytest.mark.parametrize("is_other", [False, True])
def test_a_file_moved_before_it_was_hashed_again_keeps_its_tags_if_it_looks_like_its_photo(
    open_library: OpenLibrary, photos: Path, tmp_path: Path, is_other: bool
) -> None:
    path = bmp(photos / "a.bmp", (255, 0, 0))
    first = open_library()
    first.index(photos)
    first.tag("a.bmp", "kept")
    make_legacy(first, path)
    first.close()
    (photos / "sub").mkdir()
    if is_other:
        bmp(photos / "sub" / "b.bmp", (0, 0, 255))
        assert legacy_of(photos / "sub" / "b.bmp") == legacy_of(path)
    else:
        shutil.copy(path, photos / "sub" / "b.bmp")
    path.unlink()

    again = open_library()
    again.index()

    assert again.tags("sub/b.bmp") == (set() if is_other else {"kept"})
    assert again.states()["sub/b.bmp"] == "ready"
