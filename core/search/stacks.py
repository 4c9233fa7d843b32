"""Folds bursts and near-duplicates into a stack under the hit that comes first."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from core.catalog.photo_dates import UNDATED
from core.search.library import Facts
from core.values.photo import PhotoId
from core.values.query import Hit

Vectors = npt.NDArray[np.float32]

BURST_SECONDS = 60
_BURST_COSINE = 0.92
_BURST_BITS = 14
_SAME_COSINE = 0.97
_SAME_BITS = 4


def group_near_duplicates(
    hits: Sequence[Hit], facts: Mapping[PhotoId, Facts], vectors: Mapping[PhotoId, Vectors]
) -> list[Hit]:
    """Return the hits without those that look like an earlier one, which are in its stack instead.

    Two photos of one minute fold when vector or perceptual hash say that they are alike; any two when both say that
    they are all but the same. A photo without either stays. `vectors`: one unit vector (d,) a photo; some may lack.
    """
    order = [hit.photo_id for hit in hits]
    # Undated photos have no minute in common.
    dated = (photo_id in facts and facts[photo_id].sort_at != UNDATED for photo_id in order)
    times = np.array(
        [facts[photo_id].sort_at if known else np.nan for photo_id, known in zip(order, dated, strict=True)]
    )
    hashes = [facts[photo_id].perceptual_hash if photo_id in facts else None for photo_id in order]
    bits = np.array([0 if value is None else value for value in hashes], np.int64).view(np.uint64)
    hashed = np.array([value is not None for value in hashes], bool)
    dimension = len(next(iter(vectors.values()))) if vectors else 0
    unknown = np.full(dimension, np.nan, np.float32)
    rows = np.array([vectors.get(photo_id, unknown) for photo_id in order], np.float32)
    leads: list[int] = []
    stacks: dict[int, list[PhotoId]] = {}
    for number in range(len(hits)):
        earlier = np.array(leads, np.int64)
        near = np.abs(times[earlier] - times[number]) <= BURST_SECONDS
        cosine = rows[earlier] @ rows[number] if dimension else np.full(len(earlier), np.nan)
        differing = np.bitwise_count(bits[earlier] ^ bits[number]).astype(float)
        differing[~(hashed[earlier] & hashed[number])] = np.nan
        with np.errstate(invalid="ignore"):
            alike = near & ((cosine >= _BURST_COSINE) | (differing <= _BURST_BITS))
            same = (cosine >= _SAME_COSINE) & (differing <= _SAME_BITS)
        lead = next(iter(earlier[alike | same]), None)
        if lead is None:
            leads.append(number)
        else:
            stacks.setdefault(int(lead), []).append(order[number])
    return [hits[lead]._replace(stack=tuple(stacks.get(lead, ()))) for lead in leads]
