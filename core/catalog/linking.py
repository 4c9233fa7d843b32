"""Decides which photo a file belongs to, by its content first and by its path second.

Tags, favourite and rating hang on photos; so these rules say where they go when files are moved, copied, swapped,
replaced and edited. A photo is identified by the content key of its primary file.

1. A file whose content some photo has, belongs to that photo: a moved file brings its tags along, a copy shares them.
2. A file never read before whose content is new: the row that the scan made for it becomes that photo.
3. A file whose content changed into something new was edited, or another file took its place: that shows only when
   everything has been compared and read. The new content becomes a new photo for the time being, and the file
   remembers its former photo until `settle_successions` decides.
4. It was edited when no file has the old content then, and the new one looks like it (`core.catalog.likeness`): the
   former photo takes over everything of the provisional new one (its tags stay, vector and thumbnail are new). When a
   file has the old content, or the picture is another one, both are photos; what is without a file is missing.
5. A path that was gone for more than ten minutes and comes back with other content is a new file, not an edit:
   cameras use their names again (`core.catalog.folders`).

So the outcome does not depend on the order in which files are read. A photo without any file is kept for the grace
period: its content may turn up again. When two rows become one photo, what the user put on either is kept.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, insert, select, text, update

from core.catalog import likeness
from core.catalog.schema import Embedding, File, Photo, PhotoLabel, PhotoTag, PictureText
from core.catalog.transaction import Transaction
from core.values.photo import ContentKey, EmbeddingId, FileRole, FileState, PhotoState

_USER_AND_FILE_COLUMNS = {"id", "added_at", "rating", "favourite", "state", "missing_since"}
_TAKEN_OVER = [
    column.name
    for column in Photo.__table__.columns
    if column.name not in _USER_AND_FILE_COLUMNS and column.computed is None
]


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a file that was read belongs now.

    Attributes:
        is_known: the photo had this content before: vector and thumbnail are there already, or will be.
    """

    photo_id: int
    is_known: bool


def assign_photo(transaction: Transaction, file_id: int, key: ContentKey) -> Settled:
    """Find or make the photo of a file with content `key`, and link the file to it.

    Args:
        transaction: the open write transaction.
        file_id: the file that was read.
        key: its content.
    """
    connection, changes = transaction.connection, transaction.changes
    file = connection.execute(
        select(File.photo_id, File.former_photo_id, Photo.content_hash.label("photo_hash"))
        .join(Photo, Photo.id == File.photo_id)
        .where(File.id == file_id)
    ).one()
    current = int(file.photo_id)
    changes.photos.add(current)
    owner = connection.execute(
        select(Photo.id).where(Photo.content_hash == key.digest, Photo.content_size == key.size)
    ).scalar()
    if owner == current:
        return Settled(current, is_known=True)
    if owner is not None:
        # Whatever it was edited into before: now it is a copy of that photo, as if it had never been read between.
        connection.execute(update(File).where(File.id == file_id).values(former_photo_id=None))
        move_to_photo(transaction, file_id, owner)
        return Settled(owner, is_known=True)
    if file.photo_hash is None:
        _set_content(transaction, current, key)
        return Settled(current, is_known=False)
    if file.former_photo_id is None or has_files(transaction, file.former_photo_id):
        # Else it changed once more before that was decided: what the user put on its photo hangs on the first one.
        connection.execute(update(File).where(File.id == file_id).values(former_photo_id=current))
    new = _clone_provisional(transaction, current)
    move_to_photo(transaction, file_id, new)
    _set_content(transaction, new, key)
    return Settled(new, is_known=False)


def has_open_successions(connection: Connection) -> bool:
    """Whether `settle_successions` has something to decide."""
    return bool(connection.execute(select(exists().where(*_OPEN))).scalar())


def settle_successions(transaction: Transaction) -> list[int]:
    """Decide what rule 3 left open, for all files that are there and read. Returns these files.

    Call it when every root that can be reached was compared after the last file was read, and nothing waits.
    """
    connection = transaction.connection
    file_ids = list(connection.execute(select(File.id).where(*_OPEN).order_by(File.id)).scalars())
    for file_id in file_ids:
        # Read one by one: the file before it may have taken over the same photo, as when two were edited alike.
        row = connection.execute(select(File.photo_id, File.former_photo_id).where(File.id == file_id)).one()
        if not has_files(transaction, row.former_photo_id) and likeness.is_edit(
            connection, row.former_photo_id, row.photo_id
        ):
            replace_content(transaction, row.former_photo_id, row.photo_id)
        connection.execute(update(File).where(File.id == file_id).values(former_photo_id=None))
    return file_ids


