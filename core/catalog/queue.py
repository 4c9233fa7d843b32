"""The files that wait to be read, kept in the catalog so that a killed engine goes on where it was.

`in_flight` is set before a file is given to a worker and taken back with the commit of what it held. Files that were
in flight when an engine died come last, and one at a time: so the next death, if it comes, names the culprit.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, exists, func, select, update
from sqlalchemy.orm import aliased

from core.catalog.schema import Embedding, File, Photo, Root
from core.catalog.states import batched
from core.catalog.transaction import Transaction
from core.values.photo import ContentKey, FileId, FileRole, FileState, RootId

SET_ASIDE_AFTER = 3
"""Deaths of the engine with a file in flight. At the first it had company; at the later ones it was alone."""

_MOST_OF_A_SIZE = 64
"""Contents of one size that a file is still compared with before it is read."""

SET_ASIDE_REASON = "Eidetic ended unexpectedly each time it read this file."


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file to be read.

    Attributes:
        path: absolute, as `os.fsdecode` gives it.
        folders: the names of the root and of the folders below it that lead to the file.
        legacy: the key that a version before gave it, if it is only to be hashed again.
        has_old_facts: it was read by a version that found less in it; pictures for the model are not wanted.
        is_alone: no other file had that key.
        known: contents of this size that the catalog has completely; whatever else the file holds need not be read.
    """

    file_id: FileId
    root_id: RootId
    folder: bytes
    path: str
    sidecar: str | None
    takeout: str | None
    folders: tuple[str, ...]
    size: int
    mtime_ns: int
    ctime_ns: int
    sidecar_mtime_ns: int | None
    known: tuple[ContentKey, ...] = ()
    legacy: ContentKey | None = None
    has_old_facts: bool = False
    is_alone: bool = False


def recover(transaction: Transaction) -> int:
    """After a start: count a death for each file that was in flight, and set those aside that were too often.

    Returns how many were set aside.
    """
    connection = transaction.connection
    connection.execute(update(File).where(File.in_flight).values(in_flight=False, attempts=File.attempts + 1))
    rows = connection.execute(
        update(File)
        .where(File.attempts >= SET_ASIDE_AFTER, File.state == FileState.WAITING)
        .values(state=FileState.FAILED, reason=SET_ASIDE_REASON, failed_at=transaction.now)
        .returning(File.photo_id)
    ).all()
    transaction.changes.photos.update(row.photo_id for row in rows)
    return len(rows)


def take(transaction: Transaction, limit: int, *, suspects: bool, model_id: int | None) -> list[WaitingFile]:
    """Mark up to `limit` waiting files as in flight and return them: the last found first, and of those the newest.

    Args:
        transaction: the open write transaction.
        limit: how many at most.
        suspects: take those that were in flight when an engine died, instead of the others.
        model_id: the model whose vectors a content needs to be known completely; None: none are needed.
    """
    connection = transaction.connection
    rows = connection.execute(_WAITING_SUSPECTS if suspects else _WAITING, {"limit": limit}).all()
    for ids in batched(row.id for row in rows):
        connection.execute(update(File).where(File.id.in_(ids)).values(in_flight=True))
    return [
        replace(_waiting_file(row), known=() if row.reread else _complete_contents(connection, row.size, model_id))
        for row in rows
    ]


def _waiting_file(row: Row[*tuple[Any, ...]]) -> WaitingFile:
    return WaitingFile(
        file_id=FileId(row.id),
        root_id=RootId(row.root_id),
        folder=row.folder,
        path=os.fsdecode(os.path.join(row.root, row.folder, row.name)),
        sidecar=_beside(row.root, row.folder, row.sidecar),
        takeout=_beside(row.root, row.folder, row.takeout),
        folders=tuple(_names(os.path.basename(row.root.rstrip(b"/\\"))) + _names(row.folder)),
        size=row.size,
        mtime_ns=row.mtime_ns,
        ctime_ns=row.ctime_ns,
        sidecar_mtime_ns=row.sidecar_mtime_ns,
    )


def take_legacy(transaction: Transaction, limit: int) -> list[WaitingFile]:
    """Mark up to `limit` files as in flight that have key or facts of a version before, and return them."""
    connection = transaction.connection
    rows = connection.execute(_LEGACY, {"limit": limit}).all()
    for ids in batched(row.id for row in rows):
        connection.execute(update(File).where(File.id.in_(ids)).values(in_flight=True))
    return [
        replace(
            _waiting_file(row),
            legacy=ContentKey(row.content_size, row.content_hash) if row.has_legacy_key else None,
            is_alone=row.is_alone,
            has_old_facts=row.has_old_facts,
        )
        for row in rows
    ]


def has_legacy(connection: Connection) -> bool:
    """Whether `take_legacy` would return something."""
    return bool(connection.execute(_LEGACY, {"limit": 1}).first())


def release(transaction: Transaction, file_ids: Sequence[int]) -> None:
    """Let files wait again that were taken and not read."""
    for ids in batched(file_ids):
        transaction.connection.execute(update(File).where(File.id.in_(ids)).values(in_flight=False))


