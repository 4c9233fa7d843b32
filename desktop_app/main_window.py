"""The window: puts the parts together, and decides which of them are seen."""

import base64
from functools import partial

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMainWindow, QStyle, QVBoxLayout, QWidget

from core.settings.schema import Settings
from core.values.photo import PhotoId
from core.values.scope import ALL, Scope, ScopeKind
from desktop_app.backend.session import Session
from desktop_app.details.details_panel import DetailsPanel
from desktop_app.grid.photo_controller import PhotoController
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.grid.photo_list_model import Listing
from desktop_app.library import listing_words
from desktop_app.library.controller import LibraryController
from desktop_app.library.overview import Overview
from desktop_app.library.sidebar import Sidebar
from desktop_app.library.status_line import StatusLine
from desktop_app.main_area import MainArea, Page
from desktop_app.search import examples
from desktop_app.search.controller import SearchController
from desktop_app.theme.colours import ThemeMode

FIRST_SIZE = QSize(1280, 820)
NARROW = 1000
"""Below this width the details give way to the photos."""
NARROWER = 760
"""Below this width the sidebar does too."""


def first_size(available: QSize, title_bar: int) -> QSize:
    """How large a window without a remembered size opens: it and its title bar fit into what the screen has free."""
    return FIRST_SIZE.boundedTo(available - QSize(0, title_bar))


