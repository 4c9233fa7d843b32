"""What is said in passing: one line over the lower edge that goes by itself, with a way to undo what it tells."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, button, label, row

HEIGHT = 44
SECONDS = 6.0
SECONDS_WITH_UNDO = 10.0


class Toast(QFrame):
    """Shows one text at a time; the newest wins. It stays as long as the pointer is on it.

    Attributes:
        undo: the button, where there is something to undo.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("toast")
        self._undo: Callable[[], None] | None = None
        self._text = label("")
        self._text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.undo = button(self.tr("Undo"), "toast", clicked=self._undo_it)
        self.undo.setObjectName("undo")
        close = IconButton(theme, "close", self.tr("Dismiss"), size=16, colour="toast_text")
        close.clicked.connect(self.hide)
        self.setLayout(row(self._text, self.undo, close, margins=(16, 0, 8, 0), spacing=8))
        self.setFixedHeight(theme.high(HEIGHT))
        self._passing = QTimer(self, singleShot=True)
        self._passing.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty while nothing is."""
        return self._text.text() if not self.isHidden() else ""

    def say(self, text: str, undo: Callable[[], None] | None = None, *, seconds: float | None = None) -> None:
        """Say something. `undo`: does what the button offers."""
        self._undo = undo
        self._text.setText(text)
        self.undo.setVisible(undo is not None)
        usual = SECONDS if undo is None else SECONDS_WITH_UNDO
        self._passing.start(round(1000 * (usual if seconds is None else seconds)))
        self.adjustSize()
        self.show()
        self.raise_()
        self._move_into_place()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def place(self, width: int, bottom: int) -> None:
        """Lie in the middle of the widget it was made in, which is `width` wide, above `bottom`.

        It may have another parent by now, so that it is seen over what lies over that widget.
        """
        self._width, self._bottom = width, bottom
        self._move_into_place()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        super().enterEvent(event)
        self._passing.stop()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self._passing.start(round(1000 * SECONDS))

    def _move_into_place(self) -> None:
        width = min(self.sizeHint().width(), max(0, self._width - 32))
        self.resize(width, self.height())
        corner = QPoint((self._width - width) // 2, self._bottom - self.height())
        self.move(self._over.mapTo(self.parentWidget() or self._over, corner))

    def _undo_it(self) -> None:
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            undo()

    _width = 0
    _bottom = 0
