"""What a library holds while a program works on it, and after one was killed."""

import os
import subprocess
import time
from pathlib import Path

import numpy as np
from sqlalchemy import text

from core.catalog import database
from core.catalog.thumbnails import ThumbnailStore
from core.settings.paths import LibraryPaths
from core.values.photo import ContentKey

PATIENCE = 120.0


def embedded(library: Path) -> int:
    """Return how many photos have a vector by now."""
    try:
        engine = database.open_for_reading(LibraryPaths.inside(library).catalog)
    except FileNotFoundError:
        return 0
    try:
        with engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM embeddings")).scalar_one())
    except Exception:  # the tables are being made
        return 0
    finally:
        engine.dispose()


def wait_until_some_are_embedded(process: "subprocess.Popen[bytes]", library: Path, more_than: int = 0) -> None:
    """Wait until so many photos and one more have vectors; fails when the process ends before."""
    until = time.monotonic() + PATIENCE
    while embedded(library) <= more_than:
        assert process.poll() is None, "indexing ended before it could be interrupted"
        assert time.monotonic() < until
        time.sleep(0.02)


def assert_every_photo_is_there_once(library: Path, photos: list[Path]) -> None:
    """Each with its vector and thumbnail, and nothing else."""
    paths = LibraryPaths.inside(library)
    engine = database.open_for_reading(paths.catalog)
    thumbnails = ThumbnailStore(paths.thumbnails, read_only=True)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT f.name, p.id, p.state, p.content_size, p.content_hash, length(e.vector) AS length, e.vector "
                "FROM files f JOIN photos p ON p.id = f.photo_id LEFT JOIN embeddings e ON e.photo_id = p.id"
            )
        ).all()
        assert connection.execute(text("SELECT count(*) FROM photos")).scalar_one() == len(photos)
    assert sorted(row.name for row in rows) == sorted(os.fsencode(photo.name) for photo in photos)
    assert {row.state for row in rows} == {"ready"}
    for row in rows:
        assert np.isclose(np.linalg.norm(np.frombuffer(row.vector, "<f2").astype(np.float32)), 1.0, atol=0.01)
        assert thumbnails.get(ContentKey(row.content_size, row.content_hash)) is not None
    thumbnails.close()
    engine.dispose()
