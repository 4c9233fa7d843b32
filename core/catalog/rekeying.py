"""Gives photos that a version before identified by both ends of their file alone the key of the whole content.

Different pictures of equal size and ends, as uncompressed ones are, were one photo then. So a photo takes its new key
from a file that looks like it; each other file that shared it becomes a photo of its own, with the same annotations.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select, update

from core.catalog import kept_annotations, linking
from core.catalog.schema import File, Photo
from core.catalog.transaction import Transaction
from core.values.photo import ContentKey, FileRole, FileState


@dataclass(frozen=True, slots=True)
class Sharer:
    """A file that a version before took for the same photo as others. `photo_id`: that photo."""

    file_id: int
    photo_id: int


def rekey(
    transaction: Transaction,
    file_id: int,
    content: ContentKey,
    legacy: ContentKey | None,
    looks_like: Callable[[int], bool] | None,
) -> Sharer | None:
    """Give the photo known by the key `legacy` the key `content`, if this file shows that it is that photo.

    Returns the file as a sharer when the photo must be left to another one; `separate` then finishes what linking did.

    Args:
        transaction: the open write transaction.
        file_id: the file that was read.
        content: its key.
        legacy: the key that it had before; None where that is the same.
        looks_like: whether it shows what a photo shows; None when it was only hashed, and nobody else had its key.
    """
    if legacy is None:
        return None
    connection = transaction.connection
    photo = connection.execute(_BY_CONTENT.where(*_holds(legacy))).one_or_none()
    file = connection.execute(
        select(File.photo_id, File.content_size, File.content_hash).where(File.id == file_id)
    ).one()
    was_its = (file.content_size, file.content_hash) == (legacy.size, legacy.digest)
    if photo is None:
        if was_its:
            return Sharer(file_id, file.photo_id)
        kept_annotations.rekey(connection, (legacy.size, legacy.digest), (content.size, content.digest))
        return None
    if connection.execute(_BY_CONTENT.where(*_holds(content))).first() is not None:
        return None
    looks_alike = looks_like is not None and looks_like(photo.id)
    is_its_own = was_its and file.photo_id == photo.id
    if not looks_alike and (not is_its_own or (looks_like is not None and _is_shared(transaction, file_id, photo.id))):
        return Sharer(file_id, photo.id) if is_its_own else None
    if looks_like is not None and not looks_alike:
        linking.drop_derived(transaction, photo.id)
    connection.execute(
        update(Photo).where(Photo.id == photo.id).values(content_size=content.size, content_hash=content.digest)
    )
    transaction.changes.thumbnails_removed.append(legacy)
    transaction.changes.photos.add(photo.id)
    return None


def separate(transaction: Transaction, sharer: Sharer | None) -> None:
    """Give the photo that a sharer became what the user put on the one that it shared; nobody knows which was meant."""
    if sharer is None:
        return
    connection = transaction.connection
    file = connection.execute(select(File.photo_id, File.former_photo_id).where(File.id == sharer.file_id)).one()
    if file.photo_id == sharer.photo_id or file.former_photo_id != sharer.photo_id:
        return
    if linking.has_files(transaction, sharer.photo_id):
        linking.copy_annotations(transaction, sharer.photo_id, file.photo_id)
        connection.execute(update(File).where(File.id == sharer.file_id).values(former_photo_id=None))


def _is_shared(transaction: Transaction, file_id: int, photo_id: int) -> bool:
    others = exists().where(
        File.photo_id == photo_id,
        File.id != file_id,
        File.has_legacy_key,
        File.role == FileRole.PRIMARY,
        File.state != FileState.MISSING,
    )
    return bool(transaction.connection.execute(select(others)).scalar())


def _holds(key: ContentKey) -> tuple[ColumnElement[bool], ...]:
    return (Photo.content_hash == key.digest, Photo.content_size == key.size)


_BY_CONTENT = select(Photo.id)
