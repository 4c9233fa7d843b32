"""Keeps an eye on the library as a whole: how many photos, which folders, what could not be read."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.engine.protocol import LibraryChanged
from desktop_app.backend.catalog import CatalogLink
from desktop_app.backend.engine import EngineLink
from desktop_app.backend.tasks import LatestOnly

if TYPE_CHECKING:
    from core.catalog.reader import CatalogReader, Counts, FailedFile, RootRow
    from core.catalog.scopes import FolderRow, ScopeCounts

LOOK_MS = 800
MOST_FAILED = 1_000


@dataclass(frozen=True, slots=True)
class Overview:
    """The library at one moment. `failed`: at most a thousand, the newest first."""

    counts: "Counts"
    scopes: "ScopeCounts"
    folders: "tuple[FolderRow, ...]"
    roots: "tuple[RootRow, ...]"
    failed: "tuple[FailedFile, ...]"


class LibraryOverview(QObject):
    """Reads an `Overview` when something changed, at most about once a second.

    Signals:
        changed: with the new `Overview`.
    """

    changed = Signal(object)

    def __init__(self, catalog: CatalogLink, engine: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._reading = LatestOnly[None](self._read)
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._soon.timeout.connect(self.look)
        catalog.opened.connect(self.look)
        engine.ready.connect(self.look)
        engine.roots_changed.connect(self.look)
        engine.library_changed.connect(self._library_changed)

    def look(self) -> None:
        """Read it now."""
        self._reading.ask(None)

    def _read(self, _nothing: None) -> None:
        if self._catalog.is_open:
            self._catalog.read(_read, self._was_read)
        else:
            # `opened` looks again.
            self._reading.finished(go_on=False)

    def _was_read(self, overview: Overview) -> None:
        self.changed.emit(overview)
        self._reading.finished()

    def _library_changed(self, _change: LibraryChanged) -> None:
        if not self._soon.isActive():
            self._soon.start()


def _read(reader: "CatalogReader") -> Overview:
    return Overview(
        reader.counts(),
        reader.scope_counts(date.today()),
        reader.folders(),
        tuple(reader.roots()),
        tuple(reader.failed_files(MOST_FAILED)),
    )
