"""The line above the photos: what is shown, how many, and in which order."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from core.values.query import Order
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import ElidedLabel, put_icon, row

HEIGHT = 44
ROOM_FOR_TITLE = 150
"""What the title keeps, if it needs as much, before the count gives way."""


class HeaderRow(QWidget):
    """Names the listing.

    Signals:
        order_chosen: with the `Order`.
    """

    order_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = ElidedLabel("", "heading")
        self._count = ElidedLabel("", "muted", elide=Qt.TextElideMode.ElideRight)
        self._order = QToolButton()
        self._order.setProperty("kind", "menu")
        self._order.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._order.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._order.setAccessibleName(self.tr("Order"))
        menu = QMenu(self._order)
        group = QActionGroup(menu)
        self._actions: dict[Order, QAction] = {}
        for order, text in (
            (Order.RELEVANCE, self.tr("Best match first")),
            (Order.NEWEST, self.tr("Newest first")),
            (Order.OLDEST, self.tr("Oldest first")),
        ):
            action = QAction(text, menu, checkable=True)
            action.triggered.connect(lambda _checked=False, order=order: self.order_chosen.emit(order))
            group.addAction(action)
            menu.addAction(action)
            self._actions[order] = action
        self._order.setMenu(menu)
        self._box = row(self._title, self._count, 1, self._order, margins=(24, 0, 24, 0), spacing=8)
        self.setLayout(self._box)
        self.setFixedHeight(theme.high(HEIGHT))
        theme.changed.connect(self._draw)
        self._draw()

    def say(self, title: str, count: str) -> None:
        """Set what is shown and how much."""
        self._title.setText(title)
        # A label's hint is never narrower than what it was told to keep: the last title would widen this one.
        self._title.setMinimumWidth(0)
        self._title.setMinimumWidth(self._least_of_title())
        self._count.setText(count)

    def show_order(self, order: Order, *, is_search: bool) -> None:
        """Set the order; without a search there is no best match."""
        self._actions[Order.RELEVANCE].setVisible(is_search)
        if not is_search and order is Order.RELEVANCE:
            order = Order.NEWEST
        self._actions[order].setChecked(True)
        self._order.setText(self._actions[order].text())

    def set_margin(self, pixels: int) -> None:
        """Begin where the photos begin."""
        self._box.setContentsMargins(pixels, 0, pixels, 0)

    def _least_of_title(self) -> int:
        return min(self._title.sizeHint().width(), self._theme.wide(ROOM_FOR_TITLE))

    def _draw(self) -> None:
        put_icon(self._order, self._theme, "down", 14)
