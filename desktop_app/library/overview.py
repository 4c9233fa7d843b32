"""Keeps an eye on the library as a whole: how many photos, which folders, what could not be read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.engine.protocol import LibraryChanged
from desktop_app.backend.catalog import CatalogLink
from desktop_app.backend.engine import EngineLink

if TYPE_CHECKING:
    from core.catalog.reader import CatalogReader, Counts, FailedFile, RootRow

LOOK_MS = 800
MOST_FAILED = 1_000


@dataclass(frozen=True, slots=True)
class Overview:
    """The library at one moment. `failed`: at most a thousand, the newest first."""

    counts: "Counts"
    favourites: int
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
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._soon.timeout.connect(self.theme)
        catalog.opened.connect(self.theme)
        engine.ready.connect(self.theme)
        engine.roots_changed.connect(self.theme)
        engine.library_changed.connect(self._library_changed)

    def theme(self) -> None:
        """Read it now."""
        self._catalog.read(_read, self.changed.emit)

    def _library_changed(self, _change: LibraryChanged) -> None:
        if not self._soon.isActive():
            self._soon.start()


def _read(reader: "CatalogReader") -> Overview:
    return Overview(
        reader.counts(),
        len(reader.photo_ids(favourites=True)),
        tuple(reader.roots()),
        tuple(reader.failed_files(MOST_FAILED)),
    )
