"""Photos on their way out of the window: their files, drawn as a stack of three with a number."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDrag, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from desktop_app.theme.theme import Theme

SIDE = 96
STEP = 6
MOST_SHOWN = 3
NUMBER = 24


def drag_out(source: QWidget, urls: Sequence[QUrl], pictures: Sequence[QPixmap], theme: Theme) -> None:
    """Drag files into another program, or another part of this one. Returns when they were let go."""
    data = QMimeData()
    data.setUrls(list(urls))
    drag = QDrag(source)
    drag.setMimeData(data)
    drawn = stack(pictures, len(urls), theme, source.devicePixelRatioF())
    drag.setPixmap(drawn)
    drag.setHotSpot(QPoint(SIDE // 2, SIDE // 2))
    drag.exec(Qt.DropAction.CopyAction)


def stack(pictures: Sequence[QPixmap], count: int, theme: Theme, scale: float) -> QPixmap:
    """Draw up to three pictures over one another, the first on top, with how many there are if not one."""
    side = SIDE + STEP * (MOST_SHOWN - 1) + NUMBER // 2
    drawn = QPixmap(QSize(side, side) * scale)
    drawn.setDevicePixelRatio(scale)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for place in reversed(range(min(MOST_SHOWN, max(1, count)))):
        box = QRectF(STEP * place, NUMBER / 2 + STEP * place, SIDE, SIDE)
        picture = pictures[place] if place < len(pictures) else None
        if picture is None or picture.isNull():
            painter.fillRect(box, QColor(theme.colours.tile))
        else:
            shorter = min(picture.width(), picture.height())
            middle = QPointF(picture.width() / 2, picture.height() / 2)
            part = QRectF(middle.x() - shorter / 2, middle.y() - shorter / 2, shorter, shorter)
            painter.drawPixmap(box, picture, part)
        painter.setPen(QPen(QColor(theme.colours.canvas), 2))
        painter.drawRect(box)
    if count > 1:
        text = str(count)
        painter.setFont(theme.font("small", bold=True))
        width = max(NUMBER, painter.fontMetrics().horizontalAdvance(text) + 14)
        box = QRectF(SIDE - width / 2, 0, width, NUMBER)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colours.accent))
        painter.drawRoundedRect(box, NUMBER / 2, NUMBER / 2)
        painter.setPen(QColor(theme.colours.on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return drawn
