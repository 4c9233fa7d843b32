"""Keeps the text that was read in pictures. A row without text: looked at, nothing found."""

import os
from collections.abc import Sequence

from sqlalchemy import Connection, exists, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.catalog.schema import File, Photo, PictureText, Root
from core.catalog.states import batched
from core.catalog.transaction import Transaction
from core.values.photo import FileRole, FileState


def screenshots(connection: Connection, photo_ids: Sequence[int]) -> set[int]:
    """Return those of the photos that are screenshots."""
    found: set[int] = set()
    for ids in batched(photo_ids):
        found.update(connection.execute(select(Photo.id).where(Photo.id.in_(ids), Photo.is_screenshot)).scalars())
    return found


def path_of(connection: Connection, photo_id: int) -> str | None:
    """Return a file of the photo that can be opened now, or None."""
    row = connection.execute(
        select(Root.path.label("root"), File.folder, File.name)
        .join(Root, Root.id == File.root_id)
        .where(
            File.photo_id == photo_id,
            File.state == FileState.READY,
            File.role == FileRole.PRIMARY,
            Root.offline.is_(None),
        )
        .order_by(File.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else os.fsdecode(os.path.join(row.root, row.folder, row.name))


def store(transaction: Transaction, photo_id: int, text: str | None) -> None:
    """Store what stands in a photo; a photo that is gone meanwhile is left out."""
    connection = transaction.connection
    if not connection.execute(select(exists().where(Photo.id == photo_id))).scalar():
        return
    value = text or None
    connection.execute(
        upsert(PictureText)
        .values(photo_id=photo_id, text=value)
        .on_conflict_do_update(index_elements=["photo_id"], set_={"text": value})
    )
    if value is not None:
        transaction.changes.texts.add(photo_id)
