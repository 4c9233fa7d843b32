"""The tables, as SQLAlchemy models. Alembic migrations in `migrations/versions` build them.

A path is `roots.path / files.folder / files.name`, all bytes as the file system has them.
Times are whole seconds: `*_at` are Unix times, `taken_wall` and `taken_until` are wall-clock times counted as if they
were UTC.
"""

from typing import ClassVar

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.values.photo import FileRole, FileState, MediaKind, PhotoState


def _joined(*columns: str) -> str:
    # Without a comma: SQLAlchemy would read the expression back only up to the first.
    return " || char(31) || ".join(f"CASE WHEN {column} IS NULL THEN '' ELSE {column} END" for column in columns)


CAMERA_KEY = _joined("camera_make", "camera_model")
PLACE_KEY = _joined("town", "region", "country", "place_text")
"""What is filtered by as one text, which an index finds without a look at the photos. Computed, never written."""
KEY_SEPARATOR = "\x1f"


def _one_of(column: str, values: type[FileRole | FileState | MediaKind | PhotoState]) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


class Base(DeclarativeBase):
    """Declarative base of all tables."""

    type_annotation_map: ClassVar = {bytes: LargeBinary, str: Text}


_SHOWN = "state != 'missing' AND state != 'failed'"


class LibraryFact(Base):
    """Facts about the library as a whole, e.g. its id."""

    __tablename__ = "library"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Root(Base):
    """A folder the user added.

    `device` names the volume it was on when last read, to tell an unplugged drive from an emptied folder.
    `offline`: why its files cannot be reached now; null while they can.
    """

    __tablename__ = "roots"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[bytes] = mapped_column(unique=True)
    device: Mapped[str | None]
    offline: Mapped[str | None]
    added_at: Mapped[int]
    scanned_at: Mapped[int | None]


