"""What reading one file told, kept for each file of a photo: the evidence for pairs, and what the files share.

The columns of a photo are of its primary file. A companion's rating and keywords, from the sidecar of a RAW, say, are
the photo's too where the primary file is silent.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, case, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from core.catalog.photo_dates import WHEN_TAKEN, seconds_of
from core.catalog.schema import File, FileFacts, Photo, PhotoTag
from core.catalog.tags import put_tag
from core.catalog.transaction import Transaction
from core.values.photo import DatePrecision, DateSource, FileRole, FileState, MediaKind, Metadata

_SHARED = ("title", "caption", "creator", "colour_label")


@dataclass(frozen=True, slots=True)
class Facts:
    """The evidence that one file gives.

    Attributes:
        wall: seconds since 1970 of the wall clock, if the file itself knows when it was taken to the second.
        identifier: Apple's content identifier.
    """

    kind: MediaKind
    duration_ms: int | None = None
    wall: int | None = None
    offset_minutes: int | None = None
    camera: str | None = None
    identifier: str | None = None


def facts_of(row: Row[*tuple[Any, ...]]) -> Facts | None:
    """Return the facts of a row that has the columns of `file_facts`, or None where the file was not read."""
    if row.kind is None:
        return None
    return Facts(MediaKind(row.kind), row.duration_ms, row.wall, row.offset_minutes, row.camera, row.identifier)


def save(transaction: Transaction, file_id: int, kind: MediaKind, duration_ms: int | None, metadata: Metadata) -> None:
    """Keep what reading a file told."""
    taken, source = metadata.taken_at, metadata.date_source
    is_exact = taken is not None and source in WHEN_TAKEN and taken.precision is DatePrecision.SECOND
    values = {
        "kind": kind,
        "duration_ms": duration_ms,
        "wall": None if taken is None or not is_exact else seconds_of(taken.wall),
        "offset_minutes": None if taken is None or not is_exact else taken.offset_minutes,
        "camera": metadata.camera_model,
        "identifier": metadata.content_identifier,
        "rating": metadata.rating,
        "keywords": "\n".join(metadata.keywords) or None,
        "title": metadata.title,
        "caption": metadata.caption,
        "creator": metadata.creator,
        "colour_label": metadata.label,
    }
    statement = upsert(FileFacts).values(file_id=file_id, **values)
    transaction.connection.execute(statement.on_conflict_do_update(index_elements=["file_id"], set_=values))


def copy(transaction: Transaction, file_id: int) -> None:
    """Keep for a file of known content what a file with the same told, it itself included; else what its photo is.

    Call it before the row of the file says what it holds now: its own facts are of what the row says until then.
    """
    connection = transaction.connection
    photo = connection.execute(
        select(Photo.id, Photo.content_hash, Photo.content_size)
        .join(File, File.photo_id == Photo.id)
        .where(File.id == file_id)
    ).one()
    same = (File.content_hash == photo.content_hash, File.content_size == photo.content_size)
    alike = (
        select(FileFacts.__table__)
        .join(File, File.id == FileFacts.file_id)
        .where(*same, File.state != FileState.FAILED)
        .order_by(FileFacts.file_id != file_id)
        .limit(1)
    )
    row = connection.execute(alike).one_or_none()
    if row is None:
        row = connection.execute(_OF_PHOTO.where(Photo.id == photo.id)).one()
    connection.execute(delete(FileFacts).where(FileFacts.file_id == file_id))
    connection.execute(insert(FileFacts).values({**row._mapping, "file_id": file_id}))


def share(transaction: Transaction, photo_id: int) -> None:
    """Give a photo what its companions know and its primary file does not: rating, keywords, words, date."""
    connection, changes = transaction.connection, transaction.changes
    rows = connection.execute(_OF_FILES.where(File.photo_id == photo_id)).all()
    if not any(row.role != FileRole.PRIMARY for row in rows):
        return
    before = connection.execute(select(Photo.taken_wall, Photo.content_hash).where(Photo.id == photo_id)).one()
    values: dict[str, object] = {
        "file_rating": next((row.rating for row in rows if row.rating is not None), None),
        **{name: next((value for row in rows if (value := getattr(row, name)) is not None), None) for name in _SHARED},
    }
    wall = next(((row.wall, row.offset_minutes) for row in rows if row.wall is not None), None)
    if before.taken_wall is None and before.content_hash is not None and wall is not None:
        values |= {
            "taken_wall": wall[0],
            "taken_until": wall[0],
            "taken_offset_minutes": wall[1],
            "date_precision": DatePrecision.SECOND,
            "date_source": DateSource.FILE,
            "sort_at": wall[0],
        }
        changes.order_changed = True
    connection.execute(update(Photo).where(Photo.id == photo_id).values(values))
    connection.execute(delete(PhotoTag).where(PhotoTag.photo_id == photo_id, ~PhotoTag.by_user))
    for row in rows:
        for keyword in (row.keywords or "").splitlines():
            put_tag(transaction, photo_id, keyword, by_user=False)
    changes.photos.add(photo_id)


_OF_FILES = (
    select(File.role, FileFacts.__table__)
    .join(File, File.id == FileFacts.file_id)
    .where(File.state == FileState.READY)
    .order_by(File.role != FileRole.PRIMARY, File.id)
)
_IS_EXACT = (Photo.date_source.in_(WHEN_TAKEN), Photo.date_precision == DatePrecision.SECOND)
_OF_PHOTO = select(
    Photo.kind,
    Photo.duration_ms,
    case((and_(*_IS_EXACT), Photo.taken_wall)).label("wall"),
    case((and_(*_IS_EXACT), Photo.taken_offset_minutes)).label("offset_minutes"),
    Photo.camera_model.label("camera"),
    Photo.content_identifier.label("identifier"),
    Photo.file_rating.label("rating"),
    Photo.title,
    Photo.caption,
    Photo.creator,
    Photo.colour_label,
)
