"""Stores what reading a file gave: metadata, content key, vectors, or the reason why it could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, and_, delete, or_, select, update

from core.catalog import file_facts, likeness, linking, rekeying
from core.catalog.photo_dates import UNDATED, date_columns
from core.catalog.schema import Embedding, File, Photo, PhotoTag
from core.catalog.tags import put_tag
from core.catalog.transaction import Transaction
from core.values.photo import ContentKey, DateSource, EmbeddingId, FileState, MediaKind, Metadata, PhotoId, PlaceText


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file; when it changes, the file is read again. 0 where it says nothing."""

    size: int
    mtime_ns: int
    ctime_ns: int
    sidecar_mtime_ns: int | None


@dataclass(frozen=True, slots=True)
class Vector:
    """A unit vector, float16 little-endian, of one frame."""

    frame: int
    moment_ms: int | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a photo was taken, in words."""

    town: str | None
    region: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file holds. The fields are those of `core.media.request.ReadResult`, which lives on a higher floor.

    Attributes:
        vectors: None when no model was there to make them.
    """

    content: ContentKey
    kind: MediaKind
    format: str
    width: int
    height: int
    metadata: Metadata
    perceptual_hash: int | None
    duration_ms: int | None
    is_screenshot: bool
    is_panorama: bool = False
    flaw: str | None = None
    legacy: ContentKey | None = None
    place: Place | None = None
    vectors: tuple[Vector, ...] | None = None


def stamp_of(transaction: Transaction, file_id: int) -> Stamp | None:
    """Return the stamp that the catalog holds of a file that waits to be read; None when it does not wait any more."""
    row = transaction.connection.execute(
        select(File.size, File.mtime_ns, File.ctime_ns, File.sidecar_mtime_ns).where(
            File.id == file_id,
            or_(
                File.state == FileState.WAITING,
                and_(File.state == FileState.READY, File.has_legacy_key | File.has_old_facts),
            ),
        )
    ).one_or_none()
    return None if row is None else Stamp(row.size, row.mtime_ns, row.ctime_ns, row.sidecar_mtime_ns)


def save_read_result(transaction: Transaction, file_id: int, reading: Reading, *, model_id: int | None) -> PhotoId:
    """Store a reading, and link the file to the photo that it is.

    Vectors that the photo has already for this model are kept: the same content gives the same vectors.
    """
    connection, changes = transaction.connection, transaction.changes
    if linking.is_unchanged_companion(transaction, file_id, reading.content, reading.legacy):
        return _save_companion(transaction, file_id, reading)
    vector = None if not reading.vectors else reading.vectors[0].data
    looks_like = partial(
        likeness.is_same, connection, fingerprint=reading.perceptual_hash, model_id=model_id, vector=vector
    )
    sharer = rekeying.rekey(transaction, file_id, reading.content, reading.legacy, looks_like)
    settled = linking.assign_photo(transaction, file_id, reading.content)
    rekeying.separate(transaction, sharer)
    connection.execute(
        update(File)
        .where(File.id == file_id)
        .values(
            state=FileState.READY,
            content_size=reading.content.size,
            content_hash=reading.content.digest,
            reason=None,
            failed_at=None,
            attempts=0,
            in_flight=False,
            reread=False,
            has_legacy_key=False,
            has_old_facts=False,
        )
    )
    before = connection.execute(_BEFORE.where(Photo.id == settled.photo_id)).one()
    values = _columns(reading)
    if before.date_source == DateSource.USER or (settled.is_known and reading.metadata.taken_at is None):
        # What the user set stays; and a copy that has lost its date, as in another folder, takes none away.
        for name in date_columns(None, None):
            del values[name]
        if before.taken_wall is None:
            values["sort_at"] = UNDATED
    # Taken over once: whoever takes the mark away in the program does not get it back from the file.
    values["file_favourite"] = reading.metadata.favourite or before.file_favourite
    if reading.metadata.favourite and not before.file_favourite:
        values["favourite"] = True
    connection.execute(update(Photo).where(Photo.id == settled.photo_id).values(values))
    changes.photos.add(settled.photo_id)
    changes.order_changed |= values.get("sort_at", before.sort_at) != before.sort_at
    _set_file_tags(transaction, settled.photo_id, reading.metadata.keywords)
    file_facts.save(transaction, file_id, reading.kind, reading.duration_ms, reading.metadata)
    if model_id is not None and reading.vectors is not None:
        store_vectors(transaction, settled.photo_id, model_id, reading.vectors)
    return PhotoId(settled.photo_id)


def store_vectors(transaction: Transaction, photo_id: int, model_id: int, vectors: Sequence[Vector]) -> None:
    """Store the vectors of a photo, unless it has as many of this model.

    A video has fewer while they come from its thumbnail.
    """
    connection, changes = transaction.connection, transaction.changes
    of_model = (Embedding.photo_id == photo_id, Embedding.model_id == model_id)
    present = connection.execute(select(Embedding.id).where(*of_model)).scalars().all()
    if len(present) >= len(vectors):
        return
    connection.execute(delete(Embedding).where(*of_model))
    changes.vectors_removed.extend(EmbeddingId(key) for key in present)
    for vector in vectors:
        linking.add_embedding(
            transaction, model_id, photo_id, frame=vector.frame, moment_ms=vector.moment_ms, vector=vector.data
        )
    changes.photos.add(photo_id)


