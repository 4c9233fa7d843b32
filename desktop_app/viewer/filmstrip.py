"""A row of small pictures under the large one: the hits with the current ringed, or photos that look like it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from core.values.photo import PhotoId
from desktop_app.backend.tasks import NewestFirst, TaskRunner
from desktop_app.grid.thumbnail_loader import scaled
from desktop_app.theme.theme import Theme

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow

HEIGHT = 64
THUMBNAIL = 48
GAP = 4
_NARROWEST, _WIDEST = 36, 96
_TITLE_WIDTH = 108
_NOTCH = 120.0
TEXT = QColor("#e9ebed")
MUTED = QColor("#9ca4ac")
TILE = QColor("#202326")
MOST_KEPT = 400


class Filmstrip(QWidget):
    """Photos side by side, the current one in the middle where there are more than fit.

    Signals:
        chosen: with the `PhotoId` that was clicked.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        tasks: TaskRunner,
        rows: "Callable[[Sequence[PhotoId]], dict[PhotoId, PhotoRow]]",
        thumbnail: "Callable[[PhotoRow], bytes | None]",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = rows
        self._thumbnail = thumbnail
        self._pictures = NewestFirst(tasks, self._read, self._take, most=MOST_KEPT)
        self._ids: Sequence[PhotoId] = ()
        self._current: int | None = None
        self._title = self._subtitle = ""
        self._images: dict[PhotoId, QImage | None] = {}
        self._shown_rows: dict[PhotoId, PhotoRow] = {}
        self._boxes: list[tuple[QRectF, int]] = []
        self._scrolled = 0
        self._pixels = _WIDEST
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def ids(self) -> "Sequence[PhotoId]":
        """The photos of the strip."""
        return self._ids

    def show_photos(self, ids: "Sequence[PhotoId]", current: int | None, title: str, subtitle: str) -> None:
        """Show photos. `current`: the place of the one that is shown large."""
        self._ids, self._current = ids, current
        self._title, self._subtitle = title, subtitle
        self._scrolled = 0
        self.setAccessibleName(f"{title}, {subtitle}")
        self._lay_out()

    def refresh(self) -> None:
        """Ask again for the pictures there were not yet."""
        self._images = {photo: image for photo, image in self._images.items() if image is not None}
        self._shown_rows = {}
        self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        steps = event.angleDelta().y() or event.angleDelta().x()
        self._scrolled -= round(steps / _NOTCH * 3)
        self._lay_out()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        for box, place in self._boxes:
            if box.contains(event.position()) and event.button() == Qt.MouseButton.LeftButton:
                self.chosen.emit(PhotoId(int(self._ids[place])))
                return
        super().mousePressEvent(event)

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(self._theme.font("small", bold=True))
        painter.setPen(TEXT)
        upper = QRectF(16, self.height() / 2 - 18, _TITLE_WIDTH - 16, 18)
        self._draw_line(painter, upper, self._title)
        painter.setFont(self._theme.font("small"))
        painter.setPen(MUTED)
        self._draw_line(painter, upper.translated(0, 18), self._subtitle)
        painter.setClipRect(QRectF(_TITLE_WIDTH, 0, self.width() - _TITLE_WIDTH - 8, self.height()))
        for box, place in self._boxes:
            outline = QPainterPath()
            outline.addRoundedRect(box, 4, 4)
            painter.fillPath(outline, TILE)
            image = self._images.get(PhotoId(int(self._ids[place])))
            if image is not None:
                painter.save()
                painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
                painter.drawImage(box, image, _middle(image, box))
                painter.restore()
            if place == self._current:
                painter.setPen(QPen(QColor("#3fb8ac"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 6, 6)

    def _draw_line(self, painter: QPainter, box: QRectF, text: str) -> None:
        fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, fitted)

    def _lay_out(self) -> None:
        """Put what fits around the current photo, and ask for the pictures of it."""
        count = len(self._ids)
        room = self.width() - _TITLE_WIDTH - 16
        middle = 0 if self._current is None else self._current
        most = max(1, room // (_NARROWEST + GAP) + 1)
        first = min(max(0, middle - most // 2 + self._scrolled), max(0, count - 1))
        places = range(first, min(count, first + most * 2))
        ids = [PhotoId(int(self._ids[place])) for place in places]
        missing = [photo_id for photo_id in ids if photo_id not in self._shown_rows]
        if missing:
            self._shown_rows |= self._rows(missing)
        widths = [self._width_of(photo_id) for photo_id in ids]
        if self._current is not None and self._current in places and self._scrolled == 0:
            # The current one in the middle; at either end the strip stays full.
            ahead = self._current - first
            before = sum(widths[:ahead]) + GAP * ahead
            while before > room / 2 and len(widths) > 1:
                before -= widths.pop(0) + GAP
                first += 1
        self._boxes = []
        left = float(_TITLE_WIDTH + 4)
        for offset, width in enumerate(widths):
            if left > self.width():
                break
            self._boxes.append((QRectF(left, (HEIGHT - THUMBNAIL) / 2, width, THUMBNAIL), first + offset))
            left += width + GAP
        self._ask()
        self.update()

    def _width_of(self, photo_id: PhotoId) -> int:
        row = self._shown_rows.get(photo_id)
        if row is None or not row.width or not row.height:
            return THUMBNAIL
        return round(min(_WIDEST, max(_NARROWEST, THUMBNAIL * row.width / row.height)))

    def _ask(self) -> None:
        if len(self._images) > MOST_KEPT:
            self._images.clear()
            self._shown_rows = {}
        for _, place in self._boxes:
            photo_id = PhotoId(int(self._ids[place]))
            row = self._shown_rows.get(photo_id)
            if row is not None and photo_id not in self._images:
                self._images[photo_id] = None
                self._pixels = round(_WIDEST * 1.5 * self.devicePixelRatioF())
                self._pictures.request(row)

    def _read(self, row: "PhotoRow") -> QImage | None:
        """Read a small picture, in a thread."""
        jpeg = self._thumbnail(row)
        return None if jpeg is None else scaled(jpeg, QSize(self._pixels, self._pixels), crop=False)

    def _take(self, row: "PhotoRow", image: QImage | None) -> None:
        self._images[row.photo_id] = image
        self.update()


def _middle(image: QImage, box: QRectF) -> QRectF:
    """Return the part of an image that fills a box of another shape."""
    size = box.size().scaled(image.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF(QPointF((image.width() - size.width()) / 2, (image.height() - size.height()) / 2), size)
