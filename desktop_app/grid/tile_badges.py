"""The small marks on a tile: favourite, length, stack, RAW, live, offline, and the tick. The same in both themes."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from desktop_app.grid.marks import Marks
from desktop_app.theme.icons import pixmap

HEIGHT = 20.0
EDGE = 6.0
BETWEEN = 4.0
ICON = 12
HEART = 16
TICK = 22.0
GROUND = QColor(15, 18, 20, 184)
_OPEN_TICK = QColor(15, 18, 20, 153)
_INK = "#ffffff"
_DARK = "#0f1214"


class TileBadges:
    """Draws marks for screens of one scale."""

    def __init__(self, font: QFont, accent: str, on_accent: str, scale: float) -> None:
        self._font = font
        self._metrics = QFontMetricsF(font)
        self._height = max(HEIGHT, self._metrics.height() + 4)
        self._accent = QColor(accent)
        self.scale = scale
        self._icons = {
            name: pixmap(name, _INK, ICON, scale) for name in ("play-full", "stack", "live", "offline", "minus")
        }
        self._icons["check"] = pixmap("check", on_accent, 14, scale)
        self._icons["open-check"] = pixmap("check", _INK, 14, scale)
        self._heart = pixmap("heart-full", _INK, HEART, scale)
        self._halo = pixmap("heart-full", _DARK, HEART + 4, scale)

    def draw(self, painter: QPainter, tile: QRectF, marks: Marks) -> None:
        """Draw all marks of a tile that there is room for."""
        if tile.width() < 3 * self._height:
            return
        if marks.stack > 1:
            self._pill(
                painter, self.stack_box(tile, marks.stack), "minus" if marks.is_unfolded else "stack", str(marks.stack)
            )
        left = tile.left() + EDGE
        if marks.favourite:
            self._draw_heart(painter, QPointF(left, tile.bottom() - EDGE - HEART))
            left += HEART + BETWEEN
        if marks.offline:
            self._pill(
                painter, QRectF(left, tile.bottom() - EDGE - self._height, self._height, self._height), "offline", ""
            )
        right = tile.right() - EDGE
        for icon, text in self._lower_right(marks):
            width = self._width(icon, text)
            if right - width < tile.left() + EDGE + HEART:
                return
            self._pill(
                painter, QRectF(right - width, tile.bottom() - EDGE - self._height, width, self._height), icon, text
            )
            right -= width + BETWEEN

    def tick(self, painter: QPainter, tile: QRectF, *, selected: bool, hovered: bool) -> None:
        """Draw whether it is selected, or that it may be."""
        box = self.tick_box(tile, selected=selected)
        painter.setPen(QPen(QColor(_INK), 1.5))
        painter.setBrush(self._accent if selected else _OPEN_TICK)
        painter.drawEllipse(box.adjusted(0.75, 0.75, -0.75, -0.75))
        if selected or hovered:
            at = box.center() - QPointF(7, 7)
            painter.drawPixmap(at, self._icons["check" if selected else "open-check"])

    def tick_box(self, tile: QRectF, *, selected: bool) -> QRectF:
        """Return where the tick is; that of a selected photo stands further out, as the photo stands further in."""
        edge = 2.0 if selected else EDGE
        return QRectF(tile.left() + edge, tile.top() + edge, TICK, TICK)

    def stack_box(self, tile: QRectF, count: int) -> QRectF:
        """Return where a stack's number is, to be clicked."""
        width = self._width("stack", str(count))
        return QRectF(tile.right() - EDGE - width, tile.top() + EDGE, width, self._height)

    def _lower_right(self, marks: Marks) -> list[tuple[str, str]]:
        found = []
        if marks.length:
            found.append(("play-full", marks.length))
        if marks.live:
            found.append(("live", ""))
        if marks.raw:
            found.append(("", "RAW"))
        return found

    def _width(self, icon: str, text: str) -> float:
        if not text:
            return self._height
        return (ICON + 5 if icon else 0) + self._metrics.horizontalAdvance(text) + 12

    def _draw_heart(self, painter: QPainter, at: QPointF) -> None:
        painter.setOpacity(0.55)
        painter.drawPixmap(at - QPointF(2, 2), self._halo)
        painter.setOpacity(1.0)
        painter.drawPixmap(at, self._heart)

    def _pill(self, painter: QPainter, box: QRectF, icon: str, text: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(box, 4, 4)
        left = box.left() + 6
        if icon:
            if not text:
                left = box.center().x() - ICON / 2
            painter.drawPixmap(QPointF(left, box.center().y() - ICON / 2), self._icons[icon])
            left += ICON + 5
        if text:
            painter.setFont(self._font)
            painter.setPen(QColor(_INK))
            painter.drawText(
                QRectF(left, box.top(), box.right() - left, box.height()), Qt.AlignmentFlag.AlignVCenter, text
            )
