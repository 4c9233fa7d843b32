"""Keeps what a model sees in photos. A photo that was looked at and shows nothing known has one row without a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.catalog.schema import Embedding, LibraryFact, Photo, PhotoLabel
from core.catalog.states import batched
from core.catalog.transaction import Transaction

NOTHING = ""
_FACT = "labels of model "


@dataclass(frozen=True, slots=True)
class Seen:
    """One label of a photo and how sure the model is, 0 to 1."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class PhotoVectors:
    """The vectors (n, d) of photos; `photo_ids` (n,) says whose each is. A video has several."""

    photo_ids: npt.NDArray[np.int64]
    vectors: npt.NDArray[np.float32]


def vectors_of(connection: Connection, model_id: int, photo_ids: Sequence[int], dimension: int) -> PhotoVectors:
    """Return the vectors of photos; those without any are left out."""
    owners: list[int] = []
    vectors: list[bytes] = []
    for ids in batched(photo_ids):
        for row in connection.execute(
            select(Embedding.photo_id, Embedding.vector).where(
                Embedding.model_id == model_id, Embedding.photo_id.in_(ids)
            )
        ):
            owners.append(row.photo_id)
            vectors.append(row.vector)
    return PhotoVectors(np.array(owners, np.int64), _unpacked(vectors, dimension))


def sample(connection: Connection, model_id: int, limit: int, dimension: int) -> npt.NDArray[np.float32]:
    """Return the vectors of at most `limit` photos, spread over the library, always the same ones; (n, d)."""
    count, first, last = connection.execute(
        select(func.count(), func.min(Embedding.id), func.max(Embedding.id)).where(Embedding.model_id == model_id)
    ).one()
    if not count:
        return np.empty((0, dimension), np.float32)
    if count <= limit:
        rows = connection.execute(select(Embedding.vector).where(Embedding.model_id == model_id)).scalars()
        return _unpacked(list(rows), dimension)
    wanted = np.unique(np.linspace(first, last, limit).astype(np.int64)).tolist()
    vectors: list[bytes] = []
    for ids in batched(wanted):
        vectors.extend(
            connection.execute(
                select(Embedding.vector).where(Embedding.model_id == model_id, Embedding.id.in_(ids))
            ).scalars()
        )
    return _unpacked(vectors, dimension)


def count_vectors(connection: Connection, model_id: int) -> int:
    """Return how many vectors of the model there are."""
    return connection.execute(
        select(func.count()).select_from(Embedding).where(Embedding.model_id == model_id)
    ).scalar_one()


def store(transaction: Transaction, model_id: int, seen: Mapping[int, Sequence[Seen]]) -> None:
    """Store what was seen in each photo, in place of what was before."""
    connection = transaction.connection
    for ids in batched(list(seen)):
        removed = connection.execute(
            delete(PhotoLabel)
            .where(PhotoLabel.model_id == model_id, PhotoLabel.photo_id.in_(ids))
            .returning(PhotoLabel.photo_id, PhotoLabel.label)
        )
        had_some = {row.photo_id for row in removed if row.label != NOTHING}
        still_there = set(connection.execute(select(Photo.id).where(Photo.id.in_(ids))).scalars())
        rows = [
            {"photo_id": photo_id, "model_id": model_id, "label": one.label, "score": one.score}
            for photo_id in ids
            if photo_id in still_there
            for one in seen[photo_id] or (Seen(NOTHING, 0.0),)
        ]
        if rows:
            connection.execute(insert(PhotoLabel), rows)
        transaction.changes.texts.update(had_some | {photo_id for photo_id in still_there if seen[photo_id]})


def forget_some(transaction: Transaction, limit: int) -> bool:
    """Forget the labels of at most `limit` photos, of every model. Tells whether there were any."""
    connection = transaction.connection
    connection.execute(delete(LibraryFact).where(LibraryFact.name.startswith(_FACT)))  # if wanted again: all of them
    ids = list(connection.execute(select(PhotoLabel.photo_id).distinct().limit(limit)).scalars())
    for some in batched(ids):
        removed = delete(PhotoLabel).where(PhotoLabel.photo_id.in_(some)).returning(PhotoLabel.photo_id)
        transaction.changes.texts.update(connection.execute(removed).scalars())
    return len(ids) > 0


def edition(connection: Connection, model_id: int) -> str | None:
    """Return by what edition of vocabulary and method the model's labels were made."""
    return connection.execute(select(LibraryFact.value).where(LibraryFact.name == _fact(model_id))).scalar()


def set_edition(transaction: Transaction, model_id: int, value: str) -> None:
    """Remember it."""
    transaction.connection.execute(
        upsert(LibraryFact)
        .values(name=_fact(model_id), value=value)
        .on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )


def _fact(model_id: int) -> str:
    return f"{_FACT}{model_id}"


def _unpacked(vectors: Sequence[bytes], dimension: int) -> npt.NDArray[np.float32]:
    return np.frombuffer(b"".join(vectors), "<f2").reshape(-1, dimension).astype(np.float32)
