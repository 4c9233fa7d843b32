"""Writes the folders of a library: added, removed, offline, compared."""

import os
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from core.catalog import kept_annotations
from core.catalog.schema import Embedding, File, Photo, PhotoTag, Root
from core.catalog.states import batched
from core.catalog.transaction import Transaction
from core.values.photo import ContentKey, EmbeddingId, FileState, PhotoState, RootId

BEING_REMOVED = "This folder is being removed from the library."
BEING_FORGOTTEN = "This folder is being removed from the library, with all that was said of its photos."
"""What `Root.offline` says meanwhile."""


@dataclass(frozen=True, slots=True)
class KnownRoot:
    """A root as the catalog knows it; see `core.catalog.schema.Root`."""

    root_id: RootId
    path: bytes
    device: str | None
    offline: str | None
    scanned_at: int | None


def all_roots(connection: Connection) -> list[KnownRoot]:
    """Return the roots in the order they were added."""
    return [
        KnownRoot(RootId(row.id), row.path, row.device, row.offline, row.scanned_at)
        for row in connection.execute(
            select(Root.id, Root.path, Root.device, Root.offline, Root.scanned_at).order_by(Root.id)
        )
    ]


def add(transaction: Transaction, path: bytes) -> RootId:
    """Add a root, unless it is there. Roots inside it become part of it: their files keep their rows."""
    connection = transaction.connection
    known = connection.execute(select(Root.id).where(Root.path == path)).scalar()
    if known is not None:
        return RootId(known)
    root_id = connection.execute(
        insert(Root).values(path=path, added_at=transaction.now).returning(Root.id)
    ).scalar_one()
    for inner in all_roots(connection):
        if inner.root_id != root_id and is_inside(inner.path, path):
            prefix = os.path.relpath(inner.path, path)
            folders = connection.execute(select(File.folder).where(File.root_id == inner.root_id).distinct())
            for folder in folders.scalars().all():
                connection.execute(
                    update(File)
                    .where(File.root_id == inner.root_id, File.folder == folder)
                    .values(root_id=root_id, folder=os.path.join(prefix, folder) if folder else prefix)
                )
            connection.execute(delete(Root).where(Root.id == inner.root_id))
    return RootId(root_id)


def holding(connection: Connection, path: bytes) -> KnownRoot | None:
    """Return the root that `path` is, or is inside of."""
    for root in all_roots(connection):
        if root.path == path or is_inside(path, root.path):
            return root
    return None


def is_inside(path: bytes, folder: bytes) -> bool:
    """Whether `path` lies below `folder`. Both absolute."""
    return path != folder and path.startswith(os.path.join(folder, b""))


@dataclass(frozen=True, slots=True)
class RemovalEffect:
    """What leaves the library with a folder: photos that are only in it, and what the user said of them.

    Attributes:
        tags: how many different ones the user put on them.
    """

    photos: int
    favourites: int
    ratings: int
    tags: int


def removal_effect(connection: Connection, root_id: RootId) -> RemovalEffect:
    """Count what removing a root would take."""
    here = exists().where(File.photo_id == Photo.id, File.root_id == root_id)
    elsewhere = exists().where(File.photo_id == Photo.id, File.root_id != root_id)
    leaving = (here, ~elsewhere)
    photos = connection.execute(
        select(
            func.count().filter(Photo.state != PhotoState.MISSING),
            func.count().filter(Photo.favourite),
            func.count(Photo.rating),
        ).where(*leaving)
    ).one()
    tags = connection.execute(
        select(func.count(PhotoTag.tag_id.distinct()))
        .join(Photo, Photo.id == PhotoTag.photo_id)
        .where(PhotoTag.by_user, *leaving)
    ).scalar_one()
    return RemovalEffect(photos[0], photos[1], photos[2], tags)


