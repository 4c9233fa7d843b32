"""The photos of the grid as a Qt model: ids in one array, rows read when they are drawn. Knows no pixmaps."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from core.values.paths import shown
from core.values.photo import PhotoId, PhotoState
from core.values.query import Hit
from desktop_app.backend.catalog import Rows
from desktop_app.system.files import url_of

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow

PAGE = 96
MOST_ROWS = 4096
NO_PHOTO = PhotoId(-1)
"""Stands in the array where the card of the relevance line is drawn."""

Ids = npt.NDArray[np.int64]
AnyIndex = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate and the panels ask for, beside Qt's own roles."""

    PHOTO_ID = Qt.ItemDataRole.UserRole
    ROW = Qt.ItemDataRole.UserRole + 1
    HIT = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class Listing:
    """What the grid shows.

    Attributes:
        ids: photos in order, shape (n,).
        hits: of a search: by id, for the score and the reasons.
        relevant: of a search: how many of `ids` are above the relevance line; None when there is no line.
    """

    ids: Ids
    hits: Mapping[PhotoId, Hit]
    relevant: int | None = None

    @classmethod
    def of_hits(cls, hits: Sequence[Hit]) -> "Listing":
        """Return the listing of a search's answer."""
        ids = np.array([hit.photo_id for hit in hits], dtype=np.int64)
        return cls(ids, {hit.photo_id: hit for hit in hits}, sum(hit.relevant for hit in hits))

    def unfolded(self, photo_id: PhotoId) -> "Listing":
        """Return the listing with the photos of one stack side by side."""
        hit = self.hits.get(photo_id)
        place = np.flatnonzero(self.ids == photo_id)
        if hit is None or not hit.stack or not len(place):
            return self
        alone = hit._replace(stack=())
        hits = {**self.hits, photo_id: alone} | {other: alone._replace(photo_id=other) for other in hit.stack}
        ids = np.insert(self.ids, int(place[0]) + 1, np.array(hit.stack, dtype=np.int64))
        relevant = self.relevant
        if relevant is not None and hit.relevant:
            relevant += len(hit.stack)
        return Listing(ids, hits, relevant)

    @classmethod
    def of_ids(cls, ids: Ids) -> "Listing":
        """Return the listing of photos nobody searched for."""
        return cls(ids, {})


EMPTY = Listing(np.empty(0, dtype=np.int64), {})


class PhotoListModel(QAbstractListModel):
    """One photo a row; one more row for the relevance line, where a search has weaker hits."""

    def __init__(self, rows: Rows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = rows
        self._listing = EMPTY
        self._ids: Ids = EMPTY.ids
        self._line: int | None = None
        self._rows: OrderedDict[PhotoId, PhotoRow] = OrderedDict()

    @property
    def listing(self) -> Listing:
        """What is shown."""
        return self._listing

    @property
    def line_row(self) -> int | None:
        """The row of the relevance line, if there is one."""
        return self._line

    @property
    def weaker(self) -> int:
        """How many hits are below the relevance line."""
        return 0 if self._listing.relevant is None else len(self._listing.ids) - self._listing.relevant

    def show(self, listing: Listing) -> bool:
        """Show another listing. Returns whether the photos or their order changed; then the model was reset."""
        line = listing.relevant if listing.relevant is not None and listing.relevant < len(listing.ids) else None
        ids = listing.ids if line is None else np.insert(listing.ids, line, NO_PHOTO)
        if line == self._line and np.array_equal(ids, self._ids):
            self._listing = listing
            return False
        self.beginResetModel()
        self._listing, self._ids, self._line = listing, ids, line
        self.endResetModel()
        return True

    def forget(self, photo_ids: Iterable[PhotoId] | None) -> None:
        """Read these rows anew when they are next drawn; all of them when None."""
        if photo_ids is None:
            self._rows.clear()
        else:
            for photo_id in photo_ids:
                self._rows.pop(photo_id, None)

    def rowCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def photo_at(self, row: int) -> PhotoId | None:
        """Return the photo of a row; None for the relevance line and outside."""
        if not 0 <= row < len(self._ids) or row == self._line:
            return None
        return PhotoId(int(self._ids[row]))

    def row_of(self, photo_id: PhotoId) -> int | None:
        """Return where a photo is shown, or None."""
        found = np.flatnonzero(self._ids == photo_id)
        return int(found[0]) if len(found) else None

    def place_of(self, photo_id: PhotoId) -> int | None:
        """Return which of the photos it is, from 0; unlike the row, this does not count the relevance line."""
        found = np.flatnonzero(self._listing.ids == photo_id)
        return int(found[0]) if len(found) else None

    def photo_row(self, row: int) -> "PhotoRow | None":
        """Return what is to be drawn in a row; None when the photo is no longer in the catalog."""
        photo_id = self.photo_at(row)
        if photo_id is None:
            return None
        if photo_id not in self._rows:
            self._read_around(row)
        return self._rows.get(photo_id)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = index.row()
        match role:
            case Role.PHOTO_ID:
                return self.photo_at(row)
            case Role.ROW:
                return self.photo_row(row)
            case Role.HIT:
                photo_id = self.photo_at(row)
                return None if photo_id is None else self._listing.hits.get(photo_id)
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._name(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._described(row)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if index.row() == self._line:
            return Qt.ItemFlag.ItemNeverHasChildren
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """Let photos be dragged into other programs, as their files."""
        rows = [self.photo_row(index.row()) for index in indexes]
        data = QMimeData()
        data.setUrls([url_of(row.path) for row in rows if row is not None])
        return data

    def _read_around(self, row: int) -> None:
        start = row // PAGE * PAGE
        wanted = [PhotoId(int(photo_id)) for photo_id in self._ids[start : start + PAGE] if photo_id != NO_PHOTO]
        self._rows.update(self._source.rows([photo_id for photo_id in wanted if photo_id not in self._rows]))
        while len(self._rows) > MOST_ROWS:
            self._rows.popitem(last=False)

    def _name(self, row: int) -> str:
        photo = self.photo_row(row)
        return "" if photo is None else shown(PurePath(photo.path).name)

    def _described(self, row: int) -> str:
        if row == self._line:
            return self.tr("Weaker matches follow: %Ln photo(s)", "", self.weaker)
        photo = self.photo_row(row)
        if photo is None:
            return ""
        parts = [self._name(row)]
        if photo.favourite:
            parts.append(self.tr("favourite"))
        if photo.stars:
            parts.append(self.tr("%Ln star(s)", "", photo.stars))
        if photo.duration_ms is not None:
            parts.append(self.tr("video, %1").replace("%1", clock(photo.duration_ms)))
        if photo.state is PhotoState.WAITING:
            parts.append(self.tr("not read yet"))
        elif photo.state is PhotoState.FAILED:
            parts.append(self.tr("could not be read"))
        if photo.offline is not None:
            parts.append(self.tr("offline"))
        return ", ".join(parts)


def clock(milliseconds: int) -> str:
    """Return a duration as 1:05 or 1:02:03."""
    whole = str(timedelta(seconds=milliseconds // 1000))
    return whole.removeprefix("0:").removeprefix("0") if whole.startswith("0:") else whole