class MainWindow(QMainWindow):
    """One library, shown.

    Attributes:
        sidebar, centre, grid, details, status: what is seen.
        search, photos, library: what couples it.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        theme, settings = session.theme, session.settings.value
        self._narrow, self._narrower = theme.wide(NARROW), theme.wide(NARROWER)
        self.setWindowTitle("Eidetic")
        self.setAcceptDrops(True)
        self.setMinimumSize(520, 400)
        self.sidebar = Sidebar(theme)
        self.details = DetailsPanel(theme)
        self.status = StatusLine(theme)
        self.grid = PhotoGrid(session.photos, session.cache, theme)
        self.centre = MainArea(theme, self.grid, settings, session.paths)
        self._lay_out()
        self.search = SearchController(session, self.centre.box, self.centre.chips, self.centre.header, self)
        self.library = LibraryController(self, session, self.centre, self.sidebar, self.status)
        self.photos = PhotoController(self, session, self.grid, self.details)
        self._sidebar_wanted: bool | None = None
        self._details_wanted: bool | None = None
        self._overview: Overview | None = None
        self._folder_coming = False
        self._unfolded: set[PhotoId] = set()
        self._connect()
        self._add_shortcuts()
        self._restore_geometry(settings)
        self.status.set_tile_px(settings.window.thumbnail_px)
        self.grid.set_tile_px(settings.window.thumbnail_px)
        self.show_page(Page.GRID if session.paths.catalog.exists() else Page.WELCOME)
        if self.centre.page is Page.GRID:
            # Else Qt gives the focus, with its ring, to the first button there is.
            self.grid.setFocus()

    def show_page(self, page: Page) -> None:
        """Show a page of the middle, and the panels that belong to it."""
        self.centre.show_page(page)
        self._show_panels()

    def come_to_front(self, folder: str | None) -> None:
        """Be seen; another start of the program wants that, perhaps with a folder."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        if folder is not None:
            self.library.add_folder(folder)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self._session.settings.set_geometry(base64.b64encode(self.saveGeometry().data()).decode("ascii"))
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.photos.preview.setGeometry(self.rect())
        self._show_panels()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        typed = event.text()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if typed.strip() and typed.isprintable() and plain:
            if self.photos.preview.isVisible():
                self.photos.preview.close_preview()
            if self.centre.page is not Page.WELCOME:
                self._to_photos()
                self.centre.box.take(typed)
        elif event.key() == Qt.Key.Key_Escape and self.centre.page is not Page.WELCOME:
            self._to_photos()
            self.search.reset()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if examples.has_picture(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        folders = examples.folders_of(event.mimeData())
        for folder in folders:
            self.library.add_folder(folder)
        if self.centre.page is not Page.WELCOME and self.search.add_mime(event.mimeData()):
            self._to_photos()
        elif not folders:
            self.library.messages.say(self.tr("That is no picture to search with, and no folder."))

    def _lay_out(self) -> None:
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.sidebar)
        upper.addWidget(self.centre, 1)
        upper.addWidget(self.details)
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(self.status)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        session, centre, keeper = self._session, self.centre, self._session.settings
        session.catalog.absent.connect(self._nothing_yet)
        self.library.known.connect(self._library_known)
        self.library.folder_added.connect(self._folder_added)
        self.library.messages.settings_wanted.connect(partial(self.show_page, Page.SETTINGS))
        self.sidebar.settings_wanted.connect(partial(self.show_page, Page.SETTINGS))
        self.sidebar.scope_chosen.connect(self._choose_scope)
        self.search.finder.found.connect(self._show_listing)
        self.search.finder.failed.connect(partial(self.library.messages.warn, "search"))
        self.search.warned.connect(partial(self.library.messages.warn, "search"))
        self.search.asked.connect(self._leave_failed)
        self.search.asked.connect(lambda: self.photos.set_among_results(self.search.is_search))
        self.photos.similar_wanted.connect(self._find_similar)
        self.photos.refine_wanted.connect(self._refine)
        self.photos.said.connect(self.library.messages.say)
        self.photos.failed.connect(partial(self.library.messages.problem, "marks"))
        self.photos.tag_wanted.connect(self._focus_tag_line)
        self.grid.unfold_wanted.connect(self._unfold)
        self.grid.zoom_wanted.connect(self.status.zoom)
        centre.box.left.connect(self._focus_grid)
        centre.box.cleared.connect(self.search.reset)
        centre.box.picture_wanted.connect(self._choose_picture)
        centre.empty.action_wanted.connect(self._empty_action)
        centre.settings.changed.connect(keeper.use)
        centre.settings.closed.connect(self._to_photos)
        centre.sidebar_button.clicked.connect(self._toggle_sidebar)
        centre.details_button.clicked.connect(self._toggle_details)
        keeper.changed.connect(self._use_settings)
        keeper.failed.connect(partial(self.library.messages.problem, "settings"))
        self.status.tile_px_changed.connect(keeper.set_tile_px)

    def _add_shortcuts(self) -> None:
        standard = QKeySequence.StandardKey
        for key, do in (
            (QKeySequence(standard.Find), self._focus_box),
            (QKeySequence("Ctrl+L"), self._focus_box),
            (QKeySequence(standard.ZoomIn), partial(self.status.zoom, 1)),
            (QKeySequence(standard.ZoomOut), partial(self.status.zoom, -1)),
            (QKeySequence("Ctrl+,"), partial(self.show_page, Page.SETTINGS)),
            (QKeySequence(standard.Undo), self._session.undo.take_back),
            # The standard key itself, not a sequence of it: on Linux and Windows it is several.
            (standard.Redo, self._session.undo.do_again),
            (QKeySequence("Ctrl+I"), self._toggle_details),
            (QKeySequence("Ctrl+B"), self._toggle_sidebar),
            (QKeySequence(standard.Quit), self.close),
            (QKeySequence(standard.Paste), self._paste),
        ):
            QShortcut(key, self).activated.connect(do)

    def _use_settings(self, settings: Settings) -> None:
        self._session.theme.use(ThemeMode(settings.window.theme))
        self.grid.set_tile_px(settings.window.thumbnail_px)
        self.status.set_tile_px(settings.window.thumbnail_px)
        self.centre.settings.show_settings(settings)
        self.search.use_settings(settings)

    def _restore_geometry(self, settings: Settings) -> None:
        self.resize(
            first_size(self.screen().availableSize(), self.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight))
        )
        if settings.window.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.window.geometry.encode("ascii", "replace")))

    def _nothing_yet(self) -> None:
        if not self._folder_coming:
            self.show_page(Page.WELCOME)

    def _folder_added(self) -> None:
        self._folder_coming = True
        if self.centre.page is Page.WELCOME:
            self.centre.empty.say(*listing_words.first_scan())
            self.show_page(Page.EMPTY)
            self.centre.box.setFocus()

    def _library_known(self, overview: Overview) -> None:
        before, self._overview = self._overview, overview
        if overview.roots:
            self._folder_coming = False
            if self.centre.page is Page.WELCOME:
                self.show_page(Page.GRID)
        elif not self._folder_coming and self.centre.page in {Page.GRID, Page.EMPTY, Page.FAILED}:
            self.show_page(Page.WELCOME)
        if before is None or before.counts != overview.counts:
            self._describe_listing()

    def _choose_scope(self, scope: Scope) -> None:
        if scope.kind is ScopeKind.FAILED:
            self.show_page(Page.FAILED)
            return
        self.show_page(Page.GRID)
        self.search.choose_scope(scope)

    def _leave_failed(self) -> None:
        if self.centre.page is Page.FAILED:
            self.sidebar.choose(ALL)

    def _show_listing(self, listing: Listing, same_question: bool) -> None:
        if not same_question:
            self._unfolded.clear()
        for photo_id in self._unfolded:
            listing = listing.unfolded(photo_id)
        self.grid.show_listing(listing, keep_place=same_question)
        self._describe_listing()

    def _describe_listing(self) -> None:
        listing, question = self._session.photos.listing, self.search.question
        is_search = self.search.is_search
        self.centre.header.say(*listing_words.heading(listing, question.scope, is_search=is_search))
        total = 0 if self._overview is None else self._overview.counts.found
        self.status.show_count(listing_words.total(total))
        if self.centre.page not in {Page.GRID, Page.EMPTY}:
            return
        if len(listing.ids) == 0 and self._overview is not None and (self._overview.roots or self._folder_coming):
            self.centre.empty.say(*listing_words.nothing(question.scope, self._overview, is_search=is_search))
            self.show_page(Page.EMPTY)
        elif len(listing.ids):
            self.show_page(Page.GRID)

    def _unfold(self, photo_id: PhotoId) -> None:
        self._unfolded.add(photo_id)
        self.grid.show_listing(self._session.photos.listing.unfolded(photo_id), keep_place=True)
        self._describe_listing()

    def _empty_action(self) -> None:
        self.search.reset()

    def _find_similar(self, photo_id: PhotoId) -> None:
        if self.photos.preview.isVisible():
            self.photos.preview.close_preview()
        self._to_photos()
        self.search.find_similar(photo_id)

    def _refine(self, photo_ids: list[PhotoId], liked: bool) -> None:
        if self.photos.preview.isVisible():
            self.photos.preview.close_preview()
        self.search.refine(photo_ids, liked=liked)

    def _choose_picture(self) -> None:
        title, kinds = self.tr("Choose a picture to search with"), self.tr("Pictures (*)")
        file, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if file:
            self.search.add_files([file])

    def _paste(self) -> None:
        if not self.search.paste():
            self._focus_box()
            self.centre.box.line.paste()

    def _to_photos(self) -> None:
        if self.centre.page in {Page.SETTINGS, Page.FAILED}:
            self.show_page(Page.GRID)
            if self.sidebar.scope.kind is ScopeKind.FAILED:
                self.sidebar.choose(ALL)
            self._describe_listing()

    def _focus_box(self) -> None:
        self._to_photos()
        self.centre.box.focus()

    def _focus_tag_line(self) -> None:
        if not self.details.isVisible():
            self._toggle_details()
        self.details.annotations.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_grid(self) -> None:
        self.grid.setFocus()
        if not self.grid.currentIndex().isValid() and self._session.photos.rowCount():
            self.grid.setCurrentIndex(self._session.photos.index(0))

    def _toggle_sidebar(self) -> None:
        self._sidebar_wanted = not self.sidebar.isVisible()
        self._show_panels()

    def _toggle_details(self) -> None:
        self._details_wanted = not self.details.isVisible()
        self._show_panels()

    def _show_panels(self) -> None:
        """Show a panel if the user wants it, else if there is room."""
        welcome = self.centre.page is Page.WELCOME
        sidebar = self.width() >= self._narrower if self._sidebar_wanted is None else self._sidebar_wanted
        details = self.width() >= self._narrow if self._details_wanted is None else self._details_wanted
        self.sidebar.setVisible(sidebar and not welcome)
        self.details.setVisible(details and self.centre.page in {Page.GRID, Page.EMPTY})
        self.status.setVisible(not welcome)
