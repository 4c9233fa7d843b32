"""Gives an edited version that has lost its date the one of its original beside it.

An iPhone's `IMG_E0102.JPG` is the edit of `IMG_0102.JPG`; Google Photos adds `-edited`, in the language of the phone.
"""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Row, or_, select, tuple_, update

from core.catalog.schema import File, Photo
from core.catalog.states import batched
from core.catalog.transaction import Transaction
from core.values.photo import DateSource, FileRole, FileState

_IPHONE = re.compile(r"img_(e?)(\d{4})")
_SUFFIXES = (
    "-edited", "_edited", "-edit", "-bearbeitet", "-modifié", "-editado", "-editada", "-modificato", "-bewerkt",
    "-edytowane", "-redigerad", "-redigeret", "-düzenlendi", "-upraveno", "-編集済み",
)  # fmt: skip
_WEAK = (DateSource.FOLDER,)
_DATE = ("taken_wall", "taken_until", "taken_offset_minutes", "date_precision", "date_source", "sort_at")


def original_key(key: str) -> str | None:
    """Return the key (see `core.catalog.pair_names`) of the original, if this is one of an edited version."""
    phone = _IPHONE.fullmatch(key)
    if phone is not None:
        return f"img_{phone[2]}" if phone[1] else None
    return next((key.removesuffix(suffix) for suffix in _SUFFIXES if key.endswith(suffix) and key != suffix), None)


def edited_keys(key: str) -> list[str]:
    """Return the keys that edited versions of the original with this key may have."""
    phone = _IPHONE.fullmatch(key)
    by_phone = [f"img_e{phone[2]}"] if phone is not None and not phone[1] else []
    return by_phone + [key + suffix for suffix in _SUFFIXES]


def inherit(transaction: Transaction, file_ids: Sequence[int]) -> None:
    """Date the edited versions among these files, and those of the originals among them."""
    connection = transaction.connection
    for ids in batched(file_ids):
        touched = connection.execute(
            select(File.root_id, File.folder, File.pair_key).where(File.id.in_(ids), File.state == FileState.READY)
        ).all()
        wanted = {
            (row.root_id, row.folder, edited)
            for row in touched
            for edited in ([row.pair_key] if original_key(row.pair_key) is not None else edited_keys(row.pair_key))
        }
        for version in _undated(connection, wanted):
            _inherit(transaction, version)


def _undated(connection: Connection, places: Iterable[tuple[int, bytes, str]]) -> list[Row[int, int, bytes, str]]:
    query = (
        select(Photo.id, File.root_id, File.folder, File.pair_key)
        .join(File, File.photo_id == Photo.id)
        .where(File.state == FileState.READY, File.role == FileRole.PRIMARY)
        .where(Photo.content_hash.is_not(None), or_(Photo.date_source.is_(None), Photo.date_source.in_(_WEAK)))
    )
    return [
        row
        for part in batched(places, 200)
        for row in connection.execute(query.where(tuple_(File.root_id, File.folder, File.pair_key).in_(part)))
    ]


def _inherit(transaction: Transaction, version: Row[int, int, bytes, str]) -> None:
    original = transaction.connection.execute(
        select(*(getattr(Photo, name) for name in _DATE))
        .join(File, File.photo_id == Photo.id)
        .where(File.root_id == version.root_id, File.folder == version.folder, File.state == FileState.READY)
        .where(File.pair_key == original_key(version.pair_key), File.role == FileRole.PRIMARY)
        .where(Photo.date_source.is_not(None), Photo.date_source.not_in(_WEAK))
        .limit(1)
    ).one_or_none()
    if original is not None:
        transaction.connection.execute(update(Photo).where(Photo.id == version.id).values(dict(original._mapping)))
        transaction.changes.photos.add(version.id)
        transaction.changes.order_changed = True
