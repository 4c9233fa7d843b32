"""What scans left out, by folder, and the patterns by which the user keeps folders and files out."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.catalog.schema import Exclusion, Root, Skipped
from core.catalog.transaction import Transaction
from core.values.left_out import LeftOut, LeftOutReason


@dataclass(frozen=True, slots=True)
class LeftOutEntry:
    """Something in a folder that is not indexed; see `core.values.left_out.LeftOut`.

    Attributes:
        name: of the subfolder or file; empty for the folder itself and for files counted by kind.
    """

    name: bytes
    reason: LeftOutReason
    detail: str = ""
    count: int = 1


def known(connection: Connection, root_id: int, folder: bytes) -> tuple[LeftOutEntry, ...]:
    """Return what is recorded for a folder."""
    rows = connection.execute(_KNOWN.where(Skipped.root_id == root_id, Skipped.folder == folder))
    return tuple(LeftOutEntry(row.name, LeftOutReason(row.reason), row.detail, row.files) for row in rows)


def known_folders(connection: Connection, root_id: int) -> list[bytes]:
    """Return the folders of a root for which something is recorded."""
    return list(connection.execute(select(Skipped.folder).where(Skipped.root_id == root_id).distinct()).scalars())


def record(transaction: Transaction, root_id: int, folder: bytes, entries: Sequence[LeftOutEntry]) -> None:
    """Replace what is recorded for a folder."""
    connection = transaction.connection
    connection.execute(delete(Skipped).where(Skipped.root_id == root_id, Skipped.folder == folder))
    if entries:
        connection.execute(
            upsert(Skipped).on_conflict_do_nothing(),
            [
                {
                    "root_id": root_id,
                    "folder": folder,
                    "name": entry.name,
                    "reason": entry.reason,
                    "detail": entry.detail,
                    "files": entry.count,
                }
                for entry in entries
            ],
        )


def note_unusable(transaction: Transaction, root_id: int, folder: bytes, name: bytes, why: str) -> None:
    """Record a file that cannot be kept in the catalog, beside what is recorded for its folder."""
    values = {"root_id": root_id, "folder": folder, "name": name, "reason": LeftOutReason.UNUSABLE, "detail": why}
    transaction.connection.execute(upsert(Skipped).values(**values, files=1).on_conflict_do_nothing())


def read_left_out(connection: Connection) -> list[LeftOut]:
    """Return all that is left out, by reason and path."""
    rows = connection.execute(
        select(Root.path, Skipped.folder, Skipped.name, Skipped.reason, Skipped.detail, Skipped.files)
        .join(Root, Root.id == Skipped.root_id)
        .order_by(Skipped.reason, Root.path, Skipped.folder, Skipped.name)
    )
    return [
        LeftOut(
            os.fsdecode(os.path.join(row.path, row.folder, row.name).rstrip(b"/") or row.path),
            LeftOutReason(row.reason),
            row.detail,
            row.files,
        )
        for row in rows
    ]


def patterns(connection: Connection) -> tuple[str, ...]:
    """Return the user's patterns in the order they were added."""
    return tuple(connection.execute(select(Exclusion.pattern).order_by(Exclusion.id)).scalars())


def add_pattern(transaction: Transaction, pattern: str) -> None:
    """Keep out what a pattern fits, unless it does already; `core.indexing.scan.exclusions` says what patterns are."""
    transaction.connection.execute(upsert(Exclusion).values(pattern=pattern).on_conflict_do_nothing())


def remove_pattern(transaction: Transaction, pattern: str) -> None:
    """Let in again what a pattern kept out."""
    transaction.connection.execute(delete(Exclusion).where(Exclusion.pattern == pattern))


_KNOWN = select(Skipped.name, Skipped.reason, Skipped.detail, Skipped.files).order_by(Skipped.id)
