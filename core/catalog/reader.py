"""Reads the catalog for those who show it. Never writes; safe in any process, beside the engine."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Engine, Row, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from core.catalog import enrichment_queue
from core.catalog.annotation_reader import PhotoAnnotations, read_marks, stars
from core.catalog.database import open_for_reading
from core.catalog.distinct_values import distinct_values
from core.catalog.left_out import patterns, read_left_out
from core.catalog.photo_dates import UNDATED, taken_at
from core.catalog.photo_files import PhotoFile, read_files
from core.catalog.roots import RemovalEffect, removal_effect
from core.catalog.schema import (
    KEY_SEPARATOR,
    EmbeddingModel,
    File,
    Photo,
    PhotoLabel,
    PhotoTag,
    PictureText,
    RecentSearch,
    Root,
    Tag,
)
from core.catalog.scopes import FolderRow, ScopeCounts, read_folders, read_scope_counts, scope_ids
from core.catalog.timeline import read_common_place, read_facts
from core.values.enrichment import EnrichmentKind
from core.values.file_times import local_time
from core.values.left_out import LeftOut
from core.values.photo import (
    ColourLabel,
    ContentKey,
    DateSource,
    FileId,
    FileRole,
    FileState,
    GeoPoint,
    MediaKind,
    PhotoId,
    PhotoState,
    RootId,
    TakenAt,
)
from core.values.photo_facts import PhotoFacts
from core.values.scope import Scope


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """What a grid needs to draw one photo.

    Attributes:
        content: None until the photo was read; then the key of its thumbnail.
        stars: its rating, 0 to 5; 0 also where there is none.
        taken_at, date_source: None where nothing tells when it was taken.
        has_raw, has_movie: it is a RAW, or one lies beside it; the clip of a live photo does.
        offline: why the file cannot be reached now; None while it can.
    """

    photo_id: PhotoId
    path: str
    state: PhotoState
    kind: MediaKind
    content: ContentKey | None
    width: int | None
    height: int | None
    duration_ms: int | None
    favourite: bool
    stars: int
    offline: str | None
    taken_at: TakenAt | None = None
    date_source: DateSource | None = None
    colour_label: ColourLabel | None = None
    has_raw: bool = False
    has_movie: bool = False


@dataclass(frozen=True, slots=True)
class PhotoDetails:
    """What a details panel shows of one photo.

    Attributes:
        paths: the primary files first, then companions.
        date_source: where `taken_at` comes from.
        place, place_text: by the position, and as somebody wrote it down.
        people: names that stand in the file.
        labels: what the active model sees in it, the surest first.
    """

    row: PhotoRow
    paths: tuple[str, ...]
    size: int
    format: str | None
    modified_at: datetime
    taken_at: TakenAt | None
    date_source: DateSource | None
    camera: str | None
    lens: str | None
    iso: int | None
    f_number: float | None
    exposure_s: float | None
    focal_mm: float | None
    position: GeoPoint | None
    place: str | None
    place_text: str | None
    title: str | None
    caption: str | None
    creator: str | None
    people: tuple[str, ...]
    colour_label: ColourLabel | None
    is_panorama: bool
    rating: int | None
    tags: tuple[str, ...]
    labels: tuple[str, ...]
    notes: str | None


@dataclass(frozen=True, slots=True)
class RootRow:
    """One folder of the library and how it does. `offline`: why it cannot be read now, or None."""

    root_id: RootId
    path: str
    offline: str | None
    photos: int


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read, and why."""

    file_id: FileId
    path: str
    reason: str
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Photos by state. Missing ones are not part of `found`."""

    waiting: int
    ready: int
    failed: int
    missing: int

    @property
    def found(self) -> int:
        return self.waiting + self.ready + self.failed


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of photos besides finding them: how many have labels; were looked at for text; have some."""

    labelled: int
    looked_for_text: int
    with_text: int


