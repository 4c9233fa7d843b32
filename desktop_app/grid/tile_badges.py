"""The small marks on a tile: favourite, rating, duration, offline, stack. Drawn dark on the picture in both themes."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from desktop_app.theme.icons import pixmap

SIDE = 24.0
EDGE = 7.0
BETWEEN = 4.0
ICON = 15
_GROUND = QColor(12, 14, 16, 170)
_INK = "#ffffff"
_STAR = "#f5b83d"


class TileBadges:
    """Draws marks for screens of one scale."""

    def __init__(self, font: QFont, heart: str, scale: float) -> None:
        self._font = font
        self._metrics = QFontMetricsF(font)
        self._side = max(SIDE, self._metrics.height() + 8)
        self.scale = scale
        self._icons = {
            name: pixmap(name, colour, ICON, scale)
            for name, colour in (
                ("heart-full", heart),
                ("heart", _INK),
                ("offline", _INK),
                ("stack", _INK),
                ("play-full", _INK),
                ("star-full", _STAR),
            )
        }

    def heart_box(self, tile: QRectF) -> QRectF:
        """Return where the heart is, to be clicked."""
        return QRectF(tile.left() + EDGE, tile.bottom() - EDGE - self._side, self._side, self._side)

    def heart(self, painter: QPainter, tile: QRectF, *, full: bool) -> None:
        """Draw a favourite's heart, or the outline that offers to make it one."""
        self._pill(painter, self.heart_box(tile), self._icons["heart-full" if full else "heart"], "")

    def duration(self, painter: QPainter, tile: QRectF, text: str) -> None:
        """Draw a video's length, bottom right."""
        width = self._width(text)
        box = QRectF(tile.right() - EDGE - width, tile.bottom() - EDGE - self._side, width, self._side)
        self._pill(painter, box, self._icons["play-full"], text)

    def rating(self, painter: QPainter, tile: QRectF, stars: int, duration: str = "") -> None:
        """Draw how many stars it has, bottom right, beside the `duration` if there is one."""
        width = self._width(str(stars))
        left = tile.right() - EDGE - width - (self._width(duration) + BETWEEN if duration else 0)
        box = QRectF(left, tile.bottom() - EDGE - self._side, width, self._side)
        self._pill(painter, box, self._icons["star-full"], str(stars))

    def offline(self, painter: QPainter, tile: QRectF) -> None:
        """Draw that the file cannot be reached now, top left."""
        self._pill(
            painter, QRectF(tile.left() + EDGE, tile.top() + EDGE, self._side, self._side), self._icons["offline"], ""
        )

    def stack(self, painter: QPainter, tile: QRectF, count: int) -> None:
        """Draw how many near-duplicates lie under this one, top right."""
        self._pill(painter, self.stack_box(tile, count), self._icons["stack"], str(count))

    def stack_box(self, tile: QRectF, count: int) -> QRectF:
        """Return where a stack's number is, to be clicked."""
        width = self._width(str(count))
        return QRectF(tile.right() - EDGE - width, tile.top() + EDGE, width, self._side)

    def _width(self, text: str) -> float:
        return self._side + self._metrics.horizontalAdvance(text) + 5

    def _pill(self, painter: QPainter, box: QRectF, icon: QPixmap, text: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_GROUND)
        painter.drawRoundedRect(box, self._side / 2, self._side / 2)
        inset = (self._side - ICON) / 2
        painter.drawPixmap(QPointF(box.left() + inset, box.top() + inset), icon)
        if text:
            painter.setFont(self._font)
            painter.setPen(QColor(_INK))
            painter.drawText(box.adjusted(self._side - 2, 0, -6, 0), Qt.AlignmentFlag.AlignCenter, text)
