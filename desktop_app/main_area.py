"""The middle of the window: the bar, the search, and one page below: photos, or what stands for them."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from core.settings.paths import LibraryPaths
from core.settings.schema import Settings
from desktop_app.backend.tasks import TaskRunner
from desktop_app.grid.header_row import HeaderRow
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.library.empty_page import EmptyPage
from desktop_app.library.failed_page import FailedPage
from desktop_app.library.message_bar import MOST_WIDE, MessageBar
from desktop_app.library.toast import Toast
from desktop_app.library.welcome_page import WelcomePage
from desktop_app.navigation.view import Page
from desktop_app.search.chips_row import ChipsRow
from desktop_app.settings.page import SettingsPage
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import row
from desktop_app.top_bar import TopBar

ABOVE_EDGE = 12
LEAST_HEIGHT = 120
"""What chips leave to the photos, however many they are."""
NARROW = 800


class MainArea(QFrame):
    """Holds the parts; knows which belong to which page.

    Attributes:
        top, box, chips, header, grid, empty, failed, settings, welcome: the parts.
        messages, toast: what floats over the photos.
    """

    def __init__(
        self, theme: Theme, tasks: TaskRunner, grid: PhotoGrid, settings: Settings, paths: LibraryPaths
    ) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self._theme = theme
        self.top = TopBar(theme)
        self.box = self.top.box
        self.chips = ChipsRow(theme)
        self.box.put_chips(self.chips.strip)
        self.header = HeaderRow(theme)
        self.grid = grid
        self.empty = EmptyPage(theme)
        self.failed = FailedPage(theme)
        self.settings = SettingsPage(theme, settings, paths)
        self.welcome = WelcomePage(theme, tasks)
        self._chips_frame = QWidget()
        self._chips_frame.setLayout(row(self.chips, margins=(24, 0, 24, 8)))
        self._stack = QStackedWidget()
        # Else the highest page, also when it is not seen, takes the room of chips.
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._stack.setMinimumHeight(LEAST_HEIGHT)
        self._pages: dict[Page, QWidget] = {
            Page.GRID: self.grid,
            Page.EMPTY: self.empty,
            Page.FAILED: self.failed,
            Page.SETTINGS: self.settings,
            Page.WELCOME: self.welcome,
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (self.top, self._chips_frame, self.header):
            whole.addWidget(part)
        whole.addWidget(self._stack, 1)
        self.messages = MessageBar(theme, self)
        self.messages.changed.connect(self._place_floating)
        self.toast = Toast(theme, self)
        self._page = Page.GRID
        self.show_page(Page.GRID)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._page

    def show_page(self, page: Page) -> None:
        """Show a page, and of the rest what belongs to it."""
        self._page = page
        self._stack.setCurrentWidget(self._pages[page])
        photos = page in {Page.GRID, Page.EMPTY}
        self.top.setVisible(page not in {Page.WELCOME, Page.SETTINGS})
        self._chips_frame.setVisible(photos)
        self.header.setVisible(photos)
        if page is Page.WELCOME:
            self.welcome.focus_first()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        narrow = self.window().width() < self._theme.wide(NARROW)
        self.top.set_narrow(narrow)
        self.header.set_margin(16 if narrow else 24)
        self._place_floating()

    def _place_floating(self) -> None:
        """Lay messages and the toast over the lower edge, one above the other."""
        bottom = self.height() - ABOVE_EDGE
        self.toast.place(self.width(), bottom)
        width = min(self._theme.wide(MOST_WIDE), self.width() - 32)
        self.messages.setFixedWidth(max(1, width))
        height = self.messages.height_for(width)
        self.messages.setFixedHeight(max(1, height))
        above = self.toast.height() + 8 if not self.toast.isHidden() else 0
        self.messages.move((self.width() - width) // 2, bottom - above - height)
        self.messages.raise_()
        self.toast.raise_()
