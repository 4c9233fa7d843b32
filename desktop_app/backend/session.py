"""One library that is open in the window: everything behind the widgets, made, started and ended together."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.engine.protocol import ReloadSettings
from core.settings.paths import LibraryPaths
from desktop_app.backend.catalog import CatalogLink
from desktop_app.backend.engine import EngineLink
from desktop_app.backend.settings import SettingsKeeper
from desktop_app.backend.tasks import TaskRunner
from desktop_app.backend.thumbnails import ThumbnailSource
from desktop_app.backend.undo import Undo
from desktop_app.grid.photo_model import PhotoModel
from desktop_app.grid.thumbnail_cache import ThumbnailCache
from desktop_app.library.overview import LibraryOverview
from desktop_app.theme.theme import Theme

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow


class Session(QObject):
    """Holds the links to one library.

    Attributes:
        paths, settings, theme: what it was made with.
        tasks: the threads of the window.
        catalog, engine: the two ways to the library.
        thumbnails, cache: pictures, raw and as they are drawn.
        photos: the model of the grid.
        overview: counts and folders.
        undo: what Ctrl+Z takes back, and redo does again.
    """

    def __init__(self, paths: LibraryPaths, settings: SettingsKeeper, theme: Theme) -> None:
        super().__init__()
        self.paths = paths
        self.settings = settings
        self.theme = theme
        self.tasks = TaskRunner(self)
        self.catalog = CatalogLink(paths, self.tasks, self)
        self.engine = EngineLink(paths, self.tasks, self)
        self.thumbnails = ThumbnailSource(paths.thumbnails)
        self.cache = ThumbnailCache(self.thumbnails, self.tasks, self)
        self.photos = PhotoModel(self.catalog, self)
        self.overview = LibraryOverview(self.catalog, self.engine, self)
        self.undo = Undo()
        self.engine.ready.connect(self.catalog.open)
        settings.saved.connect(self._reload_settings)

    def start(self) -> None:
        """Open the catalog and start the engine. Called when the window is on the screen."""
        self.engine.start()
        self.catalog.open()

    def close(self) -> None:
        """End everything, the engine last: it may still have work to save."""
        self.settings.close()
        self.tasks.close()
        self.catalog.close()
        self.thumbnails.close()
        self.engine.close()

    def jpeg_of(self, row: "PhotoRow") -> bytes | None:
        """Return a photo's thumbnail. May be called from any thread."""
        return None if row.content is None else self.thumbnails.get(row.content)

    def _reload_settings(self) -> None:
        if self.engine.pid is not None:
            self.engine.ask(ReloadSettings())
