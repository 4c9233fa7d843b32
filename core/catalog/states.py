"""Works out the state of photos from their files and embeddings. The one place that writes `photos.state`."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, bindparam, text

BATCH = 500
"""Ids in one statement."""

T = TypeVar("T")

_STATE = text(
    """
    UPDATE photos SET
        state = CASE
            WHEN NOT EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND state != 'missing') THEN 'missing'
            WHEN EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND state = 'ready' AND role = 'primary')
                AND EXISTS (SELECT 1 FROM embeddings WHERE photo_id = photos.id) THEN 'ready'
            WHEN EXISTS (SELECT 1 FROM files
                WHERE photo_id = photos.id AND role = 'primary' AND state IN ('waiting', 'ready')) THEN 'waiting'
            ELSE 'failed'
        END,
        missing_since = CASE
            WHEN EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND state != 'missing') THEN NULL
            ELSE coalesce(missing_since, :now)
        END
    WHERE id IN :ids
    """
).bindparams(bindparam("ids", expanding=True))

_FORGET_GONE_PATHS = text(
    """
    DELETE FROM files WHERE photo_id IN :ids AND state = 'missing'
        AND EXISTS (SELECT 1 FROM files AS live WHERE live.photo_id = files.photo_id AND live.state != 'missing')
    """
).bindparams(bindparam("ids", expanding=True))


def refresh(connection: Connection, photo_ids: Iterable[int], now: int) -> None:
    """Set state and `missing_since` of these photos.

    A path that is gone is kept only while its photo has no other: it says where the photo was.
    """
    for ids in batched(photo_ids):
        connection.execute(_FORGET_GONE_PATHS, {"ids": ids})
        connection.execute(_STATE, {"ids": ids, "now": now})


def batched(items: Iterable[T], size: int = BATCH) -> Iterator[tuple[T, ...]]:
    """Split `items` into tuples of at most `size`."""
    rest = iter(items)
    while part := tuple(islice(rest, size)):
        yield part
