"""The bar above the photos: the sidebar, the way back and forward, the search box, details and settings."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from desktop_app.search.search_box import SearchBox
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, row

HEIGHT = 56
NARROW_HEIGHT = 52
WIDEST_BOX = 720


class TopBar(QWidget):
    """Holds the search box and what stands beside it. In a narrow window some of it is in the menu at the end.

    Signals:
        settings_wanted, shortcuts_wanted, about_wanted: from the buttons and the menu.

    Attributes:
        box: where the search is typed.
        sidebar, details: show and hide the panels on either side.
        back, forward: the way through what was looked at.
    """

    settings_wanted = Signal()
    shortcuts_wanted = Signal()
    about_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.box = SearchBox(theme)
        self.box.setMaximumWidth(theme.wide(WIDEST_BOX))
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.sidebar = IconButton(theme, "sidebar", self.tr("Show or hide the sidebar"), colour="text")
        self.back = IconButton(theme, "back", self.tr("Back"), colour="text")
        self.forward = IconButton(theme, "forward", self.tr("Forward"), colour="text")
        self.details = IconButton(theme, "info", self.tr("Show or hide the details"), colour="text")
        self.settings = IconButton(theme, "gear", self.tr("Settings"), colour="text")
        self.settings.clicked.connect(self.settings_wanted)
        self.more = IconButton(theme, "more", self.tr("More"), colour="text")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu())
        box = row(self.sidebar, self.back, self.forward, margins=(16, 0, 16, 0), spacing=4)
        box.addSpacing(4)
        box.addWidget(self.box, 1000)
        box.addStretch(1)
        for part in (self.details, self.settings, self.more):
            box.addWidget(part)
        self.setLayout(box)
        self.set_narrow(False)
        self.show_way(back=False, forward=False)

    def set_narrow(self, narrow: bool) -> None:
        """Leave room to the box where there is little."""
        for part in (self.forward, self.details, self.settings):
            part.setVisible(not narrow)
        self.more.setVisible(narrow)
        self.setFixedHeight(self._theme.high(NARROW_HEIGHT if narrow else HEIGHT))

    def show_way(self, *, back: bool, forward: bool) -> None:
        """Say whether there is anything to go back or forward to."""
        self.back.setEnabled(back)
        self.forward.setEnabled(forward)
        self._go_forward.setEnabled(forward)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        self._go_forward = QAction(self.tr("Forward"), menu)
        self._go_forward.triggered.connect(self.forward.click)
        menu.addAction(self._go_forward)
        for text, do in (
            (self.tr("Details"), self.details.click),
            (self.tr("Settings"), self.settings_wanted.emit),
            (self.tr("Keyboard shortcuts"), self.shortcuts_wanted.emit),
            (self.tr("About Eidetic"), self.about_wanted.emit),
        ):
            action = QAction(text, menu)
            action.triggered.connect(partial(_call, do))
            menu.addAction(action)
        return menu


def _call(do: object, _checked: bool = False) -> None:
    if callable(do):
        do()
