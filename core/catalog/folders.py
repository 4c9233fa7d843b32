"""Brings the catalog's files of one folder in line with what the folder holds now."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, update

from core.catalog import pairing
from core.catalog.differences import JUST_CHANGED, Difference, Entry, KnownFile, Location
from core.catalog.pair_names import pair_key
from core.catalog.schema import File, Photo, Root
from core.catalog.states import batched
from core.catalog.transaction import Transaction
from core.values.photo import FileRole, FileState, PhotoState

ABSENCE_OF_AN_EDIT_S = 600
"""A path that was gone for longer and comes back with other content is another photo."""


def apply_diff(
    transaction: Transaction,
    root_id: int,
    folder: bytes,
    difference: Difference,
    *,
    queued_at: int,
    vanished: Collection[int] = (),
) -> None:
    """Make the changes. New files get a provisional photo with name, folder and date; they wait to be read.

    What does not stand at its path any more, because it was renamed meanwhile, is left alone.

    `vanished`: those of `rename_candidates` whose path is not there any more; asked before, because no file is
    touched while the catalog is being written.
    """
    at = Location(root_id, folder)
    for known, entry in (*difference.changed, *difference.back):
        _requeue(transaction, at, known, entry, queued_at)
    if difference.new:
        _insert(transaction, at, _renamed(transaction, at, difference.new, vanished), queued_at)
    names = {known.file_id: known.name for known in difference.gone}
    for ids in batched(names):
        rows = transaction.connection.execute(
            select(File.id, File.name).where(File.id.in_(ids), File.root_id == root_id, File.folder == folder)
        )
        mark_missing(transaction, [row.id for row in rows if row.name == names[row.id]])
        pairing.settle(transaction, ids)


def rename_candidates(connection: Connection, entries: Sequence[Entry]) -> dict[int, bytes]:
    """Return the absolute paths, by file, of rows that may have been renamed to one of the new `entries`."""
    return {
        row.id: os.path.join(row.root, row.folder, row.name)
        for row, _ in _alike(connection, {_identity(entry): entry for entry in entries if _may_be_renamed(entry)})
    }


def mark_missing(transaction: Transaction, file_ids: Sequence[int]) -> None:
    """Mark files as gone. Their photos are hidden unless they have other files."""
    connection, changes = transaction.connection, transaction.changes
    for ids in batched(file_ids):
        photos = connection.execute(select(File.photo_id).where(File.id.in_(ids))).scalars()
        changes.photos.update(photos)
        changes.order_changed = True
        # What was read last was not what such a file held: when it comes back, even as it was, it must be read.
        connection.execute(
            update(File)
            .where(File.id.in_(ids), File.state.in_([FileState.WAITING, FileState.FAILED]))
            .values(content_size=None, content_hash=None)
        )
        connection.execute(
            update(File)
            .where(File.id.in_(ids))
            .values(
                state=FileState.MISSING,
                missing_since=transaction.now,
                in_flight=False,
                reason=None,
                failed_at=None,
                role=FileRole.PRIMARY,
                lead_id=None,
            )
        )


def _stamp_values(entry: Entry, queued_at: int) -> dict[str, int | bytes | str | bool | None]:
    return {
        "size": entry.size,
        "mtime_ns": entry.mtime_ns,
        "ctime_ns": entry.ctime_ns,
        "inode": entry.inode,
        "sidecar": entry.sidecar,
        "takeout": entry.takeout,
        "sidecar_mtime_ns": entry.sidecar_mtime_ns,
        "queued_at": queued_at,
        "state": FileState.WAITING,
        "attempts": 0,
        "in_flight": False,
        "reason": None,
        "failed_at": None,
        "missing_since": None,
    }


def _requeue(transaction: Transaction, at: Location, known: KnownFile, entry: Entry, queued_at: int) -> None:
    connection, changes = transaction.connection, transaction.changes
    row = connection.execute(
        select(
            File.photo_id,
            File.missing_since,
            (File.content_hash == Photo.content_hash).label("same"),
            Photo.sort_at,
            Photo.taken_wall,
        )
        .join(Photo, Photo.id == File.photo_id)
        .where(File.id == known.file_id, File.root_id == at.root_id, File.folder == at.folder, File.name == known.name)
    ).one_or_none()
    if row is None:
        return
    values = _stamp_values(entry, queued_at)
    is_unchanged = entry.ctime_ns != JUST_CHANGED and (
        (entry.size, entry.mtime_ns, entry.ctime_ns) == (known.size, known.mtime_ns, known.ctime_ns)
    )
    if is_unchanged and row.same and entry.sidecar_mtime_ns == known.sidecar_mtime_ns:
        values["state"] = FileState.READY
    elif row.missing_since is not None and row.missing_since < transaction.now - ABSENCE_OF_AN_EDIT_S:
        photo_id = _provisional(transaction, entry)
        values |= {"photo_id": photo_id, "content_size": None, "content_hash": None, "former_photo_id": None}
        changes.photos.add(photo_id)
    elif row.taken_wall is None:
        connection.execute(
            update(Photo).where(Photo.id == row.photo_id, Photo.content_hash.is_(None)).values(sort_at=_date(entry))
        )
    if (entry.sidecar, entry.sidecar_mtime_ns) != (known.sidecar, known.sidecar_mtime_ns):
        values["reread"] = True
    connection.execute(update(File).where(File.id == known.file_id).values(values))
    changes.photos.add(row.photo_id)
    changes.order_changed = True


def _date(entry: Entry) -> int:
    return entry.mtime_ns // 1_000_000_000


def _provisional(transaction: Transaction, entry: Entry) -> int:
    return transaction.connection.execute(
        insert(Photo)
        .values(sort_at=_date(entry), added_at=transaction.now, kind=entry.kind, state=PhotoState.WAITING)
        .returning(Photo.id)
    ).scalar_one()


def _insert(transaction: Transaction, at: Location, entries: Sequence[Entry], queued_at: int) -> None:
    """Insert files and provisional photos."""
    connection, changes = transaction.connection, transaction.changes
    if not entries:
        return
    numbered = list(enumerate(entries, _last_id(connection, "photos") + 1))
    connection.execute(
        insert(Photo),
        [
            {
                "id": photo_id,
                "sort_at": _date(entry),
                "added_at": transaction.now,
                "kind": entry.kind,
                "state": PhotoState.WAITING,
            }
            for photo_id, entry in numbered
        ],
    )
    connection.execute(
        insert(File),
        [
            {"root_id": at.root_id, "folder": at.folder, "name": entry.name, "photo_id": photo_id}
            | {"pair_key": pair_key(entry.name)}
            | _stamp_values(entry, queued_at)
            for photo_id, entry in numbered
        ],
    )
    changes.photos.update(photo_id for photo_id, _ in numbered)
    changes.order_changed = True


def _last_id(connection: Connection, table: str) -> int:
    return int(
        connection.execute(text("SELECT max(seq) FROM sqlite_sequence WHERE name = :t"), {"t": table}).scalar() or 0
    )


def _identity(entry: Entry) -> tuple[int, int, int]:
    return entry.inode, entry.size, entry.mtime_ns


def _may_be_renamed(entry: Entry) -> bool:
    return entry.inode != 0


def _alike(
    connection: Connection, wanted: Mapping[tuple[int, int, int], Entry]
) -> Iterator[tuple[Row[*tuple[Any, ...]], Entry]]:
    """Yield rows with the inode, size and date of a wanted entry, each with that entry."""
    for inodes in batched(identity[0] for identity in wanted):
        for row in connection.execute(_BY_INODE, {"inodes": inodes}).all():
            entry = wanted.get((row.inode, row.size, row.mtime_ns))
            if entry is not None:
                yield row, entry


def _renamed(
    transaction: Transaction, at: Location, entries: Sequence[Entry], vanished: Collection[int]
) -> tuple[Entry, ...]:
    """Give the rows of renamed files their new path; return the entries that are new indeed.

    Renamed: same inode, size and date as a row whose path is not there any more. Such a photo need not be hidden
    until its content was read again. Any other move is recognised by content.
    """
    connection = transaction.connection
    new = set(entries)
    renamed: list[int] = []
    for row, entry in _alike(connection, {_identity(entry): entry for entry in entries if _may_be_renamed(entry)}):
        if entry not in new or row.id not in vanished:
            continue
        connection.execute(
            update(File)
            .where(File.id == row.id)
            .values(
                root_id=at.root_id,
                folder=at.folder,
                name=entry.name,
                pair_key=pair_key(entry.name),
                ctime_ns=entry.ctime_ns,
                sidecar=entry.sidecar,
                takeout=entry.takeout,
                sidecar_mtime_ns=entry.sidecar_mtime_ns,
                state=_state_at_new_path(row, entry),
                reread=row.sidecar_mtime_ns != entry.sidecar_mtime_ns,
                missing_since=None,
            )
        )
        renamed.append(row.id)
        transaction.changes.photos.add(row.photo_id)
        transaction.changes.order_changed = True
        new.discard(entry)
    pairing.settle(transaction, renamed)
    return tuple(entry for entry in entries if entry in new)


def _state_at_new_path(row: Row[*tuple[Any, ...]], entry: Entry) -> FileState:
    if row.ctime_ns == JUST_CHANGED or row.sidecar_mtime_ns != entry.sidecar_mtime_ns:
        return FileState.WAITING
    if row.state == FileState.FAILED:
        return FileState.FAILED
    return FileState.READY if row.is_read else FileState.WAITING


_BY_INODE = (
    select(
        File.id,
        File.photo_id,
        File.inode,
        File.size,
        File.mtime_ns,
        File.ctime_ns,
        File.folder,
        File.name,
        File.state,
        File.sidecar_mtime_ns,
        Root.path.label("root"),
        func.coalesce(
            ((File.content_hash == Photo.content_hash) | (File.role != FileRole.PRIMARY))
            & File.state.in_([FileState.READY, FileState.MISSING]),
            False,
        ).label("is_read"),
    )
    .join(Root, Root.id == File.root_id)
    .join(Photo, Photo.id == File.photo_id)
    .where(File.inode.in_(bindparam("inodes", expanding=True)), Root.offline.is_(None))
)
