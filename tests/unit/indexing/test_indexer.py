"""The indexer from end to end, on small real photos."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.catalog.reader import CatalogReader
from core.values.photo import PhotoState
from core.values.progress import Phase
from tests.unit.indexing.library import InlinePool, Library, OpenLibrary, come_to_rest, make_photo, wait_for


def test_a_folder_is_indexed_with_thumbnail_vector_and_index_entry(library: Library, photos: Path) -> None:
    for number in range(10):
        make_photo(photos / f"{number % 3}" / f"{number}.jpg", number)
    store = library.open_vectors()

    library.index(photos)

    counts = CatalogReader(library.catalog).counts()
    assert (counts.found, counts.ready) == (10, 10)
    embeddings = library.rows("SELECT id, photo_id, vector FROM embeddings")
    assert sorted(int(str(row[0])) for row in embeddings) == sorted(store.index.keys().tolist())
    assert len({row[1] for row in embeddings}) == 10
    assert library.thumbnails.count() == 10
    progress = library.indexer.progress()
    assert (progress.phase, progress.found, progress.done, progress.waiting) == (Phase.IDLE, 10, 10, 0)


def test_a_file_that_cannot_be_read_is_kept_with_its_reason_and_stops_nothing(library: Library, photos: Path) -> None:
    make_photo(photos / "good.jpg", 1)
    (photos / "empty.jpg").touch()
    (photos / "text.jpg").write_text("no picture at all")
    os.mkfifo(photos / "pipe.jpg")
    (photos / "loop.jpg").symlink_to(photos / "loop.jpg")

    library.index(photos)

    failed = {Path(row.path).name: row.reason for row in CatalogReader(library.catalog).failed_files()}
    assert set(failed) == {"empty.jpg", "text.jpg", "pipe.jpg", "loop.jpg"}
    assert all(failed.values())
    assert library.states()["good.jpg"] == PhotoState.READY
    progress = library.indexer.progress()
    assert (progress.done, progress.failed, progress.waiting, progress.found) == (1, 4, 0, 5)


def test_a_failed_file_is_read_again_when_it_changes_and_when_asked(library: Library, photos: Path) -> None:
    (photos / "a.jpg").write_text("not yet")
    (photos / "b.jpg").write_text("never")
    library.index(photos)
    make_photo(photos / "a.jpg", 1)

    library.rescan()
    assert library.states() == {"a.jpg": "ready", "b.jpg": "failed"}

    assert library.indexer.retry_failed() == 1
    library.settle()
    assert library.states() == {"a.jpg": "ready", "b.jpg": "failed"}


def test_an_unchanged_folder_is_compared_without_opening_a_file(open_library: OpenLibrary, photos: Path) -> None:
    for number in range(5):
        make_photo(photos / f"{number}.jpg", number)
    first = open_library()
    first.index(photos)
    first.close()
    pool = InlinePool()

    again = open_library(pool=pool)
    again.index(photos)

    assert pool.paths == []
    assert set(again.states().values()) == {"ready"}


def test_a_renamed_file_keeps_its_photo_and_is_not_read_again(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    library.tag("a.jpg", "keep")
    photo = library.photo_of("a.jpg")
    (photos / "sub").mkdir()
    (photos / "a.jpg").rename(photos / "sub" / "b.jpg")
    come_to_rest(photos)
    assert isinstance(library.pool, InlinePool)
    library.pool.paths.clear()

    library.rescan()

    assert library.photo_of("sub/b.jpg") == photo
    assert library.tags("sub/b.jpg") == {"keep"}
    assert library.states() == {"sub/b.jpg": "ready"}
    assert library.pool.paths == []


def test_a_file_moved_by_copying_is_recognised_by_content_without_decoding(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    library.tag("a.jpg", "keep")
    photo = library.photo_of("a.jpg")
    (photos / "b.jpg").write_bytes((photos / "a.jpg").read_bytes())
    (photos / "a.jpg").unlink()
    assert isinstance(library.pool, InlinePool)
    library.pool.decoded.clear()

    library.rescan()

    assert library.photo_of("b.jpg") == photo
    assert library.states() == {"b.jpg": "ready"}
    assert library.pool.decoded == []
    assert library.rows("SELECT count(*) FROM photos") == [(1,)]


def test_a_copy_shares_the_photo(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    shutil.copy(photos / "a.jpg", photos / "copy.jpg")

    library.index(photos)

    assert library.photo_of("a.jpg") == library.photo_of("copy.jpg")
    assert library.rows("SELECT count(*) FROM embeddings") == [(1,)]


def test_an_edited_photo_keeps_its_tags_and_gets_a_new_vector_and_thumbnail(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    store = library.open_vectors()
    library.index(photos)
    library.tag("a.jpg", "keep")
    photo = library.photo_of("a.jpg")
    before = library.rows("SELECT vector FROM embeddings")
    make_photo(photos / "a.jpg", 2)

    library.rescan()

    assert library.photo_of("a.jpg") == photo
    assert library.tags("a.jpg") == {"keep"}
    after = library.rows("SELECT id, vector FROM embeddings")
    assert len(after) == 1
    assert after[0][1] != before[0][0]
    assert store.index.keys().tolist() == [after[0][0]]
    assert library.thumbnails.count() == 1


def test_swapped_files_take_their_tags_with_them(library: Library, photos: Path) -> None:
    for number, name in enumerate(("a.jpg", "b.jpg", "c.jpg")):
        make_photo(photos / name, number)
    library.index(photos)
    for name in ("a", "b", "c"):
        library.tag(f"{name}.jpg", f"was {name}")
    contents = {name: (photos / f"{name}.jpg").read_bytes() for name in "abc"}
    for source, target in (("a", "b"), ("b", "c"), ("c", "a")):
        (photos / f"{target}.jpg").write_bytes(contents[source])

    library.rescan()

    assert [library.tags(f"{name}.jpg") for name in "abc"] == [{"was c"}, {"was a"}, {"was b"}]


def test_a_file_moved_away_and_replaced_takes_its_tags_with_it(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    library.tag("a.jpg", "first")
    (photos / "moved.jpg").write_bytes((photos / "a.jpg").read_bytes())
    make_photo(photos / "a.jpg", 2)

    library.rescan()

    assert library.tags("moved.jpg") == {"first"}
    assert library.tags("a.jpg") == set()
    assert library.rows("SELECT count(*) FROM photos") == [(2,)]


def test_an_edit_keeps_tags_even_beside_a_new_file_of_the_old_size(library: Library, photos: Path) -> None:
    old = make_photo(photos / "a.jpg", 1).read_bytes()
    library.index(photos)
    library.tag("a.jpg", "keep")
    make_photo(photos / "a.jpg", 2)
    (photos / "other.jpg").write_bytes(b"x" * len(old))

    library.rescan()

    assert library.tags("a.jpg") == {"keep"}
    assert library.rows("SELECT count(*) FROM photos WHERE state = 'ready'") == [(1,)]


def test_tags_put_on_a_provisional_photo_stay_when_its_content_turns_out_to_be_known(
    library: Library, photos: Path
) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    library.tag("a.jpg", "old")
    library.indexer.pause()
    (photos / "b.jpg").write_bytes((photos / "a.jpg").read_bytes())
    library.indexer.rescan()
    wait_for(lambda: "b.jpg" in library.states())
    assert library.states()["b.jpg"] == "waiting"
    library.tag("b.jpg", "new")

    library.indexer.resume()
    library.settle()

    assert library.tags("a.jpg") == library.tags("b.jpg") == {"old", "new"}


def test_a_copy_among_very_many_of_one_size_is_read_whole_and_still_the_same_photo(
    library: Library, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.catalog.queue._MOST_OF_A_SIZE", 3)
    for number in range(5):
        colour = (40 * number, 200, 90)
        Image.new("RGB", (48, 36), colour).save(photos / f"{number}.bmp")
    assert len({path.stat().st_size for path in photos.iterdir()}) == 1
    library.index(photos)
    library.tag("3.bmp", "keep")
    pool = library.pool
    assert isinstance(pool, InlinePool)
    pool.decoded.clear()

    (photos / "copy.bmp").write_bytes((photos / "3.bmp").read_bytes())
    library.rescan()

    assert {Path(path).name for path in pool.decoded} == {"copy.bmp"}
    assert library.tags("copy.bmp") == {"keep"}
    assert library.rows("SELECT count(*) FROM photos WHERE state = 'ready'") == [(5,)]


def test_a_deleted_file_is_hidden_and_comes_back_with_its_tags(library: Library, photos: Path) -> None:
    content = make_photo(photos / "a.jpg", 1).read_bytes()
    library.index(photos)
    library.tag("a.jpg", "keep")
    (photos / "a.jpg").unlink()

    library.rescan()
    assert library.states() == {"a.jpg": "missing"}
    assert library.indexer.progress().found == 0

    (photos / "again.jpg").write_bytes(content)
    library.rescan()
    assert library.states() == {"again.jpg": "ready"}
    assert library.tags("again.jpg") == {"keep"}


def test_a_root_that_is_gone_is_offline_and_loses_nothing(library: Library, photos: Path, tmp_path: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    photos.rename(tmp_path / "elsewhere")

    library.rescan()
    assert library.states() == {"a.jpg": "ready"}
    assert "not there" in str(library.rows("SELECT offline FROM roots")[0][0])

    (tmp_path / "elsewhere").rename(photos)
    library.rescan()
    assert library.rows("SELECT offline FROM roots") == [(None,)]
    assert library.states() == {"a.jpg": "ready"}


def test_a_root_added_again_elsewhere_is_recognised_by_content(library: Library, photos: Path, tmp_path: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)
    library.tag("a.jpg", "keep")
    photos.rename(tmp_path / "elsewhere")
    assert isinstance(library.pool, InlinePool)
    library.pool.decoded.clear()

    library.indexer.add_root(str(tmp_path / "elsewhere"))
    library.settle()

    assert library.rows("SELECT count(*) FROM photos") == [(1,)]
    assert library.pool.decoded == []


def test_without_an_encoder_photos_wait_with_thumbnails_and_are_embedded_from_them_later(
    library: Library, photos: Path
) -> None:
    make_photo(photos / "a.jpg", 1)
    library.has_encoder = False
    library.index(photos)
    assert library.states() == {"a.jpg": "waiting"}
    assert library.thumbnails.count() == 1
    assert isinstance(library.pool, InlinePool)
    library.pool.paths.clear()

    library.has_encoder = True
    library.indexer.wake()
    wait_for(lambda: library.states() == {"a.jpg": "ready"})

    assert library.pool.paths == []


def test_thumbnails_that_were_deleted_are_made_again(open_library: OpenLibrary, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    first = open_library()
    first.index(photos)
    first.close()
    for file in first.folder.glob("thumbnails*"):
        file.unlink()

    again = open_library()
    again.index(photos)

    assert again.thumbnails.count() == 1
    assert again.states() == {"a.jpg": "ready"}


def test_vectors_agree_with_encoding_the_file_directly(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    library.index(photos)

    from core.media.reader import read
    from core.media.request import ReadRequest

    frame = read(ReadRequest(str(photos / "a.jpg"), model_input=library.encoder.model_input)).frames[0]
    direct = library.encoder.encode_images(frame.pixels[None])[0]
    stored = library.rows("SELECT vector FROM embeddings")[0][0]
    assert isinstance(stored, bytes)
    assert float(np.frombuffer(stored, "<f2").astype(np.float32) @ direct) == pytest.approx(1.0, abs=1e-3)
