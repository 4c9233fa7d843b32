"""The bar that floats over the photos while some are selected: how many, and what can be done with them."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from desktop_app.theme.icons import icon
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, label

HEIGHT = 48
ABOVE_EDGE = 8
RADIUS = 10
SIDE = 16
ICON = 16


class Doing(NamedTuple):
    """One thing that can be done with the selected photos. `menu`: what it offers, if it is a choice."""

    icon: str
    text: str
    action: QAction
    menu: QMenu | None = None


class SelectionBar(QWidget):
    """Shows what can be done; what has no room lies behind the last button.

    Attributes:
        close_button: selects nothing any more.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count = label("", "")
        self._buttons: list[QToolButton] = []
        self._doings: list[Doing] = []
        self._more = IconButton(theme, "more", self.tr("More"), size=ICON)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more_menu = QMenu(self._more)
        self._more.setMenu(self._more_menu)
        self.close_button = IconButton(theme, "close", self.tr("Select nothing"), size=ICON)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SIDE, 0, 8, 0)
        self._row.setSpacing(4)
        self._row.addWidget(self._count)
        self._row.addSpacing(8)
        self._row.addWidget(self._more)
        self._row.addWidget(self.close_button)
        self.setAccessibleName(self.tr("Selected photos"))
        font = theme.font("base", bold=True)
        self._count.setFont(font)
        theme.changed.connect(self._draw_icons)
        self.hide()

    def offer(self, doings: list[Doing]) -> None:
        """Set what can be done, the most wanted first."""
        self._doings = doings
        for place, doing in enumerate(doings):
            made = QToolButton(self)
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            made.setText(doing.text)
            made.setToolTip(_with_key(doing.action))
            made.setIconSize(QSize(ICON, ICON))
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if doing.menu is not None:
                made.setMenu(doing.menu)
                made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            else:
                made.clicked.connect(_trigger(doing.action))
            self._row.insertWidget(2 + place, made)
            self._buttons.append(made)
        self._draw_icons()

    def show_count(self, count: int) -> None:
        """Say how many are selected; hidden while none is."""
        self._count.setText(self.tr("%1 selected").replace("%1", QLocale().toString(count)))
        self.setVisible(count > 0)
        if count:
            self.place()

    def place(self) -> None:
        """Stand in the middle above the lower edge, as wide as there is room for."""
        parent = self.parentWidget()
        if parent is None:
            return
        room = parent.width() - 2 * SIDE
        for button in self._buttons:
            button.show()
        self._more.hide()
        hidden = 0
        while self.sizeHint().width() > room and hidden < len(self._buttons):
            hidden += 1
            self._buttons[-hidden].hide()
            self._more.show()
            self._row.invalidate()
        self._more_menu.clear()
        for doing in self._doings[len(self._doings) - hidden :]:
            if doing.menu is not None:
                self._more_menu.addMenu(doing.menu)
            else:
                self._more_menu.addAction(doing.action)
        width, height = min(room, self.sizeHint().width()), self._theme.high(HEIGHT)
        self.setGeometry((parent.width() - width) // 2, parent.height() - ABOVE_EDGE - height, width, height)
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.outline), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)

    def _draw_icons(self) -> None:
        for button, doing in zip(self._buttons, self._doings, strict=True):
            button.setIcon(icon(doing.icon, self._theme.colours.text, ICON))


def _trigger(action: QAction) -> Callable[[], None]:
    return action.trigger


def _with_key(action: QAction) -> str:
    key = action.shortcut().toString()
    return f"{action.text().rstrip('…')} ({key})" if key else action.text()
