"""What the user said of photos whose rows are gone, kept by content until the content turns up again.

A folder that is removed, a file that is missing for too long, a picture that another one replaced, a damaged catalog:
each takes rows of photos, none takes what a person put in. `keep` is called before such a row is deleted. `give_back`
runs with every commit, over the photos whose files or content changed, so no way of finding a photo can forget it.

A photo that was never read has no content; it is kept by its path.
"""

import os
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, text, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from core.catalog.schema import File, KeptAnnotation, KeptItem, Photo, PhotoTag, Root, Tag
from core.catalog.states import batched

TAG = "tag"
"""`KeptItem.kind` of a tag; albums and names have their own."""


def keep(connection: Connection, photo_ids: Iterable[int], now: int) -> int:
    """Copy what the user said of these photos to where it outlives them; returns of how many there was something.

    What is kept of the same content already is added to: a favourite stays one, tags are those of both.
    """
    kept = 0
    for ids in batched(photo_ids):
        for content, path, favourite, rating, items in of_photos(connection, ids):
            put(connection, content=content, path=path, favourite=favourite, rating=rating, items=items, now=now)
            kept += 1
    return kept


Key = tuple[tuple[int, bytes] | None, bytes | None]
"""A content, or a path where nothing was read."""


def of_photos(
    connection: Connection, ids: Sequence[int]
) -> list[tuple[tuple[int, bytes] | None, bytes | None, bool, int | None, tuple[tuple[str, str], ...]]]:
    """Return content, path, favourite, rating and items of those of the photos of which the user said something."""
    tags = _tags_of(connection, ids)
    keys = _keys_by_id(connection, ids)
    columns = select(Photo.id, Photo.favourite, Photo.rating).where(Photo.id.in_(ids))
    return [
        (*keys[row.id], row.favourite, row.rating, tuple((TAG, name) for name in tags.get(row.id, ())))
        for row in connection.execute(columns)
        if row.id in keys and (row.favourite or row.rating is not None or row.id in tags)
    ]


def keys_of(connection: Connection, ids: Sequence[int]) -> list[Key]:
    """Return by what the photos are known, those of them that are by anything."""
    return list(_keys_by_id(connection, ids).values())


def _keys_by_id(connection: Connection, ids: Sequence[int]) -> dict[int, Key]:
    paths = paths_of(connection, ids)
    keys: dict[int, Key] = {}
    for row in connection.execute(select(Photo.id, Photo.content_size, Photo.content_hash).where(Photo.id.in_(ids))):
        if row.content_hash is not None and row.content_size is not None:
            keys[row.id] = ((row.content_size, row.content_hash), None)
        elif row.id in paths:
            keys[row.id] = (None, paths[row.id])
    return keys


def put(
    connection: Connection,
    *,
    content: tuple[int, bytes] | None,
    path: bytes | None,
    favourite: bool,
    rating: int | None,
    items: Collection[tuple[str, str]],
    now: int,
) -> None:
    """Keep something of a content (size, digest), or of a path where nothing was read; adds to what is there."""
    size, digest = content or (None, None)
    known = connection.execute(select(KeptAnnotation.id).where(_is_of(content, path))).scalar()
    if known is None:
        known = connection.execute(
            insert(KeptAnnotation)
            .values(content_size=size, content_hash=digest, path=path, favourite=favourite, rating=rating, kept_at=now)
            .returning(KeptAnnotation.id)
        ).scalar_one()
    else:
        values: dict[str, bool | int] = {"kept_at": now}
        if favourite:
            values["favourite"] = True
        if rating is not None:
            values["rating"] = rating
        connection.execute(update(KeptAnnotation).where(KeptAnnotation.id == known).values(values))
    for kind, value in items:
        connection.execute(upsert(KeptItem).values(kept_id=known, kind=kind, value=value).on_conflict_do_nothing())


def give_back(connection: Connection, photo_ids: Collection[int]) -> set[int]:
    """Put what is kept back on those of the photos that it is of; returns which got something.

    What the user said of the photo meanwhile stays: a rating is not replaced, tags are added.
    """
    given: set[int] = set()
    if not photo_ids or not connection.execute(select(exists().where(KeptAnnotation.id > 0))).scalar():
        return given
    by_path = bool(connection.execute(select(exists().where(KeptAnnotation.path.is_not(None)))).scalar())
    for ids in batched(photo_ids):
        for row in connection.execute(_KEPT_OF_CONTENT.where(Photo.id.in_(ids))).all():
            _give(connection, row.kept_id, row.photo_id)
            given.add(row.photo_id)
        if by_path:
            given |= _give_by_path(connection, ids)
    return given


