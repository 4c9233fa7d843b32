"""The middle of the window: the search above, messages, and one page below: photos, or what stands for them."""

from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from core.settings.paths import LibraryPaths
from core.settings.schema import Settings
from desktop_app.grid.header_row import HeaderRow
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.library.empty_page import EmptyPage
from desktop_app.library.failed_page import FailedPage
from desktop_app.library.message_bar import MessageBar
from desktop_app.library.welcome_page import WelcomePage
from desktop_app.search.chips_row import ChipsRow
from desktop_app.search.search_box import SearchBox
from desktop_app.settings.page import SettingsPage
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, row

LEAST_HEIGHT = 120
"""What chips and messages leave to the photos, however many they are."""


class Page(IntEnum):
    """What the middle shows; the order is that of the stack."""

    GRID = 0
    EMPTY = 1
    FAILED = 2
    SETTINGS = 3
    WELCOME = 4


class MainArea(QFrame):
    """Holds the parts; knows which belong to which page.

    Attributes:
        box, chips, messages, header, grid, empty, failed, settings, welcome: the parts.
        sidebar_button, details_button: show and hide the panels on either side.
    """

    def __init__(self, theme: Theme, grid: PhotoGrid, settings: Settings, paths: LibraryPaths) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.box = SearchBox(theme)
        self.chips = ChipsRow(theme)
        self.messages = MessageBar(theme)
        self.header = HeaderRow(theme)
        self.grid = grid
        self.empty = EmptyPage(theme)
        self.failed = FailedPage(theme)
        self.settings = SettingsPage(theme, settings, paths)
        self.welcome = WelcomePage()
        self.sidebar_button = IconButton(theme, "sidebar", self.tr("Show or hide the sidebar"))
        self.details_button = IconButton(theme, "details", self.tr("Show or hide the details"))
        for toggle in (self.sidebar_button, self.details_button):
            toggle.setCheckable(False)
        self._top = QWidget()
        self._top.setLayout(
            row(self.sidebar_button, self.box, self.details_button, margins=(16, 14, 16, 8), spacing=10)
        )
        self._chips_frame = QWidget()
        chips = row(self.chips, margins=(22, 0, 22, 8))
        self._chips_frame.setLayout(chips)
        self._stack = QStackedWidget()
        # Else the highest page, also when it is not seen, takes the room of messages and chips.
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._stack.setMinimumHeight(LEAST_HEIGHT)
        for page in (self.grid, self.empty, self.failed, self.settings, self.welcome):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (self._top, self._chips_frame, self.messages, self.header):
            whole.addWidget(part)
        whole.addWidget(self._stack, 1)
        self.show_page(Page.GRID)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return Page(self._stack.currentIndex())

    def show_page(self, page: Page) -> None:
        """Show a page, and of the rest what belongs to it."""
        self._stack.setCurrentIndex(page)
        searching = page in {Page.GRID, Page.EMPTY, Page.FAILED}
        self._top.setVisible(searching)
        self._chips_frame.setVisible(searching)
        self.header.setVisible(page in {Page.GRID, Page.EMPTY})
        if page is Page.WELCOME:
            self.welcome.choose.setFocus(Qt.FocusReason.OtherFocusReason)