def move_to_photo(transaction: Transaction, file_id: int, photo_id: int) -> None:
    """Link a file and its companions to a photo. A provisional row that they leave empty becomes part of it."""
    connection, changes = transaction.connection, transaction.changes
    left = connection.execute(select(File.photo_id).where(File.id == file_id)).scalar_one()
    if left == photo_id:
        return
    connection.execute(update(File).where((File.id == file_id) | (File.lead_id == file_id)).values(photo_id=photo_id))
    changes.photos.update((left, photo_id))
    changes.order_changed = True
    _merge_if_provisional(transaction, left, photo_id)


def is_unchanged_companion(
    transaction: Transaction, file_id: int, key: ContentKey, legacy: ContentKey | None = None
) -> bool:
    """Whether a companion was read that holds what it held. One with other content is parted, to be judged anew."""
    file = transaction.connection.execute(
        select(File.role, File.content_size, File.content_hash).where(File.id == file_id)
    ).one()
    if file.role == FileRole.PRIMARY:
        return False
    before = ContentKey(file.content_size, file.content_hash)
    if before in {key, legacy}:
        return True
    part(transaction, file_id)
    return False


def part(transaction: Transaction, file_id: int) -> None:
    """Let a companion be a primary file again; reading it decides whose."""
    photo_id = transaction.connection.execute(
        update(File)
        .where(File.id == file_id)
        .values(role=FileRole.PRIMARY, lead_id=None, state=FileState.WAITING, attempts=0)
        .returning(File.photo_id)
    ).scalar_one()
    transaction.changes.photos.add(photo_id)
    transaction.changes.order_changed = True


def split_off(transaction: Transaction, file_id: int) -> None:
    """Give a file that cannot be read a photo of its own, so that its photo is what its other files show."""
    connection, changes = transaction.connection, transaction.changes
    row = connection.execute(select(File.photo_id).where(File.id == file_id)).one()
    own = _clone_provisional(transaction, row.photo_id)
    connection.execute(
        update(File)
        .where(File.id == file_id)
        .values(photo_id=own, role=FileRole.PRIMARY, lead_id=None, former_photo_id=None)
        .values(content_size=None, content_hash=None)
    )
    changes.photos.update((row.photo_id, own))
    changes.order_changed = True


def hand_over(transaction: Transaction, lead_id: int, companion_id: int) -> None:
    """Let a healthy companion go on with the photo whose primary file cannot be read any more."""
    connection = transaction.connection
    photo_ids = connection.execute(select(File.photo_id).where(File.id.in_((lead_id, companion_id)))).scalars()
    if len(set(photo_ids)) == 1:
        split_off(transaction, lead_id)
    part(transaction, companion_id)


def become_companion(transaction: Transaction, file_id: int, role: FileRole, lead_id: int) -> None:
    """Make a file the companion of another: both are one photo from now on, with what the user put on either."""
    connection, changes = transaction.connection, transaction.changes
    row = connection.execute(select(File.photo_id).where(File.id == file_id)).one()
    lead = connection.execute(select(File.photo_id, File.content_hash).where(File.id == lead_id)).one()
    connection.execute(update(File).where(File.id == file_id).values(role=role, lead_id=lead_id, former_photo_id=None))
    if row.photo_id == lead.photo_id:
        changes.photos.add(row.photo_id)
        return
    connection.execute(update(File).where(File.id == file_id).values(photo_id=lead.photo_id))
    changes.photos.update((row.photo_id, lead.photo_id))
    changes.order_changed = True
    if not has_files(transaction, row.photo_id):
        merge_into(transaction, lead.photo_id, row.photo_id)


def merge_into(transaction: Transaction, survivor: int, gone: int) -> None:
    """Make two photos one: the survivor gets the files and all that the user put on the other, which is deleted."""
    connection, changes = transaction.connection, transaction.changes
    connection.execute(update(File).where(File.photo_id == gone).values(photo_id=survivor))
    connection.execute(update(File).where(File.former_photo_id == gone).values(former_photo_id=survivor))
    copy_annotations(transaction, gone, survivor)
    drop_derived(transaction, gone)
    connection.execute(delete(Photo).where(Photo.id == gone))
    changes.photos.update((survivor, gone))
    changes.order_changed = True


def copy_annotations(transaction: Transaction, source: int, target: int) -> None:
    """Put on a photo what the user put on another, beside what is on it."""
    ids = {"gone": source, "survivor": target}
    transaction.connection.execute(_TAGS_TO_SURVIVOR, ids)
    transaction.connection.execute(_MARKS_TO_SURVIVOR, ids)
    transaction.changes.photos.add(target)


