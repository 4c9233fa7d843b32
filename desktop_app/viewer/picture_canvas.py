"""The picture itself: drawn, zoomed by wheel and pinch, panned by dragging. Knows no photo, only what it is given."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from desktop_app.viewer.view_transform import ViewTransform

CANVAS = QColor("#0c0d0e")
STEP = 1.25
"""How much larger a picture gets with one step of the wheel or one press of +."""
_NOTCH = 120.0
_QUARTER = 90
DrawFrame = Callable[[QPainter, QRectF], None]
_SMOOTH_UNTIL = 3.0
"""Above this scale the pixels themselves are wanted."""


class PictureCanvas(QWidget):
    """Shows one picture or the frames of a video.

    Signals:
        zoomed: the scale changed; see `scale`.
        tapped: clicked, without dragging.
    """

    zoomed = Signal()
    tapped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._draw_frame: DrawFrame | None = None
        self._upright = QSizeF()
        self._turns = 0
        self._view = ViewTransform(QSizeF(), QSizeF())
        self._drag_from: QPointF | None = None
        self._dragged = False
        self._was_pressed = False
        self.setMouseTracking(True)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def view(self) -> ViewTransform:
        """How the picture lies."""
        return self._view

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to see."""
        return self._image is not None or self._draw_frame is not None

    @property
    def shown_width(self) -> int:
        """How many pixels of the file there are to draw with, from left to right."""
        return 0 if self._image is None else self._image.width()

    @property
    def scale(self) -> float:
        """Screen pixels a pixel of the file."""
        return self._view.effective_scale

    @property
    def turns(self) -> int:
        """Quarter turns to the right, 0 to 3."""
        return self._turns

    def show_nothing(self) -> None:
        """Take the picture away, and what was done to it."""
        self._image = self._draw_frame = None
        self._turns = 0
        self._was_pressed = False
        self._upright = QSizeF()
        self._view = ViewTransform(QSizeF(), self._device_size())
        self.update()

    def show_image(self, image: QImage, full: QSizeF) -> None:
        """Show a picture. `full`: the size of the whole file, upright; `image` may be smaller. The view is kept."""
        self._image, self._draw_frame = image, None
        self._set_size(full)

    def show_frame(self, draw: "DrawFrame", full: QSizeF) -> None:
        """Show a frame of a video, which `draw` paints into a box."""
        self._draw_frame = draw
        self._set_size(full)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Make it larger or smaller around a point of the widget, or around the middle."""
        self._use(self._view.zoomed(factor, self._device_point(at)))

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Show it at a scale, around a point of the widget, or around the middle."""
        self._use(self._view.scaled_to(scale, self._device_point(at)))

    def fit(self) -> None:
        """Show all of it."""
        self._use(self._view.fitted())

    def toggle_actual_size(self, at: QPointF | None = None) -> None:
        """Go to 100 %, or back to all of it."""
        if not self._view.is_fitted:
            self.fit()
        elif self._view.fit_scale < 1:
            self.zoom_to(1.0, at)
        else:
            self.zoom(2.0, at)

    def turn(self) -> None:
        """Turn it by a quarter to the right, here only; the file stays as it is."""
        self._turns = (self._turns + 1) % 4
        self._view = ViewTransform(self._seen_size(), self._device_size())
        self.zoomed.emit()
        self.update()

    def set_view(self, view: ViewTransform) -> None:
        """Look at the same part as another canvas, as far as the picture has it."""
        if view.is_fitted:
            self.fit()
            return
        share = view.centre or QPointF(view.picture.width() / 2, view.picture.height() / 2)
        mine = self._view.picture
        if view.picture.isEmpty() or mine.isEmpty():
            return
        wide, high = mine.width() / view.picture.width(), mine.height() / view.picture.height()
        centre = QPointF(share.x() * wide, share.y() * high)
        scale = view.effective_scale / wide
        self._use(ViewTransform(mine, self._device_size(), scale, centre).panned(QPointF()))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint())))
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        steps = event.angleDelta().y() / _NOTCH
        if steps:
            self.zoom(STEP**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_from, self._dragged = event.position(), False
            self._was_pressed = True
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag_from is not None and not self._view.is_fitted:
            by = (event.position() - self._drag_from) * self.devicePixelRatioF()
            if self._dragged or by.manhattanLength() > 4:
                self._dragged = True
                self._drag_from = event.position()
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._use(self._view.panned(by))
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag_from is not None and not self._dragged:
            self.tapped.emit()
        self._drag_from = None
        self._show_cursor()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        # Photos open by one click; whoever clicks twice has the second one here, and means nothing by it.
        if self._was_pressed:
            self.toggle_actual_size(event.position())
        self._was_pressed = False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._use(self._view.resized(self._device_size()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(event.rect(), CANVAS)
        if not self.has_picture:
            return
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.scale < _SMOOTH_UNTIL)
        target = self._view.target
        if self._turns:
            painter.translate(target.center())
            painter.rotate(_QUARTER * self._turns)
            size = target.size() if self._turns % 2 == 0 else target.size().transposed()
            target = QRectF(QPointF(-size.width() / 2, -size.height() / 2), size)
        if self._draw_frame is not None:
            self._draw_frame(painter, target)
        elif self._image is not None:
            painter.drawImage(target, self._image, QRectF(self._image.rect()))

    def _set_size(self, full: QSizeF) -> None:
        if full != self._upright:
            self._upright = full
            self._view = ViewTransform(self._seen_size(), self._device_size())
            self.zoomed.emit()
        self.update()

    def _seen_size(self) -> QSizeF:
        return self._upright.transposed() if self._turns % 2 else self._upright

    def _use(self, view: ViewTransform) -> None:
        if view != self._view:
            self._view = view
            self._show_cursor()
            self.zoomed.emit()
            self.update()

    def _show_cursor(self) -> None:
        fitted = self._view.is_fitted
        self.setCursor(Qt.CursorShape.ArrowCursor if fitted else Qt.CursorShape.OpenHandCursor)

    def _device_size(self) -> QSizeF:
        return QSizeF(self.size()) * self.devicePixelRatioF()

    def _device_point(self, at: QPointF | None) -> QPointF:
        return (QRectF(self.rect()).center() if at is None else at) * self.devicePixelRatioF()
