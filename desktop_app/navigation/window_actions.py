"""What can be done from anywhere in the window, by a key or a button: one method each, and the keys that call them."""

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from core.values.photo import PhotoId
from desktop_app.backend.session import Session
from desktop_app.grid.photo_controller import PhotoController
from desktop_app.library.status_line import StatusLine
from desktop_app.main_area import MainArea
from desktop_app.navigation import shortcuts
from desktop_app.navigation.navigator import Navigator
from desktop_app.navigation.view import Page
from desktop_app.panels import Panels
from desktop_app.search.controller import SearchController
from desktop_app.settings.entries import PageId


class WindowActions(QObject):
    """The actions of one window."""

    def __init__(
        self,
        window: QWidget,
        *,
        centre: MainArea,
        panels: Panels,
        search: SearchController,
        photos: PhotoController,
        navigator: Navigator,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._centre = centre
        self._panels = panels
        self._search = search
        self._photos = photos
        self._navigator = navigator
        centre.box.left.connect(centre.grid.focus_first)
        centre.box.cleared.connect(self.escape)
        centre.box.picture_wanted.connect(self.choose_picture)
        centre.top.sidebar.clicked.connect(panels.toggle_sidebar)
        centre.top.details.clicked.connect(panels.toggle_details)
        centre.top.settings_wanted.connect(partial(self.show_settings, None))
        centre.top.shortcuts_wanted.connect(partial(self.show_settings, PageId.KEYBOARD))
        centre.top.about_wanted.connect(partial(self.show_settings, PageId.ABOUT))
        centre.settings.forget_wanted.connect(partial(search.forget, None))
        centre.settings.use_keys([(self.tr("Photos"), centre.grid.actions())])
        centre.settings.closed.connect(self.close_settings)
        centre.grid.action_wanted.connect(self.do)
        photos.similar_wanted.connect(self.find_similar)
        photos.refine_wanted.connect(self.refine)
        photos.tag_wanted.connect(self.type_tag)

    def add_keys(self, session: Session, status: StatusLine) -> None:
        """Make the keys of the window do what belongs to them."""
        top = self._centre.top
        shortcuts.install(
            self._window,
            {
                "search": self.focus_box,
                "back": top.back.click,
                "forward": top.forward.click,
                "undo": session.undo.take_back,
                "redo": session.undo.do_again,
                "larger": partial(status.zoom, 1),
                "smaller": partial(status.zoom, -1),
                "sidebar": self._panels.toggle_sidebar,
                "details": self._panels.toggle_details,
                "paste": self.paste,
                "full screen": self.toggle_full_screen,
                "settings": partial(self.show_settings, None),
                "shortcuts": partial(self.show_settings, PageId.KEYBOARD),
                "quit": self._window.close,
            },
        )

    def do(self, name: str) -> None:
        """Do what a bare key asks for in the grid."""
        {"details": self._panels.toggle_details, "search": self.focus_box}[name]()

    def escape(self) -> None:
        """Leave one thing, the nearest: a panel over the photos, the selection, the page, the search."""
        if self._panels.is_over:
            self._panels.close_over()
        elif self._centre.page is Page.SETTINGS:
            self.close_settings()
        elif not self._centre.grid.clear_selection():
            self._navigator.to_photos()
            self._search.reset()

    def focus_box(self) -> None:
        """Get ready to type a search."""
        if self._centre.page is not Page.WELCOME:
            self._navigator.to_photos()
            self._centre.box.focus()

    def paste(self) -> None:
        """Search by the picture on the clipboard, or type what is there."""
        focused = QApplication.focusWidget()
        if self._centre.page is Page.WELCOME or (isinstance(focused, QLineEdit) and not self._search.can_paste()):
            return
        if not self._search.paste():
            self.focus_box()
            self._centre.box.line.paste()

    def choose_picture(self) -> None:
        """Let the user choose a file to search by."""
        title, kinds = self.tr("Choose a picture to search with"), self.tr("Pictures (*)")
        file, _ = QFileDialog.getOpenFileName(self._window, title, "", kinds)
        if file:
            self._search.add_files([file])

    def find_similar(self, photo_id: PhotoId) -> None:
        """Search by a photo of the library."""
        self._photos.viewer.close_viewer()
        self._navigator.to_photos()
        self._search.find_similar(photo_id)

    def refine(self, photo_ids: list[PhotoId], liked: bool) -> None:
        """Search again with these results in mind."""
        self._photos.viewer.close_viewer()
        self._search.refine(photo_ids, liked=liked)

    def type_tag(self) -> None:
        """Get ready to type a tag for what is selected."""
        self._panels.show_details()
        self._photos.focus_tag_line()

    def show_settings(self, page: PageId | None) -> None:
        """Show the settings, on one of their pages or where they were left."""
        if self._centre.page is not Page.WELCOME:
            if page is not None:
                self._centre.settings.show_page(page)
            self._navigator.show_page(Page.SETTINGS)

    def show_models(self) -> None:
        """Show what there is to say of the model."""
        self.show_settings(PageId.MODELS)

    def close_settings(self) -> None:
        """Go back to what was seen before the settings."""
        if not self._navigator.step(-1):
            self._navigator.to_photos()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or no longer."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)
