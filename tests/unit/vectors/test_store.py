"""The file of vectors follows the catalog whatever happened to either."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import Engine, text

from core.values.comparing import IndexKind, Metric
from core.vectors.binary import BinaryIndex
from core.vectors.exact import ExactIndex
from core.vectors.hnsw import HnswIndex
from core.vectors.store import VectorStore

Vectors = npt.NDArray[np.float32]
Embed = Callable[[int, Vectors], list[int]]
Clustered = Callable[..., Vectors]


@dataclass(frozen=True)
class Model:
    id: int = 1
    name: str = "model 1"
    fingerprint: str = "ab"
    dimension: int = 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vectors"


def _same_as_catalog(store: VectorStore, catalog: Engine) -> None:
    with catalog.connect() as connection:
        rows = connection.execute(text("SELECT id, vector FROM embeddings WHERE model_id = 1 ORDER BY id")).all()
    assert sorted(store.index.keys().tolist()) == [row[0] for row in rows]
    vectors = store.matrix.vectors(np.array([row[0] for row in rows], np.int64))
    expected = [np.frombuffer(row[1], "<f2").astype(np.float32) for row in rows]
    np.testing.assert_array_equal(vectors, np.stack(expected) if expected else vectors)


def test_a_new_store_holds_what_the_catalog_holds(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    embed(1, clustered(1203))
    _same_as_catalog(VectorStore(folder, catalog, Model()), catalog)


def test_a_saved_store_is_opened_without_reading_vectors_from_the_catalog(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    embed(1, clustered(50))
    VectorStore(folder, catalog, Model()).close()
    saved = (folder / "model_1.vectors").stat()
    store = VectorStore(folder, catalog, Model())
    _same_as_catalog(store, catalog)
    store.close()
    assert (folder / "model_1.vectors").stat().st_mtime_ns == saved.st_mtime_ns
    assert store.file_bytes() == saved.st_size


def test_rows_added_and_removed_while_closed_are_followed(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    ids = embed(1, clustered(50))
    VectorStore(folder, catalog, Model()).close()
    with catalog.begin() as connection:
        connection.execute(text("DELETE FROM embeddings WHERE id <= :last"), {"last": ids[10]})
    embed(1, clustered(5, seed=1))
    store = VectorStore(folder, catalog, Model())
    _same_as_catalog(store, catalog)
    store.close()
    _same_as_catalog(VectorStore(folder, catalog, Model()), catalog)


@pytest.mark.parametrize("damage", ["empty", "short", "long", "garbage", "keys"])
def test_a_damaged_file_is_made_again(
    damage: str, folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    embed(1, clustered(50))
    VectorStore(folder, catalog, Model()).close()
    path = folder / "model_1.vectors"
    data = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "short": data[:-1],
            "long": data + b"\0",
            "garbage": b"not vectors at all" * 100,
            "keys": data[:256] + b"\xff" * 8 + data[264:],
        }[damage]
    )
    store = VectorStore(folder, catalog, Model())
    _same_as_catalog(store, catalog)
    store.close()
    _same_as_catalog(VectorStore(folder, catalog, Model()), catalog)


@pytest.mark.parametrize("other", [Model(fingerprint="cd"), Model(dimension=32)])
def test_a_file_of_other_weights_or_dimension_is_not_used(
    other: Model, folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    embed(1, clustered(50))
    VectorStore(folder, catalog, Model()).close()
    with catalog.begin() as connection:
        connection.execute(text("DELETE FROM embeddings"))
    embed(1, clustered(7, other.dimension))
    _same_as_catalog(VectorStore(folder, catalog, other), catalog)


def test_a_kill_between_commit_and_save_is_noticed_even_when_ids_were_used_again(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    ids = embed(1, clustered(50))
    store = VectorStore(folder, catalog, Model())
    store.close()
    with catalog.begin() as connection:
        connection.execute(text("DELETE FROM embeddings WHERE id = :last"), {"last": ids[-1]})
        # The catalog itself never gives an id twice; one put back from a backup may.
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = 'embeddings'"))
    assert embed(1, clustered(1, seed=9)) == [ids[-1]]
    store.add(np.array([ids[-1]]), clustered(1, seed=9))
    _same_as_catalog(VectorStore(folder, catalog, Model()), catalog)


def test_other_models_are_left_out(folder: Path, catalog: Engine, embed: Embed, clustered: Clustered) -> None:
    embed(1, clustered(5))
    embed(2, clustered(5))
    assert len(VectorStore(folder, catalog, Model())) == 5


def test_searching_goes_on_while_vectors_are_added_removed_and_saved(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    vectors = clustered(1200)
    ids = np.array(embed(1, vectors))
    with catalog.begin() as connection:
        connection.execute(text("DELETE FROM embeddings WHERE id > :last"), {"last": int(ids[399])})
    store = VectorStore(folder, catalog, Model())
    problems: list[str] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            matches = store.index.search(vectors[5], 10)
            scores = store.index.scores(vectors[5], ids[:50])
            if matches.keys[0] != ids[5] or not scores[5] > 0.99:
                problems.append(f"{matches} {scores[5]}")

    thread = threading.Thread(target=search)
    thread.start()
    for start in range(400, 1200, 100):
        store.add(ids[start : start + 100], vectors[start : start + 100])
        store.remove(ids[start : start + 10])
        store.save()
    stop.set()
    thread.join()
    assert not problems
    assert len(store) == 1200 - 80


@pytest.mark.expects_log("could not be saved")
def test_a_folder_that_cannot_take_the_file_costs_only_the_file(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    embed(1, clustered(5))
    (folder / "model_1.vectors.new").mkdir(parents=True)
    store = VectorStore(folder, catalog, Model())
    store.save()
    _same_as_catalog(store, catalog)


def test_opened_for_reading_it_follows_the_catalog_and_writes_nothing(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    embed(1, clustered(20))
    store = VectorStore(folder, catalog, Model(), read_only=True)
    _same_as_catalog(store, catalog)
    store.close()
    assert not folder.exists()


def test_discarding_removes_every_file_and_goes_on_answering(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    vectors = clustered(40)
    embed(1, vectors)
    store = VectorStore(folder, catalog, Model())
    store.save()
    (folder / "model_1.usearch").write_bytes(b"a graph")
    store.add(np.array([1000]), vectors[:1])
    assert (folder / "model_1.changed").exists()

    store.discard()
    store.close()

    assert list(folder.iterdir()) == []
    assert len(store.index.search(vectors[0], 5).keys) == 5


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        (IndexKind.AUTO, ExactIndex),
        (IndexKind.EXACT, ExactIndex),
        (IndexKind.HNSW, HnswIndex),
        (IndexKind.BINARY, BinaryIndex),
    ],
)
def test_a_chosen_metric_and_index_answer_at_once_and_follow_changes(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered, kind: IndexKind, answers: type
) -> None:
    vectors = clustered(300)
    ids = np.array(embed(1, vectors))
    store = VectorStore(folder, catalog, Model())
    store.use(Metric.L2, kind)
    store.graph.wait()
    assert isinstance(store.index, answers)
    extra = clustered(1, seed=9)
    store.add(np.array([5000]), extra)
    store.remove(ids[:1])
    found = store.index.search(extra[0], 3)
    assert found.keys[0] == 5000
    assert found.scores[0] == pytest.approx(0, abs=0.02)
    assert ids[0] not in store.index.search(vectors[0], 300).keys
    assert store.memory() >= store.matrix.nbytes
    store.close()


def test_a_graph_that_was_asked_for_is_kept_and_goes_when_it_is_not(
    folder: Path, catalog: Engine, embed: Embed, clustered: Clustered
) -> None:
    embed(1, clustered(300))
    store = VectorStore(folder, catalog, Model(), kind=IndexKind.HNSW)
    store.graph.wait()
    store.close()
    reading = VectorStore(folder, catalog, Model(), kind=IndexKind.HNSW, read_only=True)
    assert isinstance(reading.index, HnswIndex)
    reading.close()
    VectorStore(folder, catalog, Model(), kind=IndexKind.EXACT).close()
    assert not (folder / "model_1.usearch").exists()