def begin_removal(transaction: Transaction, root_id: RootId, *, forget: bool = False) -> int:
    """Say that a root is being removed: it is neither compared nor read any more. Returns how many files it has.

    `forget`: with what the user said of its photos, for good; else that is kept for when they come back.
    """
    set_offline(transaction, root_id, BEING_FORGOTTEN if forget else BEING_REMOVED)
    files = select(func.count()).select_from(File).where(File.root_id == root_id)
    return transaction.connection.execute(files).scalar_one()


def remove_some(transaction: Transaction, root_id: RootId, limit: int) -> int:
    """Remove up to `limit` files of a root, with the photos that had no other. Returns how many; 0 at the end.

    What the user said of the photos is kept, unless `begin_removal` was told to forget it.
    """
    connection, changes = transaction.connection, transaction.changes
    forget = connection.execute(select(Root.offline).where(Root.id == root_id)).scalar() == BEING_FORGOTTEN
    rows = connection.execute(select(File.id, File.photo_id).where(File.root_id == root_id).limit(limit)).all()
    gone = {row.id for row in rows}
    for ids in batched({row.photo_id for row in rows}):
        files = connection.execute(select(File.id, File.photo_id).where(File.photo_id.in_(ids)))
        kept = {row.photo_id for row in files if row.id not in gone}
        delete_photos(transaction, set(ids) - kept, forget=forget)
        changes.photos.update(kept)
    for ids in batched(gone):
        connection.execute(delete(File).where(File.id.in_(ids)))
    changes.order_changed |= bool(rows)
    return len(rows)


def remove_empty(transaction: Transaction, root_id: RootId) -> None:
    """Forget a root that has no files any more."""
    transaction.connection.execute(delete(Root).where(Root.id == root_id))


def set_offline(transaction: Transaction, root_id: RootId, reason: str | None) -> None:
    """Say why a root cannot be reached now, or that it can."""
    transaction.connection.execute(update(Root).where(Root.id == root_id).values(offline=reason))
    transaction.changes.roots_changed = True


def set_scanned(transaction: Transaction, root_id: RootId, device: str | None) -> None:
    """Note that a root was compared whole, and on which device it was."""
    transaction.connection.execute(
        update(Root).where(Root.id == root_id).values(scanned_at=transaction.now, device=device)
    )


def purge(transaction: Transaction, missing_before: int, limit: int) -> int:
    """Delete up to `limit` photos that have been missing since before the Unix time `missing_before`."""
    gone = (
        transaction.connection.execute(
            select(Photo.id).where(Photo.state == FileState.MISSING, Photo.missing_since < missing_before).limit(limit)
        )
        .scalars()
        .all()
    )
    delete_photos(transaction, set(gone))
    return len(gone)


def delete_photos(transaction: Transaction, photo_ids: set[int], *, forget: bool = False) -> None:
    """Delete photos with their files and everything that hangs on them.

    What the user said of them is kept for when their content turns up again, unless `forget`.
    """
    connection, changes = transaction.connection, transaction.changes
    if not forget:
        kept_annotations.keep(connection, photo_ids, transaction.now)
    for ids in batched(photo_ids):
        contents = connection.execute(select(Photo.content_size, Photo.content_hash).where(Photo.id.in_(ids)))
        changes.thumbnails_removed.extend(
            ContentKey(row.content_size, row.content_hash)
            for row in contents
            if row.content_hash is not None and row.content_size is not None
        )
        embeddings = connection.execute(select(Embedding.id).where(Embedding.photo_id.in_(ids))).scalars()
        changes.vectors_removed.extend(EmbeddingId(key) for key in embeddings)
        connection.execute(delete(Photo).where(Photo.id.in_(ids)))
        changes.texts.update(ids)
        changes.order_changed = True


def sample_paths(connection: Connection, root_id: RootId, count: int) -> list[bytes]:
    """Return some paths, relative to the root, that should be there."""
    rows = connection.execute(
        select(File.folder, File.name)
        .where(File.root_id == root_id, File.state != FileState.MISSING)
        .order_by(File.id.desc())
        .limit(count)
    )
    return [os.path.join(row.folder, row.name) for row in rows]