class CatalogReader:
    """Read-only queries over one catalog. Each call sees the newest committed state."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> "CatalogReader":
        """Open the catalog file. Raises as `database.open_for_reading`."""
        return cls(open_for_reading(path))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def reconnect(self) -> None:
        """Open the file anew with the next question: it may be another one by now."""
        self._engine.dispose()

    def photo_ids(
        self, *, oldest_first: bool = False, favourites: bool = False, root_id: RootId | None = None
    ) -> npt.NDArray[np.int64]:
        """Return the ids of all photos that are not missing, by date; shape (n,). `root_id`: only of one folder.

        Undated ones come last in either order.
        """
        order = (Photo.sort_at, Photo.id) if oldest_first else (Photo.sort_at.desc(), Photo.id.desc())
        query = select(Photo.id).where(Photo.state != PhotoState.MISSING)
        query = query.order_by(Photo.sort_at == UNDATED, *order)
        if favourites:
            query = query.where(Photo.favourite)
        if root_id is not None:
            files = select(File.photo_id).where(File.root_id == root_id, File.state != FileState.MISSING)
            query = query.where(Photo.id.in_(files))
        with self._engine.connect() as connection:
            return np.fromiter(connection.execute(query).scalars(), dtype=np.int64)

    def scope_ids(self, scope: Scope, today: date, *, oldest_first: bool = False) -> npt.NDArray[np.int64]:
        """Return the ids of the photos of a part of the library, by date; shape (n,)."""
        with self._engine.connect() as connection:
            return scope_ids(connection, scope, today, oldest_first=oldest_first)

    def scope_counts(self, today: date) -> ScopeCounts:
        """Count the photos of each part of the library."""
        with self._engine.connect() as connection:
            return read_scope_counts(connection, today)

    def folders(self) -> tuple[FolderRow, ...]:
        """Return all folders that have photos as a tree, each before those below it."""
        with self._engine.connect() as connection:
            return read_folders(connection)

    def facts(self) -> PhotoFacts:
        """Return what a timeline of all photos is laid out from."""
        with self._engine.connect() as connection:
            return read_facts(connection)

    def files(self, photo_ids: Sequence[PhotoId]) -> list[PhotoFile]:
        """Return all files of some photos that are not gone."""
        with self._engine.connect() as connection:
            return read_files(connection, photo_ids)

    def common_place(self, photo_ids: Sequence[PhotoId], share: float = 0.6) -> str | None:
        """Return where at least this share of some photos were taken, in words; None where they have no place."""
        with self._engine.connect() as connection:
            return read_common_place(connection, photo_ids, share)

    def rows(self, photo_ids: Sequence[PhotoId]) -> dict[PhotoId, PhotoRow]:
        """Return the rows of the given photos, by id; unknown ids are left out."""
        found: dict[PhotoId, PhotoRow] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(photo_ids), 500):
                part = [int(photo_id) for photo_id in photo_ids[start : start + 500]]
                rows = connection.execute(_ROWS, {"ids": part})
                for photo_id, files in itertools.groupby(rows, key=attrgetter("id")):
                    found[PhotoId(photo_id)] = _photo_row(list(files))
        return found

    def details(self, photo_id: PhotoId) -> PhotoDetails | None:
        """Return everything about one photo, or None when it is not in the catalog."""
        with self._engine.connect() as connection:
            rows = connection.execute(_ROWS, {"ids": [int(photo_id)]}).all()
            if not rows:
                return None
            photo = connection.execute(select(Photo.__table__).where(Photo.id == int(photo_id))).one()
            tags = connection.execute(
                select(Tag.name)
                .join(PhotoTag, PhotoTag.tag_id == Tag.id)
                .where(PhotoTag.photo_id == int(photo_id))
                .order_by(Tag.name)
            ).scalars()
            labels = connection.execute(
                select(PhotoLabel.label)
                .join(EmbeddingModel, EmbeddingModel.id == PhotoLabel.model_id)
                .where(PhotoLabel.photo_id == int(photo_id), PhotoLabel.label != "", EmbeddingModel.active)
                .order_by(PhotoLabel.score.desc())
            ).scalars()
            first = rows[0]
            return PhotoDetails(
                row=_photo_row(rows),
                paths=tuple(_path(row) for row in rows),
                size=first.size,
                format=photo.format,
                modified_at=local_time(first.mtime_ns),
                taken_at=taken_at(photo),
                date_source=None if photo.date_source is None else DateSource(photo.date_source),
                camera=_camera(photo.camera_make, photo.camera_model),
                lens=photo.lens,
                iso=photo.iso,
                f_number=photo.f_number,
                exposure_s=photo.exposure_s,
                focal_mm=photo.focal_mm,
                position=None
                if photo.latitude is None or photo.longitude is None
                else GeoPoint(photo.latitude, photo.longitude, photo.altitude),
                place=", ".join(part for part in (photo.town, photo.region, photo.country) if part) or None,
                place_text=photo.place_text,
                title=photo.title,
                caption=photo.caption,
                creator=photo.creator,
                people=tuple((photo.people or "").splitlines()),
                colour_label=None if photo.colour_label is None else ColourLabel(photo.colour_label),
                is_panorama=photo.is_panorama,
                rating=photo.rating if photo.rating is not None else photo.file_rating,
                tags=tuple(tags),
                labels=tuple(labels),
                notes=photo.notes,
            )

    def annotations(self, photo_ids: Sequence[PhotoId]) -> dict[PhotoId, PhotoAnnotations]:
        """Return what is said of the photos that are known."""
        with self._engine.connect() as connection:
            return read_marks(connection, photo_ids)

    def photo_at(self, path: bytes) -> PhotoId | None:
        """Return the photo whose file stands at the absolute `path` (as `os.fsencode` gives it)."""
        with self._engine.connect() as connection:
            for root in connection.execute(select(Root.id, Root.path)):
                prefix = root.path.rstrip(b"/\\") + _SEPARATOR
                if not path.startswith(prefix):
                    continue
                folder, _, name = path[len(prefix) :].rpartition(_SEPARATOR)
                found = connection.execute(
                    select(File.photo_id).where(
                        File.root_id == root.id,
                        File.folder == folder,
                        File.name == name,
                        File.state != FileState.MISSING,
                    )
                ).scalar()
                if found is not None:
                    return PhotoId(found)
        return None

    def counts(self) -> Counts:
        """Count the photos by state."""
        with self._engine.connect() as connection:
            by_state = {
                row.state: row.photos
                for row in connection.execute(select(Photo.state, func.count().label("photos")).group_by(Photo.state))
            }
        return Counts(
            waiting=by_state.get(PhotoState.WAITING, 0),
            ready=by_state.get(PhotoState.READY, 0),
            failed=by_state.get(PhotoState.FAILED, 0),
            missing=by_state.get(PhotoState.MISSING, 0),
        )

    def enrichment_to_come(self) -> dict[EnrichmentKind, int]:
        """Count the photos that are still to be looked at, by kind; whether such work is wanted is not known here."""
        with self._engine.connect() as connection:
            return enrichment_queue.to_come(connection)

    def understood(self) -> Understood:
        """Count what labels and text there are."""
        labelled = (
            select(func.count(PhotoLabel.photo_id.distinct()))
            .join(EmbeddingModel, EmbeddingModel.id == PhotoLabel.model_id)
            .where(EmbeddingModel.active, PhotoLabel.label != "")
        )
        with self._engine.connect() as connection:
            looked, found = connection.execute(select(func.count(), func.count(PictureText.text))).one()
            return Understood(connection.execute(labelled).scalar_one(), looked, found)

    def roots(self) -> list[RootRow]:
        """Return the folders of the library in the order they were added."""
        photos = (
            select(func.count(File.photo_id.distinct()))
            .where(File.root_id == Root.id, File.state != FileState.MISSING)
            .scalar_subquery()
        )
        with self._engine.connect() as connection:
            return [
                RootRow(RootId(row.id), _text(row.path), row.offline, row.photos)
                for row in connection.execute(
                    select(Root.id, Root.path, Root.offline, photos.label("photos")).order_by(Root.id)
                )
            ]

    def removal_effect(self, root_id: RootId) -> RemovalEffect:
        """Count what removing a folder would take out of the library."""
        with self._engine.connect() as connection:
            return removal_effect(connection, root_id)

    def failed_files(self, limit: int | None = None) -> list[FailedFile]:
        """Return the files that could not be read, the newest failure first."""
        return self._with_reasons(File.reason, File.state == FileState.FAILED, limit)

    def flawed_files(self, limit: int | None = None) -> list[FailedFile]:
        """Return the files that are shown as far as they are there, and why they are not whole."""
        whole = (File.state == FileState.READY) & (File.role == FileRole.PRIMARY)
        return self._with_reasons(Photo.flaw, whole & Photo.flaw.is_not(None), limit)

    def _with_reasons(
        self, reason: InstrumentedAttribute[str | None], which: ColumnElement[bool], limit: int | None
    ) -> list[FailedFile]:
        query = (
            select(File.id, Root.path.label("root"), File.folder, File.name, reason.label("reason"), File.failed_at)
            .join(Root, Root.id == File.root_id)
            .join(Photo, Photo.id == File.photo_id)
            .where(which)
            .order_by(File.failed_at.desc(), File.id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [
                FailedFile(
                    FileId(row.id),
                    _path(row),
                    row.reason or "",
                    None if row.failed_at is None else datetime.fromtimestamp(row.failed_at, UTC),
                )
                for row in connection.execute(query)
            ]

    def left_out(self) -> list[LeftOut]:
        """Return what is not indexed in the library's folders, by reason and path."""
        with self._engine.connect() as connection:
            return read_left_out(connection)

    def exclusions(self) -> tuple[str, ...]:
        """Return the folders and patterns that the user keeps out, in the order they were added."""
        with self._engine.connect() as connection:
            return patterns(connection)

    def active_model(self) -> str | None:
        """Return the id of the model whose vectors answer searches."""
        with self._engine.connect() as connection:
            return connection.execute(select(EmbeddingModel.name).where(EmbeddingModel.active)).scalar()

    def place_names(self) -> frozenset[str]:
        """Return the names of towns, regions and countries of the library's photos."""
        with self._engine.connect() as connection:
            keys = distinct_values(connection, Photo.place_key)
        return frozenset(name for key in keys for name in key.split(KEY_SEPARATOR)[:3] if name)

    def recent_searches(self, limit: int = 20) -> list[str]:
        """Return what was searched for, newest first."""
        query = select(RecentSearch.text).order_by(RecentSearch.used_at.desc()).limit(limit)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())


