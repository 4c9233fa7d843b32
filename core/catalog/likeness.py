"""Tells by what was derived from two photos whether they show the same, or one is an edit of the other.

The limits were chosen by the figures in `docs/decisions/0030`.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, func, select

from core.catalog.photo_dates import exact_wall
from core.catalog.schema import Embedding, Photo

_SAME_SHOT_S = 2
_EDIT_BITS = 16
_SAME_COSINE = 0.99
_SPREADS = 2.0
"""How many standard deviations an edit lies above what the library's other photos have in common with the picture."""
_BACKGROUND = 200
_LEAST_BACKGROUND = 20
_COSINE_OF_FEW = 0.5
"""Where there is too little to compare with."""

Vectors = npt.NDArray[np.float32]


def is_same(
    connection: Connection, photo_id: int, fingerprint: int | None, model_id: int | None, vector: bytes | None
) -> bool:
    """Whether a photo shows just what was read: the same perceptual hash, and the same vector where both have one.

    `vector`: float16, little-endian, of the first frame.
    """
    known = connection.execute(select(Photo.perceptual_hash).where(Photo.id == photo_id)).scalar()
    if known is None or known != fingerprint:
        return False
    own = {} if model_id is None else _vectors(connection, photo_id)
    if vector is None or model_id not in own:
        return True
    return float((own[model_id] @ _unit([vector]).T).max()) >= _SAME_COSINE


def is_edit(connection: Connection, former: int, newer: int) -> bool:
    """Whether the photo `newer`, read where `former` was, is an edit of it rather than another picture.

    It is another one only when all that can be compared differs: time, perceptual hash and vector.
    """
    rows = {row.id: row for row in connection.execute(_FACTS.where(Photo.id.in_((former, newer))))}
    old, new = rows[former], rows[newer]
    if old.perceptual_hash is None or new.perceptual_hash is None or _is_same_shot(old, new):
        return True
    if _differing_bits(old.perceptual_hash, new.perceptual_hash) <= _EDIT_BITS:
        return True
    before, after = _vectors(connection, former), _vectors(connection, newer)
    common = before.keys() & after.keys()
    return not common or any(
        _stands_out(connection, model_id, (former, newer), before[model_id], after[model_id]) for model_id in common
    )


def _is_same_shot(old: Row[*tuple[object, ...]], new: Row[*tuple[object, ...]]) -> bool:
    first, second = exact_wall(old), exact_wall(new)
    return first is not None and second is not None and abs(first - second) <= _SAME_SHOT_S


def _stands_out(connection: Connection, model_id: int, pair: tuple[int, int], before: Vectors, after: Vectors) -> bool:
    cosine = float((before @ after.T).max())
    others = _background(connection, model_id, pair)
    if len(others) < _LEAST_BACKGROUND:
        return cosine >= _COSINE_OF_FEW
    scores = others @ before[0]
    return cosine >= float(scores.mean() + _SPREADS * scores.std())


def _differing_bits(first: int, second: int) -> int:
    return ((first ^ second) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def _vectors(connection: Connection, photo_id: int) -> dict[int, Vectors]:
    """Return the unit vectors of a photo's frames by model, each (n, d)."""
    found: dict[int, list[bytes]] = {}
    rows = connection.execute(
        select(Embedding.model_id, Embedding.vector).where(Embedding.photo_id == photo_id).order_by(Embedding.frame)
    )
    for row in rows:
        found.setdefault(row.model_id, []).append(row.vector)
    return {model_id: _unit(vectors) for model_id, vectors in found.items()}


def _background(connection: Connection, model_id: int, without: Sequence[int]) -> Vectors:
    """Return vectors of some other photos, spread over the library."""
    of_model = (Embedding.model_id == model_id, Embedding.frame == 0)
    count = connection.execute(select(func.count()).select_from(Embedding).where(*of_model)).scalar_one()
    step = max(1, count // _BACKGROUND)
    vectors = connection.execute(
        select(Embedding.vector)
        .where(*of_model, Embedding.id % step == 0, Embedding.photo_id.not_in(without))
        .limit(_BACKGROUND)
    ).scalars()
    return _unit(list(vectors))


def _unit(vectors: Sequence[bytes]) -> Vectors:
    if not vectors:
        return np.empty((0, 0), np.float32)
    return np.stack([np.frombuffer(vector, "<f2") for vector in vectors]).astype(np.float32)


_FACTS = select(Photo.id, Photo.perceptual_hash, Photo.taken_wall, Photo.date_precision, Photo.date_source)
