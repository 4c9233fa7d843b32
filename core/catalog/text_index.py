"""Keeps the full-text table `photo_text` equal to what the catalog says of each photo.

Writes only; `core.search` asks the table. The words themselves are made by `text_words`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, text

from core.catalog.schema import (
    PHOTO_TEXT_COLUMNS,
    EmbeddingModel,
    File,
    Photo,
    PhotoLabel,
    PhotoTag,
    PictureText,
    Root,
    Tag,
)
from core.catalog.text_words import index_name, index_text, path_text
from core.values.photo import FileState, PhotoId

_BATCH = 500

_PHOTOS = select(
    Photo.id,
    Photo.town,
    Photo.region,
    Photo.country,
    Photo.place_text,
    Photo.creator,
    Photo.camera_make,
    Photo.camera_model,
    Photo.lens,
    Photo.title,
    Photo.caption,
    PictureText.text.label("picture_text"),
).outerjoin(PictureText, PictureText.photo_id == Photo.id)
_FILES = (
    select(File.photo_id, Root.path.label("root"), File.folder, File.name)
    .join(Root, Root.id == File.root_id)
    .where(File.state != FileState.MISSING, File.photo_id.in_(bindparam("ids", expanding=True)))
    .order_by(File.photo_id, File.id)
)
_TAGS = (
    select(PhotoTag.photo_id, Tag.name)
    .join(Tag, Tag.id == PhotoTag.tag_id)
    .where(PhotoTag.photo_id.in_(bindparam("ids", expanding=True)))
    .order_by(PhotoTag.photo_id, Tag.name)
)
_LABELS = (
    select(PhotoLabel.photo_id, PhotoLabel.label)
    .join(EmbeddingModel, EmbeddingModel.id == PhotoLabel.model_id)
    .where(EmbeddingModel.active, PhotoLabel.photo_id.in_(bindparam("ids", expanding=True)))
    .order_by(PhotoLabel.photo_id, PhotoLabel.score.desc())
)
_DELETE = text("DELETE FROM photo_text WHERE rowid = :id")
_INSERT = text(
    f"INSERT INTO photo_text (rowid, {', '.join(PHOTO_TEXT_COLUMNS)}) "
    f"VALUES (:id, {', '.join(':' + column for column in PHOTO_TEXT_COLUMNS)})"
)


def refresh(connection: Connection, photo_ids: Iterable[int]) -> None:
    """Write the text of these photos anew, inside the caller's transaction; ids that are gone lose their text."""
    ids = sorted({int(photo_id) for photo_id in photo_ids})
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        connection.execute(_DELETE, [{"id": photo_id} for photo_id in batch])
        rows = _rows(connection, batch)
        if rows:
            connection.execute(_INSERT, rows)


def refresh_all(connection: Connection) -> None:
    """Write the whole table anew, e.g. after the active model changed."""
    connection.execute(text("DELETE FROM photo_text"))
    refresh(connection, connection.execute(select(Photo.id)).scalars().all())


def indexed_ids(connection: Connection) -> set[PhotoId]:
    """Return the photos that have text."""
    return {PhotoId(row[0]) for row in connection.execute(text("SELECT rowid FROM photo_text"))}


def _rows(connection: Connection, ids: Sequence[int]) -> list[dict[str, str | int]]:
    names: dict[int, list[str]] = defaultdict(list)
    folders: dict[int, list[str]] = defaultdict(list)
    for file in connection.execute(_FILES, {"ids": ids}):
        _append(names[file.photo_id], index_name(path_text(file.name)))
        root_name = path_text(file.root).replace("\\", "/").rstrip("/").rpartition("/")[2]
        _append(folders[file.photo_id], index_name(f"{root_name}/{path_text(file.folder)}"))
    tags: dict[int, list[str]] = defaultdict(list)
    for tag in connection.execute(_TAGS, {"ids": ids}):
        tags[tag.photo_id].append(index_text(tag.name))
    labels: dict[int, list[str]] = defaultdict(list)
    for label in connection.execute(_LABELS, {"ids": ids}):
        labels[label.photo_id].append(index_text(label.label))
    return [
        {
            "id": photo.id,
            "name": " / ".join(names[photo.id]),
            "folder": " / ".join(folders[photo.id]),
            "place": _joined(photo.town, photo.region, photo.country, photo.place_text),
            "camera": _joined(photo.camera_make, photo.camera_model, photo.lens),
            "tags": " / ".join(tags[photo.id]),
            "caption": _joined(photo.title, photo.caption, photo.creator),
            "labels": " / ".join(labels[photo.id]),
            "text": _joined(photo.picture_text),
        }
        for photo in connection.execute(_PHOTOS.where(Photo.id.in_(ids)))
    ]


def _append(parts: list[str], part: str) -> None:
    if part not in parts:
        parts.append(part)


def _joined(*parts: str | None) -> str:
    return " / ".join(index_text(part) for part in parts if part)
