"""The catalog as the window sees it: opened and asked for long lists in a thread, for single rows at once."""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from core.settings.paths import LibraryPaths
from core.values.errors import CatalogTooOldError, EideticError
from core.values.photo import PhotoId
from desktop_app.backend.tasks import LatestOnly, TaskRunner

if TYPE_CHECKING:
    from core.catalog.annotation_reader import PhotoAnnotations
    from core.catalog.reader import CatalogReader, PhotoDetails, PhotoRow

log = logging.getLogger(__name__)

R = TypeVar("R")


class Rows(Protocol):
    """Where the rows of photos come from."""

    def rows(self, photo_ids: Sequence[PhotoId]) -> "dict[PhotoId, PhotoRow]":
        """Return the rows that are known."""


class CatalogLink(QObject):
    """One catalog, read-only.

    The reader is imported in the thread, after the window is on the screen: SQLAlchemy takes longer than Qt.

    Signals:
        opened: rows can be asked for now.
        absent: there is no catalog yet; the engine makes one.
        failed: with a message for the user: there is one, and it cannot be used.
    """

    opened = Signal()
    absent = Signal()
    failed = Signal(str)

    def __init__(self, paths: LibraryPaths, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths = paths
        self._tasks = tasks
        self._opening = LatestOnly[None](lambda _: tasks.run(self._open, self._opened, self._open_failed))
        self._reader: CatalogReader | None = None

    @property
    def is_open(self) -> bool:
        return self._reader is not None

    def open(self) -> None:
        """Open the catalog if it is not open; one of the signals follows."""
        if self._reader is not None:
            # The engine that is ready again may have repaired the catalog, which is another file then.
            self._reader.reconnect()
        else:
            # Whoever asks meanwhile may know of a catalog that was made after this attempt looked for it.
            self._opening.ask(None)

    def close(self) -> None:
        """Close it. Nothing reads it any more: the tasks were closed before."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def read(
        self,
        question: "Callable[[CatalogReader], R]",
        on_done: Callable[[R], None],
        on_failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Ask something long in the thread. Nothing happens while the catalog is not open."""
        reader = self._reader
        if reader is not None:
            self._tasks.run(lambda: question(reader), on_done, on_failed)

    def rows(self, photo_ids: Sequence[PhotoId]) -> "dict[PhotoId, PhotoRow]":
        """Return the rows of some photos, at once: some milliseconds for a hundred."""
        return {} if self._reader is None else self._reader.rows(photo_ids)

    def details(self, photo_id: PhotoId) -> "PhotoDetails | None":
        """Return everything about one photo, at once."""
        return None if self._reader is None else self._reader.details(photo_id)

    def annotations(self, photo_ids: Sequence[PhotoId]) -> "dict[PhotoId, PhotoAnnotations]":
        """Return what is said of some photos, at once."""
        return {} if self._reader is None else self._reader.annotations(photo_ids)

    def _open(self) -> "CatalogReader":
        from core.catalog.reader import CatalogReader

        return CatalogReader.open(self._paths.catalog)

    def _opened(self, reader: "CatalogReader") -> None:
        self._reader = reader
        self._opening.finished(go_on=False)
        self.opened.emit()

    def _open_failed(self, error: Exception) -> None:
        again = self._opening.finished(go_on=False)
        if isinstance(error, (FileNotFoundError, CatalogTooOldError)) and again:
            self.open()
        elif isinstance(error, FileNotFoundError):
            self.absent.emit()
        elif isinstance(error, CatalogTooOldError):
            # The engine is bringing it up to date, and will be ready when it has.
            log.info("%s", error)
        elif isinstance(error, EideticError):
            self.failed.emit(str(error))
        else:
            raise error
