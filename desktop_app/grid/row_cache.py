"""The rows of photos on the screen and near it, read in a thread: painting asks, and never waits."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from core.values.photo import PhotoId
from desktop_app.backend.tasks import LatestOnly

if TYPE_CHECKING:
    from core.catalog.reader import CatalogReader, PhotoRow

MOST_ROWS = 4096
R = TypeVar("R")


class Catalog(Protocol):
    """What answers questions about the catalog from a thread."""

    def read(
        self,
        question: "Callable[[CatalogReader], R]",
        on_done: Callable[[R], None],
        on_failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Ask in a thread; nothing happens while there is no catalog."""


class RowCache(QObject):
    """Rows by photo.

    A row that is not here yet is a placeholder; one that is not in the catalog any more is remembered as gone, and not
    asked for again until something changed. A row that changed is shown as it was until it is read anew.

    Signals:
        arrived: rows came that were asked for.
    """

    arrived = Signal()

    def __init__(self, catalog: Catalog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._rows: OrderedDict[PhotoId, PhotoRow] = OrderedDict()
        self._stale: set[PhotoId] = set()
        self._gone: set[PhotoId] = set()
        self._wanted: list[PhotoId] = []
        self._asking = LatestOnly(self._begin)
        # All tiles of one painting ask together.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    def get(self, photo_id: PhotoId) -> "PhotoRow | None":
        """Return the row as far as it is known."""
        return self._rows.get(photo_id)

    def is_gone(self, photo_id: PhotoId) -> bool:
        """Tell whether the photo is known not to be in the catalog any more."""
        return photo_id in self._gone

    def want(self, photo_ids: Sequence[PhotoId]) -> None:
        """Read those that are not known, instead of what was wanted before and has not begun."""
        missing = [
            photo_id
            for photo_id in photo_ids
            if (photo_id not in self._rows or photo_id in self._stale) and photo_id not in self._gone
        ]
        if missing:
            self._wanted = missing
            self._soon.start()

    def forget(self, photo_ids: Iterable[PhotoId] | None) -> None:
        """Read these anew when they are wanted next; all when None."""
        if photo_ids is None:
            self._stale = set(self._rows)
            self._gone.clear()
        else:
            changed = set(photo_ids)
            self._stale |= changed & self._rows.keys()
            self._gone -= changed

    def _ask(self) -> None:
        self._asking.ask(tuple(self._wanted))

    def _begin(self, photo_ids: tuple[PhotoId, ...]) -> None:
        self._stale.difference_update(photo_ids)
        self._catalog.read(
            lambda reader: reader.rows(photo_ids),
            lambda rows: self._take(photo_ids, rows),
            self._failed,
        )

    def _take(self, photo_ids: tuple[PhotoId, ...], rows: "dict[PhotoId, PhotoRow]") -> None:
        self._rows.update(rows)
        for photo_id in photo_ids:
            if photo_id in rows:
                self._rows.move_to_end(photo_id)
            else:
                self._gone.add(photo_id)
                self._rows.pop(photo_id, None)
        while len(self._rows) > MOST_ROWS:
            self._rows.popitem(last=False)
        self._asking.finished()
        self.arrived.emit()

    def _failed(self, _error: Exception) -> None:
        # What is missing is asked for again when it is painted next.
        self._asking.finished()
