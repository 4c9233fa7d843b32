"""Keeps the text that was read in pictures. A row without text: looked at, nothing found."""

import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, exists, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.catalog.schema import Embedding, File, Photo, PictureText, Root
from core.catalog.transaction import Transaction
from core.values.photo import FileRole, FileState, MediaKind, PhotoState


@dataclass(frozen=True, slots=True)
class Unread:
    """Photos in which nobody looked for text, the newest first; both (n,)."""

    photo_ids: npt.NDArray[np.int64]
    are_screenshots: npt.NDArray[np.bool_]


def unread(connection: Connection, model_id: int) -> Unread:
    """Return the stills with a vector of the model in which nobody looked for text."""
    rows = connection.execute(
        select(Photo.id, Photo.is_screenshot)
        .where(
            Photo.state == PhotoState.READY,
            Photo.kind != MediaKind.VIDEO,
            exists().where(Embedding.photo_id == Photo.id, Embedding.model_id == model_id),
            ~exists().where(PictureText.photo_id == Photo.id),
        )
        .order_by(Photo.sort_at.desc(), Photo.id)
    ).all()
    return Unread(
        np.array([row.id for row in rows], np.int64), np.array([bool(row.is_screenshot) for row in rows], np.bool_)
    )


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