def _save_companion(transaction: Transaction, file_id: int, reading: Reading) -> PhotoId:
    """Store what was read of a companion that holds what it held: its sidecar changed, or its pair is to be judged."""
    file_facts.save(transaction, file_id, reading.kind, reading.duration_ms, reading.metadata)
    transaction.connection.execute(update(File).where(File.id == file_id).values(has_old_facts=False))
    return _mark_companion(transaction, file_id, reading.content)


def _mark_companion(transaction: Transaction, file_id: int, content: ContentKey) -> PhotoId:
    photo_id = transaction.connection.execute(
        update(File)
        .where(File.id == file_id)
        .values(state=FileState.READY, reason=None, failed_at=None, attempts=0, in_flight=False, reread=False)
        .values(content_size=content.size, content_hash=content.digest, has_legacy_key=False)
        .returning(File.photo_id)
    ).scalar_one()
    transaction.changes.photos.add(photo_id)
    return PhotoId(photo_id)


def mark_known_content(
    transaction: Transaction, file_id: int, content: ContentKey, legacy: ContentKey | None = None
) -> PhotoId:
    """Store that a file holds content that the catalog knows, also by its `legacy` key; nothing else of it was read."""
    if linking.is_unchanged_companion(transaction, file_id, content, legacy):
        return _mark_companion(transaction, file_id, content)
    rekeying.rekey(transaction, file_id, content, legacy, None)
    settled = linking.assign_photo(transaction, file_id, content)
    file_facts.copy(transaction, file_id)
    transaction.connection.execute(
        update(File)
        .where(File.id == file_id)
        .values(
            state=FileState.READY,
            content_size=content.size,
            content_hash=content.digest,
            reason=None,
            failed_at=None,
            attempts=0,
            in_flight=False,
            has_legacy_key=False,
        )
    )
    return PhotoId(settled.photo_id)


def mark_failed(transaction: Transaction, file_id: int, reason: str) -> None:
    """Set a file aside with the reason for the user. What is known of its photo from before stays."""
    photo_id = transaction.connection.execute(
        update(File)
        .where(File.id == file_id)
        .values(state=FileState.FAILED, reason=reason, failed_at=transaction.now, in_flight=False)
        .returning(File.photo_id)
    ).scalar_one()
    # Until now it stood at the time of its file, which is no date.
    undated = update(Photo).where(Photo.id == photo_id, Photo.taken_wall.is_(None), Photo.sort_at != UNDATED)
    transaction.changes.order_changed |= transaction.connection.execute(undated.values(sort_at=UNDATED)).rowcount > 0
    transaction.changes.photos.add(photo_id)


def photos_of(connection: Connection, content: ContentKey) -> Sequence[int]:
    """Return the photos that have this content: one or none."""
    query = select(Photo.id).where(Photo.content_hash == content.digest, Photo.content_size == content.size)
    return connection.execute(query).scalars().all()


def _columns(reading: Reading) -> dict[str, str | int | float | bool | None]:
    metadata, place = reading.metadata, reading.place
    named = place or (None if metadata.place is None else _as_place(metadata.place))
    return {
        **date_columns(metadata.taken_at, metadata.date_source),
        "kind": reading.kind,
        "format": reading.format,
        "width": reading.width,
        "height": reading.height,
        "duration_ms": reading.duration_ms,
        "perceptual_hash": reading.perceptual_hash,
        "is_screenshot": reading.is_screenshot,
        "is_panorama": reading.is_panorama,
        "camera_make": metadata.camera_make,
        "camera_model": metadata.camera_model,
        "lens": metadata.lens,
        "iso": metadata.iso,
        "f_number": metadata.f_number,
        "exposure_s": metadata.exposure_s,
        "focal_mm": metadata.focal_mm,
        "latitude": None if metadata.position is None else metadata.position.latitude,
        "longitude": None if metadata.position is None else metadata.position.longitude,
        "altitude": None if metadata.position is None else metadata.position.altitude,
        "town": None if named is None else named.town,
        "region": None if named is None else named.region,
        "country": None if named is None else named.country,
        "place_text": None if metadata.place is None else str(metadata.place),
        "title": metadata.title,
        "caption": metadata.caption,
        "creator": metadata.creator,
        "people": "\n".join(metadata.people) or None,
        "colour_label": metadata.label,
        "content_identifier": metadata.content_identifier,
        "file_rating": metadata.rating,
        "flaw": reading.flaw,
        "notes": "\n".join(metadata.notes) or None,
    }


def _as_place(text: PlaceText) -> Place:
    """Return the place that was written down, for a photo without a position."""
    return Place(text.city or text.sublocation, text.region, text.country)


def _set_file_tags(transaction: Transaction, photo_id: int, names: Sequence[str]) -> None:
    connection = transaction.connection
    connection.execute(delete(PhotoTag).where(PhotoTag.photo_id == photo_id, ~PhotoTag.by_user))
    for name in names:
        put_tag(transaction, photo_id, name, by_user=False)


_BEFORE = select(Photo.sort_at, Photo.taken_wall, Photo.date_source, Photo.file_favourite)
