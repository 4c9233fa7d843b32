"""The ring around what has the focus: only for those who use the keyboard, and drawn once for all kinds of widgets.

A style sheet can neither draw outside of a widget nor know whether a key or the mouse brought the focus.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QWidget

from desktop_app.theme.theme import Theme

WIDTH = 2
OFF = 2
RADIUS = 8
_MODIFIERS = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}
_MOVES = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show}


class FocusRing(QWidget):
    """Lies over one window. Fields to type into and lists of photos show their focus themselves."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._around: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        # Layouts settle after the events that cause it.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._place)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.installEventFilter(self)
        app.focusChanged.connect(self._soon.start)
        theme.changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kind = event.type()
        if kind is QEvent.Type.MouseButtonPress:
            self._use_keyboard(False)
        elif kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() not in _MODIFIERS:
            self._use_keyboard(True)
        elif self._around is not None and kind in _MOVES and watched is not self:
            self._soon.start()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.colours.accent), WIDTH))
        half = WIDTH / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), RADIUS, RADIUS)

    def _use_keyboard(self, on: bool) -> None:
        if self._theme.by_keyboard is not on:
            self._theme.by_keyboard = on
            self._soon.start()
            focused = QApplication.focusWidget()
            if focused is not None:
                focused.update()

    def _place(self) -> None:
        focused = QApplication.focusWidget()
        window = self.parentWidget()
        box = None if focused is None or window is None else self._box(focused, window)
        self._around = None if box is None else focused
        if box is None:
            self.hide()
            return
        self.setGeometry(box)
        self.show()
        self.raise_()

    def _box(self, focused: QWidget, window: QWidget) -> QRect | None:
        """Return where the ring lies in the window; None where there is none."""
        shows_its_own = isinstance(focused, QLineEdit | QAbstractItemView) or focused.property("ownFocus")
        if not self._theme.by_keyboard or shows_its_own or not window.isAncestorOf(focused):
            return None
        seen = focused.visibleRegion().boundingRect()
        if seen.isEmpty():
            return None
        at = focused.mapTo(window, QPoint(0, 0))
        around = WIDTH + OFF
        return seen.translated(at).adjusted(-around, -around, around, around)
