"""Writes the folders of a library: added, removed, offline, compared."""

import os
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from core.catalog.schema import Embedding, File, Photo, Root
from core.catalog.states import batched
from core.catalog.transaction import Transaction
from core.values.photo import ContentKey, EmbeddingId, FileState, RootId

BEING_REMOVED = "This folder is being removed from the library."
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


def begin_removal(transaction: Transaction, root_id: RootId) -> int:
    """Say that a root is being removed: it is neither compared nor read any more. Returns how many files it has."""
    set_offline(transaction, root_id, BEING_REMOVED)
    files = select(func.count()).select_from(File).where(File.root_id == root_id)
    return transaction.connection.execute(files).scalar_one()


def remove_some(transaction: Transaction, root_id: RootId, limit: int) -> int:
    """Forget up to `limit` files of a root, with the photos that had no other. Returns how many; 0 at the end."""
    connection, changes = transaction.connection, transaction.changes
    rows = connection.execute(select(File.id, File.photo_id).where(File.root_id == root_id).limit(limit)).all()
    for ids in batched(row.id for row in rows):
        connection.execute(delete(File).where(File.id.in_(ids)))
    photos = {row.photo_id for row in rows}
    for ids in batched(photos):
        kept = set(connection.execute(select(File.photo_id).where(File.photo_id.in_(ids))).scalars())
        delete_photos(transaction, set(ids) - kept)
        changes.photos.update(kept)
    changes.order_changed |= bool(rows)
    return len(rows)


def remove_empty(transaction: Transaction, root_id: RootId) -> None:
    """Forget a root that has no files any more."""
    transaction.connection.execute(delete(Root).where(Root.id == root_id))


def set_offline(transaction: Transaction, root_id: RootId, reason: str | None) -> None:
    """Say why a root cannot be reached now, or that it can."""
    transaction.connection.execute(update(Root).where(Root.id == root_id).values(offline=reason))


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


def delete_photos(transaction: Transaction, photo_ids: set[int]) -> None:
    """Delete photos with everything that hangs on them."""
    connection, changes = transaction.connection, transaction.changes
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