def waiting(connection: Connection) -> int:
    """Return how many files of reachable roots wait or are in flight."""
    return connection.execute(_COUNT).scalar_one()


def retry(transaction: Transaction, file_ids: Sequence[FileId] | None) -> int:
    """Let failed files wait again: these, or all. Returns how many."""
    connection = transaction.connection
    failed = select(File.id).where(File.state == FileState.FAILED)
    wanted = (
        list(connection.execute(failed).scalars())
        if file_ids is None
        else [key for ids in batched(file_ids) for key in connection.execute(failed.where(File.id.in_(ids))).scalars()]
    )
    for ids in batched(wanted):
        rows = connection.execute(
            update(File)
            .where(File.id.in_(ids))
            .values(state=FileState.WAITING, reason=None, failed_at=None, attempts=0, queued_at=transaction.now)
            .returning(File.photo_id)
        ).all()
        transaction.changes.photos.update(row.photo_id for row in rows)
    return len(wanted)


def read_again(transaction: Transaction, photo_ids: Sequence[int]) -> None:
    """Let the files of photos wait whose thumbnail must be made from the original."""
    _wait_whole(transaction, photo_ids, File.role == FileRole.PRIMARY)


def read_again_at_last(transaction: Transaction, photo_ids: Sequence[int]) -> None:
    """Let the reachable files of photos wait, behind all others, whose other frames must be read from the original."""
    reachable = File.root_id.in_(select(Root.id).where(Root.offline.is_(None)))
    _wait_whole(transaction, photo_ids, (File.role == FileRole.PRIMARY) & reachable, queued_at=0)


def _wait_whole(transaction: Transaction, photo_ids: Sequence[int], which: ColumnElement[bool], **values: int) -> None:
    for ids in batched(photo_ids):
        transaction.connection.execute(
            update(File)
            .where(File.photo_id.in_(ids), which, File.state == FileState.READY)
            .values(state=FileState.WAITING, reread=True, **values)
        )
        transaction.changes.photos.update(ids)


def _beside(root: bytes, folder: bytes, name: bytes | None) -> str | None:
    return None if name is None else os.fsdecode(os.path.join(root, folder, name))


def _names(folder: bytes) -> list[str]:
    return [name for name in os.fsdecode(folder).split(os.sep) if name]


def _complete_contents(connection: Connection, size: int, model_id: int | None) -> tuple[ContentKey, ...]:
    """Return the contents of a size that need not be read again; none where very many have it.

    Uncompressed pictures of one camera all have the same size: each would be compared with all others.
    """
    query = _READ_BEFORE if model_id is None else _EMBEDDED
    values = {"size": size, "most": _MOST_OF_A_SIZE + 1}
    digests = (
        connection.execute(query, values if model_id is None else {**values, "model_id": model_id}).scalars().all()
    )
    if len(digests) > _MOST_OF_A_SIZE:
        return ()
    return tuple(ContentKey(size, digest) for digest in digests if digest is not None)


_COLUMNS = (
    File.id,
    File.root_id,
    Root.path.label("root"),
    File.folder,
    File.name,
    File.sidecar,
    File.takeout,
    File.size,
    File.mtime_ns,
    File.ctime_ns,
    File.sidecar_mtime_ns,
    File.reread,
)
_WAITING_QUERY = (
    select(*_COLUMNS)
    .join(Root, Root.id == File.root_id)
    .where(
        File.state == FileState.WAITING,
        ~File.in_flight,
        Root.offline.is_(None),
    )
    .order_by(File.queued_at.desc(), File.mtime_ns.desc())
    .limit(bindparam("limit"))
)
_WAITING = _WAITING_QUERY.where(File.attempts == 0)
_WAITING_SUSPECTS = _WAITING_QUERY.where(File.attempts > 0).order_by(None).order_by(File.attempts, File.mtime_ns.desc())
_copy = aliased(File)
_LEGACY = (
    select(
        *_COLUMNS,
        File.content_size,
        File.content_hash,
        File.has_legacy_key,
        File.has_old_facts,
        (
            (File.role == FileRole.PRIMARY)
            & ~exists().where(
                _copy.content_hash == File.content_hash,
                _copy.content_size == File.content_size,
                _copy.state != FileState.MISSING,
                _copy.id != File.id,
            )
        ).label("is_alone"),
    )
    .join(Root, Root.id == File.root_id)
    .where(
        File.has_legacy_key | File.has_old_facts,
        File.content_hash.is_not(None),
        File.state == FileState.READY,
        ~File.in_flight,
        File.attempts < SET_ASIDE_AFTER,
        Root.offline.is_(None),
    )
    .limit(bindparam("limit"))
)
_COUNT = (
    select(func.count())
    .select_from(File)
    .join(Root, Root.id == File.root_id)
    .where(File.state == FileState.WAITING, Root.offline.is_(None))
)
_READ_BEFORE = select(Photo.content_hash).where(Photo.content_size == bindparam("size")).limit(bindparam("most"))
_EMBEDDED = _READ_BEFORE.where(
    exists().where(Embedding.photo_id == Photo.id, Embedding.model_id == bindparam("model_id"))
)