_SEPARATOR = b"\\" if Path("a\\b").parts == ("a", "b") else b"/"

_ROWS = (
    select(
        Photo.id,
        Photo.state,
        Photo.kind,
        Photo.content_size,
        Photo.content_hash,
        Photo.width,
        Photo.height,
        Photo.duration_ms,
        Photo.favourite,
        Photo.rating,
        Photo.file_rating,
        Photo.taken_wall,
        Photo.taken_offset_minutes,
        Photo.date_precision,
        Photo.date_source,
        Photo.colour_label,
        Root.path.label("root"),
        Root.offline,
        File.folder,
        File.name,
        File.size,
        File.mtime_ns,
        File.role,
        (File.state == FileState.MISSING).label("missing"),
    )
    .join(File, File.photo_id == Photo.id)
    .join(Root, Root.id == File.root_id)
    .where(Photo.id.in_(bindparam("ids", expanding=True)))
    .order_by(
        Photo.id,
        File.state == FileState.MISSING,
        File.role != FileRole.PRIMARY,
        Root.offline.is_not(None),
        File.id,
    )
)


_AnyRow = Row[*tuple[Any, ...]]


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _path(row: _AnyRow) -> str:
    parts = [row.root.rstrip(b"/\\")] + ([row.folder] if row.folder else []) + [row.name]
    return _text(_SEPARATOR.join(parts))


def _photo_row(files: Sequence[_AnyRow]) -> PhotoRow:
    row = files[0]
    roles = {file.role for file in files if not file.missing}
    return PhotoRow(
        photo_id=PhotoId(row.id),
        path=_path(row),
        state=PhotoState(row.state),
        kind=MediaKind(row.kind),
        content=None if row.content_hash is None else ContentKey(row.content_size, row.content_hash),
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        favourite=row.favourite,
        stars=stars(row.rating, row.file_rating),
        offline=row.offline,
        taken_at=taken_at(row),
        date_source=None if row.date_source is None else DateSource(row.date_source),
        colour_label=None if row.colour_label is None else ColourLabel(row.colour_label),
        has_raw=row.kind == MediaKind.RAW or FileRole.COMPANION_RAW in roles,
        has_movie=FileRole.COMPANION_MOVIE in roles,
    )


def _camera(make: str | None, model: str | None) -> str | None:
    if make and model and not model.lower().startswith(make.lower().split()[0]):
        return f"{make} {model}"
    return model or make