def replace_content(transaction: Transaction, former: int, newer: int) -> None:
    """Let a photo go on with the content, files and vectors of a newer one, which is deleted."""
    connection, changes = transaction.connection, transaction.changes
    old = connection.execute(select(Photo.content_size, Photo.content_hash).where(Photo.id == former)).one()
    values = connection.execute(select(Photo.__table__).where(Photo.id == newer)).one()._mapping
    drop_derived(transaction, former)
    if old.content_hash is not None:
        changes.thumbnails_removed.append(ContentKey(old.content_size, old.content_hash))
    embeddings = connection.execute(select(Embedding.__table__).where(Embedding.photo_id == newer)).all()
    for row in embeddings:
        # Under an id of its own, so that an index that knows whose the old one was cannot mix them up.
        add_embedding(transaction, row.model_id, former, frame=row.frame, moment_ms=row.moment_ms, vector=row.vector)
    for table in (PhotoLabel, PictureText):
        connection.execute(update(table).where(table.photo_id == newer).values(photo_id=former))
    connection.execute(delete(PhotoTag).where(PhotoTag.photo_id == former, ~PhotoTag.by_user))
    connection.execute(_FILE_TAGS_TO_SURVIVOR, {"gone": newer, "survivor": former})
    connection.execute(update(Photo).where(Photo.id == newer).values(content_size=None, content_hash=None))
    connection.execute(update(Photo).where(Photo.id == former).values({name: values[name] for name in _TAKEN_OVER}))
    merge_into(transaction, former, newer)


def add_embedding(
    transaction: Transaction, model_id: int, photo_id: int, *, frame: int, moment_ms: int | None, vector: bytes
) -> None:
    """Store a vector (float16, little-endian)."""
    key = transaction.connection.execute(
        insert(Embedding)
        .values(model_id=model_id, photo_id=photo_id, frame=frame, moment_ms=moment_ms, vector=vector)
        .returning(Embedding.id)
    ).scalar_one()
    transaction.changes.embedded.setdefault(model_id, set()).add(photo_id)
    transaction.changes.vectors_added.setdefault(model_id, []).append(EmbeddingId(key))


def drop_derived(transaction: Transaction, photo_id: int) -> None:
    """Forget what was made from a photo's old content: vectors, labels, text in the picture."""
    connection, changes = transaction.connection, transaction.changes
    removed = connection.execute(select(Embedding.id).where(Embedding.photo_id == photo_id)).scalars()
    changes.vectors_removed.extend(EmbeddingId(key) for key in removed)
    for table in (Embedding, PhotoLabel, PictureText):
        connection.execute(delete(table).where(table.photo_id == photo_id))


_OPEN = (File.former_photo_id.is_not(None), File.state == FileState.READY)

_TAGS_TO_SURVIVOR = text(
    """
    INSERT INTO photo_tags (photo_id, tag_id, by_user)
        SELECT :survivor, tag_id, by_user FROM photo_tags WHERE photo_id = :gone AND by_user
        ON CONFLICT (photo_id, tag_id) DO UPDATE SET by_user = 1
    """
)
_FILE_TAGS_TO_SURVIVOR = text(
    """
    INSERT INTO photo_tags (photo_id, tag_id, by_user)
        SELECT :survivor, tag_id, by_user FROM photo_tags WHERE photo_id = :gone AND NOT by_user
        ON CONFLICT (photo_id, tag_id) DO NOTHING
    """
)
_MARKS_TO_SURVIVOR = text(
    """
    UPDATE photos SET
        rating = coalesce(rating, (SELECT rating FROM photos AS gone WHERE gone.id = :gone)),
        favourite = favourite OR (SELECT favourite FROM photos AS gone WHERE gone.id = :gone),
        added_at = min(added_at, (SELECT added_at FROM photos AS gone WHERE gone.id = :gone))
    WHERE id = :survivor
    """
)


def _set_content(transaction: Transaction, photo_id: int, key: ContentKey) -> None:
    transaction.connection.execute(
        update(Photo).where(Photo.id == photo_id).values(content_size=key.size, content_hash=key.digest)
    )
    transaction.changes.photos.add(photo_id)


def _clone_provisional(transaction: Transaction, photo_id: int) -> int:
    sort_at = transaction.connection.execute(select(Photo.sort_at).where(Photo.id == photo_id)).scalar_one()
    return transaction.connection.execute(
        insert(Photo).values(sort_at=sort_at, added_at=transaction.now, state=PhotoState.WAITING).returning(Photo.id)
    ).scalar_one()


def has_files(transaction: Transaction, photo_id: int) -> bool:
    """Whether a photo has files that are not missing."""
    live = exists().where(File.photo_id == photo_id, File.state != FileState.MISSING)
    return bool(transaction.connection.execute(select(live)).scalar())


def _merge_if_provisional(transaction: Transaction, left: int, survivor: int) -> None:
    connection = transaction.connection
    is_provisional = connection.execute(select(Photo.content_hash.is_(None)).where(Photo.id == left)).scalar()
    if is_provisional and not connection.execute(select(exists().where(File.photo_id == left))).scalar():
        merge_into(transaction, survivor, left)
