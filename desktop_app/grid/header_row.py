"""The line above the photos: what is shown, how many, in which order, and how strict the search is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QSlider, QToolButton, QWidget

from core.values.query import Order
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import ElidedLabel, label, put_icon, row

SLIDER_WIDTH = 96
HEIGHT = 44
ROOM_FOR_TITLE = 150
"""What the title keeps, if it needs as much, before the count gives way, and before the slider does."""


class HeaderRow(QWidget):
    """Names the listing.

    Signals:
        order_chosen: with the `Order`.
        strictness_chosen: from 0 to 1, while the slider moves.

    Attributes:
        strictness: the slider, in hundredths.
    """

    order_chosen = Signal(object)
    strictness_chosen = Signal(float)

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
        self.strictness = QSlider(Qt.Orientation.Horizontal)
        self.strictness.setRange(0, 100)
        self.strictness.setSingleStep(5)
        self.strictness.setPageStep(10)
        self.strictness.setFixedWidth(SLIDER_WIDTH)
        self.strictness.setAccessibleName(self.tr("Strictness"))
        self.strictness.valueChanged.connect(lambda value: self.strictness_chosen.emit(value / 100))
        self._strictness = QWidget()
        self._strictness.setLayout(row(label(self.tr("Strictness"), "muted"), self.strictness, spacing=10))
        self._has_line = False
        self._strictness.hide()
        self._box = row(self._title, self._count, 1, self._strictness, self._order, margins=(24, 0, 24, 0), spacing=8)
        self.setLayout(self._box)
        self.setFixedHeight(theme.high(HEIGHT))
        theme.changed.connect(self._draw)
        self._draw()

    def say(self, title: str, count: str) -> None:
        """Set what is shown and how much."""
        self._title.setText(title)
        self._title.setMinimumWidth(self._least_of_title())
        self._count.setText(count)
        self._show_strictness()

    def show_order(self, order: Order, *, is_search: bool) -> None:
        """Set the order; without a search there is no best match."""
        self._actions[Order.RELEVANCE].setVisible(is_search)
        if not is_search and order is Order.RELEVANCE:
            order = Order.NEWEST
        self._actions[order].setChecked(True)
        self._order.setText(self._actions[order].text())
        self._show_strictness()

    def show_strictness(self, strictness: float, *, has_line: bool, typed: bool) -> None:
        """Set the slider without telling. `has_line`: there is a relevance line; `typed`: the text says where."""
        blocked = self.strictness.blockSignals(True)
        self.strictness.setValue(round(strictness * 100))
        self.strictness.blockSignals(blocked)
        self.strictness.setEnabled(not typed)
        self._strictness.setToolTip(
            self.tr("Set by strictness: in the search")
            if typed
            else self.tr("Further right, only the surest matches stand above the line")
        )
        self._has_line = has_line
        self._show_strictness()

    def set_margin(self, pixels: int) -> None:
        """Begin where the photos begin."""
        self._box.setContentsMargins(pixels, 0, pixels, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._show_strictness()

    def _show_strictness(self) -> None:
        """Show the slider where all beside it keeps its room; it is in the settings too."""
        self._strictness.setVisible(self._has_line and self.width() >= self._width_with_slider())

    def _width_with_slider(self) -> int:
        margins = self._box.contentsMargins()
        others = sum(part.sizeHint().width() for part in (self._count, self._strictness, self._order))
        return margins.left() + self._least_of_title() + others + 4 * self._box.spacing() + margins.right()

    def _least_of_title(self) -> int:
        return min(self._title.sizeHint().width(), self._theme.wide(ROOM_FOR_TITLE))

    def _draw(self) -> None:
        put_icon(self._order, self._theme, "down", 14)
