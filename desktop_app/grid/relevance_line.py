"""The line between the photos that fit and the less certain ones: it can be dragged, and below it lies one card."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from core.values.photo import ContentKey
from desktop_app.grid.thumbnail_cache import RADIUS, ThumbnailCache
from desktop_app.theme.icons import icon
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import button

LINE_Y = 28
PILL = 28
CARD_Y, CARD_HEIGHT = 52, 64
NEAREST = 7
THUMB = 48
WORDS = 196
"""How much of the card its words take before the pictures begin."""


class LinePill(QPushButton):
    """What the line is dragged by, or moved by with the arrow keys.

    Signals:
        dragged: with how far from where it was taken, in pixels; and finally where it was let go.
        stepped: with -1 or 1: a row up or down.
        reset: double-clicked.
    """

    grabbed = Signal()
    dragged = Signal(int)
    stepped = Signal(int)
    reset = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._from: int | None = None
        self.setObjectName("linePill")
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() is Qt.MouseButton.LeftButton:
            self._from = round(event.globalPosition().y())
            self.grabbed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._from is not None:
            self.dragged.emit(round(event.globalPosition().y()) - self._from)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._from = None
        self.reset.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}:
            self.reset.emit()
        else:
            event.ignore()


class RelevanceLine(QWidget):
    """The line, and under it the card of the weaker hits.

    Signals:
        open_changed: with whether the weaker hits are shown.

    Attributes:
        pill: moves the line.
        automatic: sets it back; seen once it was moved.
        toggle: shows and hides the weaker hits.
    """

    open_changed = Signal(bool)

    def __init__(self, cache: ThumbnailCache, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._cache = cache
        self._theme = theme
        self._count = 0
        self._is_open = False
        self._nearest: Sequence[tuple[ContentKey | None, float]] = ()
        self.pill = LinePill(self)
        self.pill.setText(self.tr("Drag to show more or fewer"))
        self.pill.setAccessibleDescription(self.tr("Up and down arrows move the line by a row"))
        self.automatic = button(self.tr("Automatic"), "quiet")
        self.automatic.setParent(self)
        self.automatic.setObjectName("lineAutomatic")
        self.toggle = button(self.tr("Show"))
        self.toggle.setParent(self)
        self.toggle.clicked.connect(lambda: self.set_open(not self._is_open))
        theme.changed.connect(self._draw_icons)
        cache.loaded.connect(lambda _content: self.update() if self.isVisible() else None)
        self._draw_icons()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether the weaker hits are shown."""
        return self._is_open

    def set_open(self, is_open: bool) -> None:
        """Show or hide the weaker hits."""
        if is_open != self._is_open:
            self._is_open = is_open
            self.toggle.setText(self.tr("Hide") if is_open else self.tr("Show"))
            self.update()
            self.open_changed.emit(is_open)

    def show_state(self, weaker: int, *, moved: bool) -> None:
        """Say how many photos are below, and whether the line was moved."""
        self._count = weaker
        self.automatic.setVisible(moved)
        self.toggle.setVisible(weaker > 0)
        self.setAccessibleName(self.card_title)
        self.toggle.setAccessibleDescription(self.card_title)
        self.update()

    def show_nearest(self, nearest: Sequence[tuple[ContentKey | None, float]]) -> None:
        """Show the first of the photos below: what their pictures are kept by, and their shapes."""
        if nearest != self._nearest:
            self._nearest = nearest
            self.update()

    @property
    def card_title(self) -> str:
        """What the card says."""
        return self.tr("%1 less certain").replace("%1", QLocale().toString(self._count))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        end = self.automatic.x() - 8 if self.automatic.isVisible() else self.width()
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawLine(0, LINE_Y, end, LINE_Y)
        if not self._count:
            return
        card = QRectF(0.5, CARD_Y + 0.5, self.width() - 1, CARD_HEIGHT - 1)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.panel))
        painter.drawRoundedRect(card, 10, 10)
        left = card.adjusted(16, 12, 0, 0)
        painter.setFont(self._theme.font("base", bold=True))
        painter.setPen(QColor(colours.text))
        painter.drawText(left, Qt.AlignmentFlag.AlignLeft, self.card_title)
        painter.setFont(self._theme.font("small"))
        painter.setPen(QColor(colours.muted))
        painter.drawText(left.adjusted(0, 21, 0, 0), Qt.AlignmentFlag.AlignLeft, self.tr("Nearest first"))
        if not self._is_open:
            self._draw_nearest(painter)

    def _draw_nearest(self, painter: QPainter) -> None:
        left, end = float(WORDS), self.toggle.x() - 12
        for content, shape in self._nearest:
            box = QRectF(left, CARD_Y + (CARD_HEIGHT - THUMB) / 2, round(THUMB * shape), THUMB)
            if box.right() > end:
                return
            picture = None if content is None else self._cache.get(content, QSize(int(box.width()), THUMB), exact=False)
            if picture is None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self._theme.colours.tile))
                painter.drawRoundedRect(box, RADIUS, RADIUS)
            else:
                painter.drawPixmap(box, picture, QRectF(picture.rect()))
            left = box.right() + 4

    def _place(self) -> None:
        width = self.pill.sizeHint().width()
        self.pill.setGeometry((self.width() - width) // 2, LINE_Y - PILL // 2, width, PILL)
        size = self.automatic.sizeHint()
        self.automatic.setGeometry(self.width() - size.width(), LINE_Y - PILL // 2, size.width(), PILL)
        size = self.toggle.sizeHint()
        self.toggle.setGeometry(self.width() - 13 - size.width(), CARD_Y + (CARD_HEIGHT - 32) // 2, size.width(), 32)

    def _draw_icons(self) -> None:
        self.pill.setIcon(icon("up-down", self._theme.colours.accent_text, 14))
        self.pill.setIconSize(QSize(14, 14))
        self._place()
