"""What is still to be found out about photos: one durable queue of all kinds of enrichment.

A task is put in by the transaction that stores a photo's vectors, and taken out by the one that stores what was found.
A new kind needs a name in `EnrichmentKind`, a line in `enqueue`, and a migration that puts in the photos there are.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text, update

from core.catalog.schema import EnrichmentTask
from core.catalog.states import batched
from core.values.enrichment import EnrichmentKind


@dataclass(frozen=True, slots=True)
class Task:
    """One photo to be looked at. `attempts`: how often that could not be done."""

    task_id: int
    photo_id: int
    attempts: int = 0


def enqueue(connection: Connection, embedded: Mapping[int, set[int]]) -> None:
    """Put in photos, by the model whose vectors they just got; one that is in the queue begins anew."""
    for model_id, photo_ids in embedded.items():
        values = {"model_id": model_id, "ids": json.dumps(sorted(photo_ids))}
        connection.execute(_ENQUEUE_LABELS, values)
        connection.execute(_ENQUEUE_TEXT, values)


def enqueue_labels_again(connection: Connection, model_id: int, after: int, limit: int) -> int | None:
    """Put in up to `limit` photos with vectors of the model, above the id `after`; return the last, None at the end."""
    values = {"model_id": model_id, "after": after, "limit": limit}
    ids = connection.execute(_EMBEDDED_AFTER, values).scalars().all()
    if not ids:
        return None
    connection.execute(_ENQUEUE_LABELS, {"model_id": model_id, "ids": json.dumps(list(ids))})
    return int(ids[-1])


def take(connection: Connection, kind: EnrichmentKind, model_id: int, limit: int) -> list[Task]:
    """Return up to `limit` tasks that nobody looked at yet, those put in first before others."""
    rows = connection.execute(_NEW, {"kind": kind, "model_id": model_id, "limit": limit})
    return [Task(row.id, row.photo_id, row.attempts) for row in rows]


def take_chosen(connection: Connection, kind: EnrichmentKind, model_id: int, now: int) -> Task | None:
    """Return the newest chosen photo whose file can be reached, and that is not put off beyond the Unix time `now`."""
    row = connection.execute(_CHOSEN, {"kind": kind, "model_id": model_id, "now": now}).one_or_none()
    return None if row is None else Task(row.id, row.photo_id, row.attempts)


def choose(connection: Connection, task_ids: Sequence[int]) -> None:
    """Note that photos are worth the work that takes long."""
    _change(connection, task_ids, chosen=True)


def put_off(connection: Connection, task: Task, until: int) -> None:
    """Let a photo be tried again after the Unix time `until`."""
    _change(connection, [task.task_id], attempts=task.attempts + 1, not_before=until)


def finish(connection: Connection, task_ids: Sequence[int]) -> None:
    """Take tasks out. One that was put in anew meanwhile has another id, and stays."""
    connection.execute(_FINISH, {"ids": json.dumps(list(task_ids))})


def to_come(connection: Connection) -> dict[EnrichmentKind, int]:
    """Count what is still to be done with the vectors of the active model."""
    counts = {row.kind: row.tasks for row in connection.execute(_COUNT)}
    return {kind: counts.get(kind, 0) for kind in EnrichmentKind}


def _change(connection: Connection, task_ids: Sequence[int], **values: int | bool) -> None:
    for ids in batched(task_ids):
        connection.execute(update(EnrichmentTask).where(EnrichmentTask.id.in_(ids)).values(values))


_INTO = "INSERT OR REPLACE INTO enrichment_queue (kind, model_id, photo_id, chosen, attempts, not_before)"
_GIVEN = "photos.id IN (SELECT value FROM json_each(:ids))"
_ENQUEUE_LABELS = text(f"{_INTO} SELECT 'labels', :model_id, id, 0, 0, 0 FROM photos WHERE {_GIVEN}")
_ENQUEUE_TEXT = text(
    f"{_INTO} SELECT 'text', :model_id, id, 0, 0, 0 FROM photos WHERE {_GIVEN} AND kind != 'video' "
    "AND NOT EXISTS (SELECT 1 FROM picture_texts WHERE photo_id = photos.id)"
)
_EMBEDDED_AFTER = text(
    "SELECT DISTINCT photo_id FROM embeddings WHERE model_id = :model_id AND photo_id > :after "
    "ORDER BY photo_id LIMIT :limit"
)
_NEW = text(
    "SELECT id, photo_id, attempts FROM enrichment_queue WHERE kind = :kind AND model_id = :model_id AND NOT chosen "
    "ORDER BY id LIMIT :limit"
)
_CHOSEN = text(
    """
    SELECT task.id, task.photo_id, task.attempts
    FROM enrichment_queue AS task JOIN photos ON photos.id = task.photo_id
    WHERE task.kind = :kind AND task.model_id = :model_id AND task.chosen AND task.not_before <= :now
        AND EXISTS (
            SELECT 1 FROM files JOIN roots ON roots.id = files.root_id
            WHERE files.photo_id = task.photo_id AND files.state = 'ready' AND files.role = 'primary'
                AND roots.offline IS NULL
        )
    ORDER BY photos.sort_at DESC, task.id LIMIT 1
    """
)
_FINISH = text("DELETE FROM enrichment_queue WHERE id IN (SELECT value FROM json_each(:ids))")
_COUNT = text(
    "SELECT kind, count(*) AS tasks FROM enrichment_queue JOIN models ON models.id = model_id WHERE active "
    "GROUP BY kind"
)
