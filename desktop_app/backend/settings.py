"""Holds the settings, writes each change to the file, and tells who must follow."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import Settings

log = logging.getLogger(__name__)

SAVE_MS = 400


class SettingsKeeper(QObject):
    """The settings of one library.

    Signals:
        changed: with the new `Settings`, at once.
        saved: they are in the file now; the engine may read them.
        failed: with a message: the file cannot be written.
    """

    changed = Signal(object)
    saved = Signal()
    failed = Signal(str)

    def __init__(self, paths: LibraryPaths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = paths.settings
        self._settings = store.load(self._path)
        # A slider sends many changes; the file needs the last.
        self._soon = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._soon.timeout.connect(self.save)

    @property
    def value(self) -> Settings:
        """The settings in force."""
        return self._settings

    def use(self, settings: Settings) -> None:
        """Use other settings from now on."""
        if settings != self._settings:
            self._settings = settings
            self.changed.emit(settings)
            self._soon.start()

    def set_tile_px(self, pixels: int) -> None:
        """Change the width of tiles."""
        window = self._settings.window.model_copy(update={"thumbnail_px": pixels})
        self.use(self._settings.model_copy(update={"window": window}))

    def save(self) -> None:
        """Write the file now."""
        self._soon.stop()
        try:
            store.save(self._path, self._settings)
        except OSError as error:
            self.failed.emit(self.tr("The settings cannot be saved: %1").replace("%1", str(error)))
            return
        self.saved.emit()

    def close(self) -> None:
        """Write what waits."""
        if self._soon.isActive():
            self.save()
