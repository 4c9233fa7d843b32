"""The parts of a library that can be looked at: which photos each has, how many, and the tree of folders."""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, or_, select

from core.catalog.photo_dates import UNDATED
from core.catalog.schema import File, Photo, Root
from core.values.photo import FileRole, FileState, MediaKind, RootId
from core.values.scope import RECENT_DAYS, Scope, ScopeKind

Ids = npt.NDArray[np.int64]

SHOWN = and_(Photo.state != literal_column("'missing'"), Photo.state != literal_column("'failed'"))
"""Files that could not be read are told of in a place of their own.

In the words of the partial index `photos_shown`; put as a list of the other states, SQLite takes another and sorts.
"""
_DAY_SECONDS = 86_400
_SEPARATOR = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder with photos, or on the way to some.

    Attributes:
        path: absolute, without a separator at its end.
        photos: in it and below it.
        depth: 0 for the root itself.
    """

    root_id: RootId
    path: str
    photos: int
    depth: int


@dataclass(frozen=True, slots=True)
class ScopeCounts:
    """How many photos each part of the library has, but for folders."""

    photos: dict[ScopeKind, int] = field(default_factory=dict)

    def of(self, kind: ScopeKind) -> int:
        """Return the number of one part."""
        return self.photos.get(kind, 0)


def scope_ids(connection: Connection, scope: Scope, today: date, *, oldest_first: bool = False) -> Ids:
    """Return the ids of a part's photos by date, undated ones last; shape (n,)."""
    # Undated ones come before all others by number: newest first is the index read backwards, without sorting.
    order = (
        (Photo.sort_at == UNDATED, Photo.sort_at, Photo.id) if oldest_first else (Photo.sort_at.desc(), Photo.id.desc())
    )
    query = select(Photo.id).where(SHOWN).order_by(*order)
    if scope.kind is ScopeKind.FOLDER:
        query = query.where(Photo.id.in_(_in_folder(connection, scope)))
    elif scope.kind is not ScopeKind.ALL:
        query = query.where(_condition(scope.kind, today))
    # One long value is read far quicker than very many rows.
    ordered = query.subquery()
    joined = connection.execute(select(func.group_concat(ordered.c.id))).scalar()
    return np.fromstring(joined or "", np.int64, sep=",")


def read_scope_counts(connection: Connection, today: date) -> ScopeCounts:
    """Count the photos of each part."""
    kinds = (
        ScopeKind.FAVOURITES,
        ScopeKind.VIDEOS,
        ScopeKind.SCREENSHOTS,
        ScopeKind.RECENT,
        ScopeKind.ON_THIS_DAY,
    )
    columns = [func.count().filter(_condition(kind, today)).label(kind.name) for kind in kinds]
    row = connection.execute(select(func.count(), *columns).where(SHOWN)).one()
    return ScopeCounts(dict(zip((ScopeKind.ALL, *kinds), row, strict=True)))


def read_folders(connection: Connection) -> tuple[FolderRow, ...]:
    """Return all folders of all roots as a tree, each before those below it, by name.

    A photo with copies in two folders counts in both, and twice in the folder above them.
    """
    query = (
        select(Root.id, Root.path, File.folder, func.count(File.photo_id.distinct()).label("photos"))
        .join(File, File.root_id == Root.id)
        .join(Photo, Photo.id == File.photo_id)
        .where(File.state != FileState.MISSING, File.role == FileRole.PRIMARY, SHOWN)
        .group_by(Root.id, File.folder)
    )
    counts: Counter[tuple[int, bytes, tuple[bytes, ...]]] = Counter()
    for row in connection.execute(query):
        names = tuple(row.folder.split(_SEPARATOR)) if row.folder else ()
        for depth in range(len(names) + 1):
            counts[row.id, row.path, names[:depth]] += row.photos
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], [_sort_key(name) for name in item[0][2]]))
    return tuple(
        FolderRow(RootId(root), os.fsdecode(_SEPARATOR.join((path.rstrip(b"/\\"), *names))), photos, len(names))
        for (root, path, names), photos in ordered
    )


def _sort_key(name: bytes) -> tuple[str, bytes]:
    return os.fsdecode(name).casefold(), name


def _condition(kind: ScopeKind, today: date) -> ColumnElement[bool]:
    match kind:
        case ScopeKind.FAVOURITES:
            return Photo.favourite.is_(True)
        case ScopeKind.VIDEOS:
            return Photo.kind == MediaKind.VIDEO
        case ScopeKind.SCREENSHOTS:
            return Photo.is_screenshot.is_(True)
        case ScopeKind.RECENT:
            midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
            return Photo.added_at >= int((midnight - timedelta(days=RECENT_DAYS)).timestamp())
        case ScopeKind.ON_THIS_DAY:
            known_to_the_day = Photo.taken_until - Photo.taken_wall < _DAY_SECONDS
            same = func.strftime("%m-%d", Photo.taken_wall, "unixepoch") == f"{today:%m-%d}"
            return and_(known_to_the_day, same)
    raise ValueError(f"{kind} is no part that a condition makes")


def _in_folder(connection: Connection, scope: Scope) -> Select[int]:
    """Return the photos with a file in a folder of a root or below it, as a subquery."""
    root = connection.execute(select(Root.path).where(Root.id == scope.root_id)).scalar()
    query = select(File.photo_id).where(File.root_id == scope.root_id, File.state != FileState.MISSING)
    if root is None or scope.path is None:
        return query
    inside = os.fsencode(os.path.relpath(scope.path, os.fsdecode(root)))
    if inside == b".":
        return query
    # Not LIKE: names of folders may hold its wildcards.
    below = inside + _SEPARATOR
    return query.where(or_(File.folder == inside, File.folder.between(below, below + b"\xff")))
