"""Whose frame an embedding is, kept in memory beside a catalog that goes on growing."""

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sqlalchemy import delete, insert

from core.catalog.schema import Embedding, EmbeddingModel, Photo
from core.search import owners
from core.search.owners import NO_MOMENT, NOBODY, FrameOwners
from core.values.query import Query, Words

if TYPE_CHECKING:
    from tests.unit.search.conftest import Library


def _of(known: FrameOwners, *embeddings: int) -> list[tuple[int, int]]:
    photos, moments = known.of(np.array(embeddings, np.int64))
    return list(zip(photos.tolist(), moments.tolist(), strict=True))


def test_frames_are_known_by_photo_and_moment(library: "Library") -> None:
    library.add("dog"), library.add(frames=("sea", "beach")), library.add("cat")

    known = FrameOwners(library.catalog, 1)

    assert _of(known, 4, 3, 1) == [(3, NO_MOMENT), (2, 1000), (1, NO_MOMENT)]
    assert _of(known, 2) == [(2, 0)]


def test_frames_that_came_later_are_known_too(library: "Library") -> None:
    known = FrameOwners(library.catalog, 1)
    assert _of(known, 1) == [(NOBODY, NO_MOMENT)]

    for _ in range(5):
        library.add("dog")
    library.add(frames=("sea", "beach"))

    assert _of(known, 5, 7) == [(5, NO_MOMENT), (6, 1000)]
    assert _of(known, 1, 8) == [(1, NO_MOMENT), (NOBODY, NO_MOMENT)]


def test_frames_of_another_model_belong_to_nobody(library: "Library") -> None:
    library.add("dog")
    with library.catalog.begin() as connection:
        connection.execute(insert(EmbeddingModel).values(id=2, name="other", fingerprint="cd", dimension=1))
        connection.execute(insert(Embedding).values(id=9, photo_id=1, model_id=2, moment_ms=70, vector=b"\0\0"))

    assert _of(FrameOwners(library.catalog, 1), 1, 9) == [(1, NO_MOMENT), (NOBODY, NO_MOMENT)]
    assert _of(FrameOwners(library.catalog, 2), 1, 9) == [(NOBODY, NO_MOMENT), (1, 70)]


def test_a_photo_read_again_has_frames_of_its_own(library: "Library") -> None:
    library.add("dog")
    searcher = library.open()
    with library.catalog.begin() as connection:
        connection.execute(delete(Embedding))
        connection.execute(insert(Embedding).values(photo_id=1, model_id=1, vector=np.ones(64, "<f2").tobytes()))
        connection.execute(insert(Photo).values(id=2, state="ready", sort_at=0, added_at=0))
        connection.execute(insert(Embedding).values(photo_id=2, model_id=1, vector=np.ones(64, "<f2").tobytes()))
    assert library.store is not None
    library.store.remove(np.array([1]))
    library.store.add(np.array([2, 3]), np.ones((2, 64), np.float32) / 8)

    assert sorted(hit.photo_id for hit in searcher.search(Query((Words("dog"),))).hits) == [1, 2]


@pytest.mark.parametrize(
    ("name", "index"),
    [("_ALL", "sqlite_autoindex_embeddings_1"), ("_ALL_MOMENTS", "embeddings_moment"), ("_NEWER", "PRIMARY KEY")],
)
def test_vectors_are_not_walked_to_learn_whose_they_are(library: "Library", name: str, index: str) -> None:
    query: str = getattr(owners, name)
    with library.catalog.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (1,) * query.count("?")).all()
    (step,) = (row[-1] for row in plan)
    assert index in step
    assert "COVERING" in step or step.startswith("SEARCH")
