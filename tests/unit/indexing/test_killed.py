"""Killed at random moments, an indexing run ends as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest
from sqlalchemy import text

from core.catalog import annotations, database
from core.catalog.reader import CatalogReader
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.values.photo import ContentKey, PhotoId
from core.vectors.store import VectorStore
from tests.unit.indexing.child import open_library
from tests.unit.indexing.library import Library, make_photo, wait_for

REPOSITORY = Path(__file__).parents[3]
LONGEST_S = 0.6
"""About the time that a child takes for what is new to it; so the kills spread over all of it."""


def _start(library: Path, photos: Path, pool: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.indexing.child", str(library), str(photos), pool],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def _run_to_the_end(library: Path, photos: Path, pool: str) -> None:
    child = _start(library, photos, pool)
    output, errors = child.communicate(timeout=200)
    assert child.returncode == 0, errors
    assert output.endswith("idle\n")


def _kill_after(library: Path, photos: Path, pool: str, delay_s: float) -> bool:
    """Kill the engine so long after it began; False when it ended before."""
    child = _start(library, photos, pool)
    assert child.stdout is not None
    child.stdout.readline()
    try:
        child.wait(delay_s)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.wait()
    child.stdout.close()
    assert child.stderr is not None
    child.stderr.close()
    return child.returncode == -signal.SIGKILL


@dataclass(frozen=True)
class Seen:
    """What the catalog and its derived files say of one path."""

    state: str
    content: ContentKey
    width: int
    height: int
    vector: bytes
    thumbnail: bytes | None


def _seen(folder: Path) -> dict[str, Seen]:
    engine = database.open_for_reading(folder / "catalog.sqlite")
    thumbnails = ThumbnailStore(folder / "thumbnails.sqlite", read_only=True)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT name, photos.state, photos.content_size, photos.content_hash, width, height, vector "
                "FROM files JOIN photos ON photos.id = files.photo_id "
                "JOIN embeddings ON embeddings.photo_id = photos.id"
            )
        ).all()
        photos, embeddings = (
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in ("photos", "embeddings")
        )
    seen = {}
    for row in rows:
        key = ContentKey(row.content_size, row.content_hash)
        seen[os.fsdecode(row.name)] = Seen(row.state, key, row.width, row.height, row.vector, thumbnails.get(key))
    assert len(rows) == len(seen) == photos == embeddings
    thumbnails.close()
    engine.dispose()
    return seen


def _check_index(folder: Path) -> None:
    library = open_library(folder, processes=False)
    with library.catalog.connect() as connection:
        rows = connection.execute(text("SELECT id, vector FROM embeddings")).all()
        model = connection.execute(text("SELECT id, name, fingerprint, dimension FROM models")).one()
    store = VectorStore(folder / "vectors", library.catalog, model)
    assert sorted(store.index.keys().tolist()) == sorted(row.id for row in rows)
    for row in rows[:50]:
        vector = np.frombuffer(row.vector, "<f2").astype(np.float32)
        assert store.index.search(vector, 1).scores[0] == pytest.approx(1.0, abs=1e-2)
    library.close()


def _tag(folder: Path, tag: str) -> bool:
    """Tag the newest photo; False when the engine was killed before it found one."""
    transactions = Transactions(database.open_for_writing(folder / "catalog.sqlite"))
    photos = CatalogReader(transactions.engine).photo_ids()
    if len(photos):
        with transactions.begin() as transaction:
            annotations.change_tags(transaction, [PhotoId(int(photos[0]))], [tag], [])
    transactions.engine.dispose()
    return len(photos) > 0


def _tags(folder: Path) -> set[str]:
    engine = database.open_for_reading(folder / "catalog.sqlite")
    with engine.connect() as connection:
        names = set(connection.execute(text("SELECT name FROM tags JOIN photo_tags ON tag_id = tags.id")).scalars())
    engine.dispose()
    return names


@pytest.mark.parametrize(
    ("kills", "count", "pool"),
    [(3, 80, "threads"), pytest.param(50, 500, "processes", marks=[pytest.mark.soak, pytest.mark.timeout(3000)])],
)
def test_the_engine_killed_at_random_moments_loses_and_doubles_nothing(
    tmp_path: Path, photos: Path, kills: int, count: int, pool: str
) -> None:
    chance = random.Random(4)
    disturbed, undisturbed = tmp_path / "disturbed", tmp_path / "undisturbed"
    disturbed.mkdir()
    undisturbed.mkdir()
    step = count // (kills + 1)

    killed = 0
    tagged = set()
    for kill in range(kills + 1):
        for number in range(kill * step, count if kill == kills else (kill + 1) * step):
            make_photo(photos / f"{number:04}.jpg", number, (1280 + number % 7, 960))
        if kill < kills:
            killed += _kill_after(disturbed, photos, pool, chance.uniform(0, LONGEST_S))
            if _tag(disturbed, f"tag {kill}"):
                tagged.add(f"tag {kill}")
    _run_to_the_end(disturbed, photos, pool)
    _run_to_the_end(undisturbed, photos, pool)

    assert killed > 0
    assert _seen(disturbed) == _seen(undisturbed)
    assert len(_seen(disturbed)) == count
    assert _tags(disturbed) == tagged
    _check_index(disturbed)


@pytest.mark.parametrize(
    ("kills", "count"),
    [(2, 60), pytest.param(50, 500, marks=[pytest.mark.soak, pytest.mark.timeout(3000)])],
)
def test_decode_workers_killed_at_random_moments_cost_no_photo(
    tmp_path: Path, photos: Path, kills: int, count: int
) -> None:
    chance = random.Random(5)
    folder = tmp_path / "library"
    folder.mkdir()
    library = open_library(folder, processes=True)
    library.open_vectors()
    library.indexer.start(watch=False)
    library.indexer.add_root(str(photos))
    step = count // (kills + 1)
    for kill in range(kills + 1):
        added = range(kill * step, count if kill == kills else (kill + 1) * step)
        for number in added:
            make_photo(photos / f"{number:04}.jpg", number, (640, 480))
        library.indexer.rescan()
        if kill < kills:
            wait_for(partial(_has_found, library, added.stop))
            chance.choice(_until_there_are_workers()).kill()
    library.settle()

    progress = library.indexer.progress()
    assert (progress.done, progress.failed) == (count, 0)
    library.close()


def _has_found(library: Library, photos: int) -> bool:
    return library.indexer.progress().found >= photos


def _until_there_are_workers() -> list[psutil.Process]:
    me = psutil.Process()
    found: list[psutil.Process] = []

    def there_are() -> bool:
        found[:] = [child for child in me.children(recursive=True) if "spawn_main" in " ".join(child.cmdline())]
        return bool(found)

    wait_for(there_are)
    return found