def forget(connection: Connection, contents: Sequence[tuple[int, bytes]]) -> None:
    """Drop what is kept of these contents (size, digest), for good."""
    for part in batched(contents):
        connection.execute(
            delete(KeptAnnotation).where(tuple_(KeptAnnotation.content_size, KeptAnnotation.content_hash).in_(part))
        )


def rekey(connection: Connection, old: tuple[int, bytes], new: tuple[int, bytes]) -> None:
    """Let what is kept of a content (size, digest) be of the key that it has now."""
    if connection.execute(select(exists().where(_is_of(new, None)))).scalar():
        return
    connection.execute(update(KeptAnnotation).where(_is_of(old, None)).values(content_size=new[0], content_hash=new[1]))


def _give(connection: Connection, kept_id: int, photo_id: int) -> None:
    ids = {"kept_id": kept_id, "photo_id": photo_id}
    connection.execute(_STARS_BACK, ids)
    connection.execute(_TAGS_BACK, ids)
    connection.execute(_PHOTO_TAGS_BACK, ids)
    connection.execute(delete(KeptItem).where(KeptItem.kept_id == kept_id))
    connection.execute(delete(KeptAnnotation).where(KeptAnnotation.id == kept_id))


def _give_by_path(connection: Connection, ids: Sequence[int]) -> set[int]:
    given = set()
    for photo_id, path in paths_of(connection, ids).items():
        kept_id = connection.execute(select(KeptAnnotation.id).where(KeptAnnotation.path == path)).scalar()
        if kept_id is not None:
            _give(connection, kept_id, photo_id)
            given.add(photo_id)
    return given


def _is_of(content: tuple[int, bytes] | None, path: bytes | None) -> ColumnElement[bool]:
    if content is None:
        return KeptAnnotation.path == path
    return (KeptAnnotation.content_hash == content[1]) & (KeptAnnotation.content_size == content[0])


def _tags_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    tags: dict[int, list[str]] = {}
    named = select(PhotoTag.photo_id, Tag.name).join(Tag, Tag.id == PhotoTag.tag_id)
    for photo_id, name in connection.execute(named.where(PhotoTag.photo_id.in_(ids), PhotoTag.by_user)):
        tags.setdefault(photo_id, []).append(name)
    return tags


def paths_of(connection: Connection, ids: Sequence[int]) -> dict[int, bytes]:
    """Return one path of each photo that has any."""
    query = select(File.photo_id, Root.path, File.folder, File.name).join(Root, Root.id == File.root_id)
    return {
        photo_id: os.path.join(root, folder, name)
        for photo_id, root, folder, name in connection.execute(
            query.where(File.photo_id.in_(ids)).order_by(File.id.desc())
        )
    }


_KEPT_OF_CONTENT = select(KeptAnnotation.id.label("kept_id"), Photo.id.label("photo_id")).join(
    Photo, (Photo.content_hash == KeptAnnotation.content_hash) & (Photo.content_size == KeptAnnotation.content_size)
)
_STARS_BACK = text(
    "UPDATE photos SET favourite = favourite OR (SELECT favourite FROM kept_annotations WHERE id = :kept_id), "
    "rating = coalesce(rating, (SELECT rating FROM kept_annotations WHERE id = :kept_id)) WHERE id = :photo_id"
)
_TAGS_BACK = text(
    "INSERT INTO tags (name) SELECT value FROM kept_items WHERE kept_id = :kept_id AND kind = 'tag' "
    "ON CONFLICT (name) DO NOTHING"
)
_PHOTO_TAGS_BACK = text(
    "INSERT INTO photo_tags (photo_id, tag_id, by_user) "
    "SELECT :photo_id, tags.id, 1 FROM kept_items JOIN tags ON tags.name = kept_items.value "
    "WHERE kept_id = :kept_id AND kind = 'tag' ON CONFLICT (photo_id, tag_id) DO UPDATE SET by_user = 1"
)
