"""The window: makes the parts and couples them. What they do stands in their own rooms."""

import os
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from core.settings.schema import Settings
from core.values.filters import DateFilter
from desktop_app.backend.session import Session
from desktop_app.details.details_panel import DetailsPanel
from desktop_app.grid.photo_controller import PhotoController
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.library.controller import LibraryController
from desktop_app.library.listing_controller import ListingController
from desktop_app.library.sidebar import Sidebar
from desktop_app.library.status_line import StatusLine
from desktop_app.main_area import MainArea
from desktop_app.navigation import window_state
from desktop_app.navigation.drops import DropTarget
from desktop_app.navigation.navigator import Navigator
from desktop_app.navigation.view import Page
from desktop_app.navigation.window_actions import WindowActions
from desktop_app.panels import Panels
from desktop_app.search.controller import SearchController
from desktop_app.theme.colours import ThemeMode
from desktop_app.theme.focus_ring import FocusRing


class MainWindow(QMainWindow):
    """One library, shown.

    Attributes:
        sidebar, centre, grid, details, status, panels: what is seen.
        search, photos, library, listing, navigator, actions: what couples it.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        theme, settings = session.theme, session.settings.value
        self.setWindowTitle("Eidetic")
        self.setMinimumSize(520, 400)
        self.sidebar = Sidebar(theme)
        self.details = DetailsPanel(theme)
        self.status = StatusLine(theme)
        self.grid = PhotoGrid(session.photos, session.cache, session.catalog, theme)
        self.centre = MainArea(theme, session.tasks, self.grid, settings, session.paths)
        self.panels = Panels(theme, self.sidebar, self.centre, self.details)
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.panels, 1)
        whole.addWidget(self.status)
        self.setCentralWidget(body)
        # Not in the main area, which the viewer covers: what was done there can be undone there.
        self.centre.toast.setParent(self)
        self.search = SearchController(session, self.centre.box, self.centre.chips, self.centre.header, self)
        self.navigator = Navigator(self.centre, self.sidebar, self.search, self.grid)
        self.library = LibraryController(self, session, self.centre, self.sidebar, self.status)
        self.photos = PhotoController(self, session, self.grid, self.details)
        self.listing = ListingController(session, self.centre, self.status, self.search, self.navigator)
        self.doing = WindowActions(
            self,
            centre=self.centre,
            panels=self.panels,
            search=self.search,
            photos=self.photos,
            navigator=self.navigator,
        )
        self.doing.add_keys(session, self.status)
        self.drops = DropTarget(self, theme, self.library, self.search, self.navigator)
        FocusRing(theme, self)
        self._connect()
        self._use_settings(settings)
        self._restore()

    def come_to_front(self, opened: str | None) -> None:
        """Be seen; another start of the program wants that, perhaps with a folder or a picture."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        if opened is not None:
            self.open_path(opened)

    def open_path(self, path: str) -> None:
        """Add a folder, or search by a picture; whoever opens it with Eidetic means one of these."""
        if os.path.isfile(path):
            self.navigator.to_photos()
            self.search.add_files([path])
        else:
            self.library.add_folder(path)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        state = window_state.WindowState(
            geometry=window_state.geometry_of(self),
            sidebar=self.panels.sidebar_wanted,
            details=self.panels.details_wanted,
            folded=tuple(map(window_state.quoted, self.sidebar.folded)),
        )
        window_state.save(self._session.paths.data, state.showing(self.navigator.view))
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.photos.viewer.viewer.setGeometry(self.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.doing.escape()
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        messages, keeper = self.library.messages, self._session.settings
        self.library.known.connect(self.listing.show_overview)
        self.library.folder_added.connect(self.listing.folder_added)
        messages.settings_wanted.connect(self.doing.show_models)
        self.search.finder.failed.connect(partial(messages.warn, "search"))
        self.search.warned.connect(partial(messages.warn, "search"))
        self.search.asked.connect(lambda: self.photos.set_among_results(self.search.is_search))
        self.photos.said.connect(messages.say)
        self.photos.done.connect(messages.say_done)
        self.photos.failed.connect(partial(messages.problem, "annotations"))
        self.grid.zoom_wanted.connect(self.status.zoom)
        self.grid.dates_chosen.connect(lambda first, last: self.search.narrow(DateFilter(first, last)))
        self.sidebar.scope_chosen.connect(self.panels.close_over)
        self.navigator.page_changed.connect(self._page_changed)
        self.centre.settings.changed.connect(keeper.use)
        keeper.changed.connect(self._use_settings)
        keeper.failed.connect(partial(messages.problem, "settings"))
        self.status.tile_px_changed.connect(keeper.set_tile_px)

    def _use_settings(self, settings: Settings) -> None:
        self._session.theme.use(ThemeMode(settings.window.theme))
        self.grid.set_tile_px(settings.window.thumbnail_px)
        self.status.set_tile_px(settings.window.thumbnail_px)
        self.centre.settings.show_settings(settings)
        self.search.use_settings(settings)

    def _page_changed(self) -> None:
        bare = self.centre.page in {Page.WELCOME, Page.SETTINGS}
        self.panels.show_for_page(bare=bare, with_details=self.centre.page in {Page.GRID, Page.EMPTY})
        self.status.setVisible(not bare)

    def _restore(self) -> None:
        """Show the window as it was left, or as it opens first."""
        state = window_state.load(self._session.paths.data)
        window_state.restore_geometry(self, state.geometry)
        self.panels.sidebar_wanted, self.panels.details_wanted = state.sidebar, state.details
        self.sidebar.restore(state.folds)
        if self._session.paths.catalog.exists():
            self.navigator.restore(state.view)
            # Else Qt gives the focus, with its ring, to the first button there is.
            self.grid.setFocus()
        else:
            self.navigator.show_page(Page.WELCOME)
        self._page_changed()
