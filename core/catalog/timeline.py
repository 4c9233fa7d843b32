"""Reads what a timeline is laid out from: of all photos in one query, without a row a photo."""

import json
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, text

from core.values.photo import MediaKind, PhotoId, PhotoState
from core.values.photo_facts import IS_RAW, IS_VIDEO, NO_DATE, NOT_READ, PhotoFacts

_USUAL_ASPECT = 1333
"""Of a photo whose size is not known yet: 4:3, as most cameras make them."""
_NO_TIME = -(2**50)
_PERMILLE = 1 << 20


def read_facts(connection: Connection) -> PhotoFacts:
    """Return the facts of all photos that are shown between others, by id. What could not be read is not.

    SQLite puts each column into one text, which is parsed at once: a tenth of the time that rows in Python take, and
    nearly all of it without the interpreter's lock.
    """
    found = connection.execute(_ALL).one()
    if found[0] is None:
        return PhotoFacts.empty()
    ids, times, packed = (np.fromstring(column, np.int64, sep=",") for column in found)
    days = (times // 86_400).clip(-(2**31), NO_DATE - 1)
    days[times == _NO_TIME] = NO_DATE
    days[(packed & _WAITING > 0) & (times == _NO_TIME)] = NOT_READ
    order = np.argsort(ids, kind="stable")
    return PhotoFacts(
        ids[order],
        days[order].astype(np.int32),
        ((packed >> 3)[order] / 1000).astype(np.float32),
        (packed[order] & (IS_VIDEO | IS_RAW)).astype(np.uint8),
    )


_WAITING = 4

_ALL = text(f"""
    SELECT group_concat(id), group_concat(ifnull(taken_wall, {_NO_TIME})), group_concat(
        min({_PERMILLE}, max(1, ifnull(width * 1000 / nullif(height, 0), {_USUAL_ASPECT}))) * 8
        + (kind = '{MediaKind.VIDEO}') * {IS_VIDEO} + (kind = '{MediaKind.RAW}') * {IS_RAW}
        + (state = '{PhotoState.WAITING}') * {_WAITING})
    FROM photos WHERE state IN ('{PhotoState.WAITING}', '{PhotoState.READY}')
""")


def read_common_place(connection: Connection, photo_ids: Sequence[PhotoId], share: float) -> str | None:
    """Return town and region that at least this share of the photos have in common, else the region, else None."""
    towns = connection.execute(_TOWNS, {"ids": json.dumps([int(photo_id) for photo_id in photo_ids])}).all()
    enough = share * len(photo_ids)
    regions: dict[str, int] = {}
    for town, region, count in towns:
        if count >= enough:
            return ", ".join(part for part in (town, region) if part)
        if region:
            regions[region] = regions.get(region, 0) + count
    return next((region for region, count in regions.items() if count >= enough), None)


_TOWNS = text("""
    SELECT town, region, count(*) FROM photos
    WHERE id IN (SELECT value FROM json_each(:ids)) AND (town IS NOT NULL OR region IS NOT NULL) GROUP BY town, region
""")