class Photo(Base):
    """One picture or clip as the user thinks of it; see `core.values.photo`.

    `content_size` and `content_hash` are the key of the primary file; null until it was read.
    `taken_wall` to `taken_until` is the second, day, month or year that it was taken in; null where nothing tells.
    `sort_at` is `taken_wall`; `photo_dates.UNDATED` where there is none; until it was read, when the file was changed.
    `place_text`: as somebody wrote it down. `people`: names in the file, a line each. `content_identifier`: Apple's, of
    a live photo's two files. `flaw`: why the picture is not whole. `file_favourite`: another program's mark was taken
    over.
    """

    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("content_hash", "content_size"),
        _one_of("kind", MediaKind),
        _one_of("state", PhotoState),
        Index("photos_order", "state", "sort_at"),
        Index("photos_shown", "sort_at", "id", "state", sqlite_where=text(_SHOWN)),
        Index("photos_position", "latitude", "longitude"),
        Index("photos_camera", "camera_key", "state"),
        Index("photos_lens", "lens", "state"),
        Index("photos_place", "place_key", "state"),
        Index("photos_content_size", "content_size"),
        Index("photos_content_identifier", "content_identifier"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    content_size: Mapped[int | None]
    content_hash: Mapped[bytes | None]
    kind: Mapped[str] = mapped_column(default=MediaKind.IMAGE)
    format: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=PhotoState.WAITING)
    sort_at: Mapped[int]
    added_at: Mapped[int]
    missing_since: Mapped[int | None]

    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_ms: Mapped[int | None]
    taken_wall: Mapped[int | None]
    taken_until: Mapped[int | None]
    date_precision: Mapped[str | None]
    date_source: Mapped[str | None]
    taken_offset_minutes: Mapped[int | None]
    camera_make: Mapped[str | None]
    camera_model: Mapped[str | None]
    lens: Mapped[str | None]
    iso: Mapped[int | None]
    f_number: Mapped[float | None]
    exposure_s: Mapped[float | None]
    focal_mm: Mapped[float | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    altitude: Mapped[float | None]
    town: Mapped[str | None]
    region: Mapped[str | None]
    country: Mapped[str | None]
    place_text: Mapped[str | None]
    title: Mapped[str | None]
    caption: Mapped[str | None]
    creator: Mapped[str | None]
    people: Mapped[str | None]
    colour_label: Mapped[str | None]
    content_identifier: Mapped[str | None]
    file_rating: Mapped[int | None]
    file_favourite: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    flaw: Mapped[str | None]
    notes: Mapped[str | None]
    perceptual_hash: Mapped[int | None]
    is_screenshot: Mapped[bool] = mapped_column(default=False)
    is_panorama: Mapped[bool] = mapped_column(default=False, server_default=text("0"))

    rating: Mapped[int | None]
    favourite: Mapped[bool] = mapped_column(default=False)

    camera_key: Mapped[str | None] = mapped_column(Computed(CAMERA_KEY, persisted=False))
    place_key: Mapped[str | None] = mapped_column(Computed(PLACE_KEY, persisted=False))


class File(Base):
    """One path.

    `folder` is relative to the root. `size`, `mtime_ns`, `ctime_ns`, `inode` and the sidecar's columns are what the
    file system said when the file was last compared (0 where it says nothing); `content_*` is what was read then.
    `takeout` is Google's JSON beside it; `sidecar_mtime_ns` is of the XMP, of the JSON, or the sum where there are
    both. `pair_key`: what the names of all parts of one photo have in common (`core.catalog.pair_names`). `lead_id` is
    the file whose companion this is. `former_photo_id`: see `core.catalog.linking`. `queued_at`
    orders the files that wait: the later found go first. `attempts` counts how often the engine died while the file
    was in flight.
    `reread`: it must be read whole, even if its content turns out to be known. `has_legacy_key`: `content_*` was made
    by a version that looked at both ends of a file only. `has_old_facts`: read by one that found less in a file.
    """

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("root_id", "folder", "name"),
        _one_of("role", FileRole),
        _one_of("state", FileState),
        Index("files_photo", "photo_id"),
        Index("files_content", "content_hash", "content_size"),
        Index("files_queue", "state", "queued_at", "mtime_ns"),
        Index("files_size", "size"),
        Index("files_inode", "inode"),
        Index("files_lead", "lead_id"),
        Index("files_legacy", "has_legacy_key", sqlite_where=text("has_legacy_key")),
        Index("files_old_facts", "has_old_facts", sqlite_where=text("has_old_facts")),
        Index("files_pair", "root_id", "folder", "pair_key"),
        Index("files_former_photo", "former_photo_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    root_id: Mapped[int] = mapped_column(ForeignKey("roots.id", ondelete="CASCADE"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"))
    folder: Mapped[bytes]
    name: Mapped[bytes]
    pair_key: Mapped[str] = mapped_column(default="", server_default=text("''"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"))
    former_photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id", ondelete="SET NULL"))
    size: Mapped[int]
    mtime_ns: Mapped[int]
    ctime_ns: Mapped[int] = mapped_column(default=0)
    inode: Mapped[int] = mapped_column(default=0)
    sidecar: Mapped[bytes | None]
    takeout: Mapped[bytes | None]
    sidecar_mtime_ns: Mapped[int | None]
    queued_at: Mapped[int] = mapped_column(default=0)
    content_size: Mapped[int | None]
    content_hash: Mapped[bytes | None]
    role: Mapped[str] = mapped_column(default=FileRole.PRIMARY)
    state: Mapped[str] = mapped_column(default=FileState.WAITING)
    missing_since: Mapped[int | None]
    failed_at: Mapped[int | None]
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    in_flight: Mapped[bool] = mapped_column(default=False)
    reread: Mapped[bool] = mapped_column(default=False)
    has_legacy_key: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    has_old_facts: Mapped[bool] = mapped_column(default=False, server_default=text("0"))


class FileFacts(Base):
    """What reading one file told, for pairs and for what the files of a photo share; see `core.catalog.file_facts`.

    `wall`: when the file itself says it was taken, to the second, counted as if it were UTC. `keywords`: a line each.
    """

    __tablename__ = "file_facts"
    __table_args__ = (Index("file_facts_identifier", "identifier"),)

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str]
    duration_ms: Mapped[int | None]
    wall: Mapped[int | None]
    offset_minutes: Mapped[int | None]
    camera: Mapped[str | None]
    identifier: Mapped[str | None]
    rating: Mapped[int | None]
    keywords: Mapped[str | None]
    title: Mapped[str | None]
    caption: Mapped[str | None]
    creator: Mapped[str | None]
    colour_label: Mapped[str | None]


class Exclusion(Base):
    """A folder or pattern that the user keeps out; see `core.indexing.scan.exclusions`."""

    __tablename__ = "exclusions"

    id: Mapped[int] = mapped_column(primary_key=True)
    pattern: Mapped[str] = mapped_column(unique=True)


class Skipped(Base):
    """Something that the last comparison of a folder left out.

    `name` is empty for the folder itself, and for files counted by kind; `reason` is a
    `core.values.left_out.LeftOutReason`; `files` how many.
    """

    __tablename__ = "skipped"
    __table_args__ = (UniqueConstraint("root_id", "folder", "name", "reason", "detail"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    root_id: Mapped[int] = mapped_column(ForeignKey("roots.id", ondelete="CASCADE"))
    folder: Mapped[bytes]
    name: Mapped[bytes]
    reason: Mapped[str]
    detail: Mapped[str]
    files: Mapped[int]


class EmbeddingModel(Base):
    """A model whose vectors the catalog holds.

    `fingerprint` is the SHA-256 of its weights; `complete`: every ready photo has its vectors.
    """

    __tablename__ = "models"
    __table_args__ = (UniqueConstraint("name", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    fingerprint: Mapped[str]
    dimension: Mapped[int]
    active: Mapped[bool] = mapped_column(default=False)
    complete: Mapped[bool] = mapped_column(default=False)


class Embedding(Base):
    """A unit vector, float16, little-endian. `frame` is 0 for stills; `moment_ms` its time in a video."""

    __tablename__ = "embeddings"
    __table_args__ = (
        UniqueConstraint("model_id", "photo_id", "frame"),
        Index("embeddings_photo", "photo_id"),
        Index("embeddings_moment", "model_id", "moment_ms", sqlite_where=text("moment_ms IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"))
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"))
    frame: Mapped[int] = mapped_column(default=0)
    moment_ms: Mapped[int | None]
    vector: Mapped[bytes]


class Tag(Base):
    """A word the user or a file's keywords put on photos; the same tag whatever the case."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text(collation="NOCASE"), unique=True)


class PhotoTag(Base):
    """`by_user`: set in the program, kept when the file is read again."""

    __tablename__ = "photo_tags"
    __table_args__ = (Index("photo_tags_tag", "tag_id"),)

    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True)
    by_user: Mapped[bool] = mapped_column(default=False)


class PhotoLabel(Base):
    """A thing that a model sees in a photo, and how sure it is, 0 to 1. Without a name: looked at, nothing known."""

    __tablename__ = "photo_labels"
    __table_args__ = (Index("photo_labels_label", "label"),)

    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float]


class PictureText(Base):
    """Text read in a picture. A row without text: looked at, nothing found."""

    __tablename__ = "picture_texts"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str | None]


class EnrichmentTask(Base):
    """What is still to be found out about a photo with the vectors of a model; see `core.catalog.enrichment_queue`.

    `chosen`: looked at, and worth the work that takes long. `not_before`: it could not be done, and is tried then.
    """

    __tablename__ = "enrichment_queue"
    __table_args__ = (
        UniqueConstraint("kind", "model_id", "photo_id"),
        Index("enrichment_queue_photo", "photo_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"))
    chosen: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[int] = mapped_column(default=0)


class Job(Base):
    """Long work that was asked for and is not done; see `core.values.jobs`. `subject`: the id of what it is about."""

    __tablename__ = "jobs"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[int]


class KeptAnnotation(Base):
    """What the user said of a photo whose row is gone; see `core.catalog.kept_annotations`.

    By content, or by path (absolute) where the content was never read.
    """

    __tablename__ = "kept_annotations"
    __table_args__ = (UniqueConstraint("content_hash", "content_size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    content_size: Mapped[int | None]
    content_hash: Mapped[bytes | None]
    path: Mapped[bytes | None] = mapped_column(unique=True)
    favourite: Mapped[bool] = mapped_column(default=False)
    rating: Mapped[int | None]
    kept_at: Mapped[int]


class KeptItem(Base):
    """One thing more that was said: `kind` names what the value is, e.g. "tag"."""

    __tablename__ = "kept_items"

    kept_id: Mapped[int] = mapped_column(ForeignKey("kept_annotations.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class RecentSearch(Base):
    """What was searched for, newest first by `used_at`."""

    __tablename__ = "recent_searches"

    text: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[int]


PHOTO_TEXT_COLUMNS = ("name", "folder", "place", "camera", "tags", "caption", "labels", "text")

PHOTO_TEXT_DDL = (
    f"CREATE VIRTUAL TABLE photo_text USING fts5({', '.join(PHOTO_TEXT_COLUMNS)}, "
    "tokenize = \"unicode61 remove_diacritics 2\", prefix = '2 3')"
)
"""Full text, rowid = photo id. Filled by `core.catalog.text_index`."""
