"""Changing the model: embedded again from thumbnails, while the old vectors go on answering."""

from pathlib import Path

import av
import numpy as np

from core.catalog import models
from tests.unit.indexing.library import ColourGrid, InlinePool, Library, OpenLibrary, make_photo


def _active(library: Library) -> str:
    with library.catalog.connect() as connection:
        row = models.active(connection)
    assert row is not None
    return row.name


def test_photos_are_embedded_again_without_opening_the_originals(open_library: OpenLibrary, photos: Path) -> None:
    for number in range(12):
        make_photo(photos / f"{number}.jpg", number, (640, 480))
    first = open_library(encoder=ColourGrid(4))
    first.index(photos)
    assert _active(first) == "colour-grid-4"
    first.close()
    pool = InlinePool()

    second = open_library(encoder=ColourGrid(8), pool=pool)
    store = second.open_vectors()
    second.index(photos)

    assert pool.paths == []
    assert _active(second) == "colour-grid-8"
    rows = second.rows("SELECT id, vector FROM embeddings")
    assert len(rows) == 12
    assert sorted(row[0] for row in rows) == sorted(store.index.keys().tolist())
    assert set(second.states().values()) == {"ready"}


def test_the_old_vectors_serve_until_the_new_are_complete(open_library: OpenLibrary, photos: Path) -> None:
    for number in range(6):
        make_photo(photos / f"{number}.jpg", number)
    first = open_library()
    first.index(photos)
    first.close()

    second = open_library(encoder=ColourGrid(8))
    second.open_vectors()
    second.indexer.pause()
    second.indexer.start(watch=False)

    assert _active(second) == "colour-grid-4"
    assert second.rows("SELECT count(*) FROM embeddings") == [(6,)]
    assert set(second.states().values()) == {"ready"}

    second.indexer.resume()
    second.settle()
    assert _active(second) == "colour-grid-8"
    assert second.rows("SELECT count(*) FROM models") == [(1,)]
    assert second.rows("SELECT count(*) FROM embeddings") == [(6,)]


def test_vectors_from_thumbnails_agree_with_those_from_the_originals(open_library: OpenLibrary, photos: Path) -> None:
    for number in range(6):
        make_photo(photos / f"{number}.jpg", number, (1200, 900))
    direct = open_library(encoder=ColourGrid(8))
    direct.index(photos)
    of_originals = {row[0]: row[1] for row in direct.rows("SELECT photo_id, vector FROM embeddings")}
    direct.close()

    between = open_library(encoder=ColourGrid(4))
    between.index()
    between.close()
    again = open_library(encoder=ColourGrid(8))
    again.index()

    for photo, vector in again.rows("SELECT photo_id, vector FROM embeddings"):
        one, other = (np.frombuffer(data, "<f2").astype(np.float32) for data in (vector, of_originals[photo]))
        assert float(one @ other) > 0.99


def test_a_photo_without_a_thumbnail_is_read_from_its_file(open_library: OpenLibrary, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    make_photo(photos / "b.jpg", 2)
    first = open_library()
    first.index(photos)
    content = next(iter(first.rows("SELECT content_size, content_hash FROM files WHERE name = CAST('a.jpg' AS BLOB)")))
    from core.values.photo import ContentKey

    first.thumbnails.remove([ContentKey(content[0], content[1])])
    first.close()
    pool = InlinePool()

    second = open_library(encoder=ColourGrid(8), pool=pool)
    second.index(photos)

    assert pool.paths == [str(photos / "a.jpg")]
    assert second.thumbnails.count() == 2
    assert _active(second) == "colour-grid-8"
    assert second.rows("SELECT count(*) FROM embeddings") == [(2,)]


def _make_video(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(40):
            colours = np.zeros((48, 64, 3), np.uint8)
            colours[:, :, (number // 10) % 3] = 255
            for packet in stream.encode(av.VideoFrame.from_ndarray(colours, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


def test_a_video_gets_one_vector_at_once_and_its_moments_from_the_file_at_last(
    open_library: OpenLibrary, photos: Path
) -> None:
    _make_video(photos / "clip.mp4")
    first = open_library()
    first.index(photos)
    moments = first.rows("SELECT frame, moment_ms FROM embeddings ORDER BY frame")
    assert len(moments) > 1
    first.close()
    pool = InlinePool()

    second = open_library(encoder=ColourGrid(8), pool=pool)
    store = second.open_vectors()
    second.index(photos)

    assert pool.paths == [str(photos / "clip.mp4")]
    rows = second.rows("SELECT id, frame, moment_ms FROM embeddings ORDER BY frame")
    assert [row[1:] for row in rows] == moments
    assert sorted(store.index.keys().tolist()) == sorted(row[0] for row in rows)
