"""Small pieces that several panels are made of: labels and buttons in the house style."""

from collections.abc import Callable
from html import escape
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.theme.icons import icon
from desktop_app.theme.theme import Theme
from desktop_app.theme.wrapped_label import WrappedLabel


def label(text: str = "", kind: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """Return a label of plain text, of one kind of the style sheet: title, heading, section, muted, small and more."""
    made = WrappedLabel(text, parent) if wrap else QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    return made


def button(text: str, kind: str = "", *, clicked: Callable[[], object] | None = None) -> QPushButton:
    """Return a push button: main, quiet, choice or plain."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if clicked is not None:
        # Not connected as it is: it would be handed whether the button is checked.
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def plain_tip(text: str) -> str:
    """Return a text as a tooltip shows it as it is: Qt takes what looks like HTML for it, also in names of files."""
    return f'<p style="white-space: pre">{escape(text)}</p>' if "<" in text else text


def put_icon(made: QAbstractButton, theme: Theme, name: str, size: int) -> None:
    """Put a quiet icon before a button's text."""
    side = theme.icon_px(size)
    made.setIcon(icon(name, theme.colours.muted, side))
    made.setIconSize(QSize(side, side))


class IconButton(QToolButton):
    """A button that is only a picture; its name is its tooltip, and what a screen reader says."""

    def __init__(self, theme: Theme, name: str, text: str, *, size: int = 20, colour: str = "muted") -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._colour = colour
        self._size = theme.icon_px(size)
        self.setIconSize(QSize(self._size, self._size))
        self.set_text(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self._draw)
        self._draw()

    def set_icon(self, name: str, colour: str = "muted") -> None:
        """Show another picture."""
        if (name, colour) != (self._name, self._colour):
            self._name, self._colour = name, colour
            self._draw()

    def set_text(self, text: str) -> None:
        """Set what it is called."""
        self.setToolTip(plain_tip(text))
        self.setAccessibleName(text)

    def _draw(self) -> None:
        colours = self._theme.colours
        colour = colours.tokens()[self._colour]
        self.setIcon(icon(self._name, colour, self._size, disabled=colours.outline, checked=colours.accent_text))


class IconLabel(QLabel):
    """A picture in the colours of the theme; says nothing to a screen reader."""

    def __init__(
        self, theme: Theme, name: str, *, size: int = 20, colour: str = "muted", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self._size = theme.icon_px(size)
        self._colour = colour
        self.setFixedSize(self._size, self._size)
        theme.changed.connect(self._draw)
        self._draw()

    def set_icon(self, name: str, colour: str = "muted") -> None:
        """Show another picture."""
        self._name, self._colour = name, colour
        self._draw()

    def _draw(self) -> None:
        drawn = icon(self._name, self._theme.colours.tokens()[self._colour], self._size)
        self.setPixmap(drawn.pixmap(QSize(self._size, self._size), self.devicePixelRatioF()))


class ElidedLabel(QLabel):
    """One line that gives way, in the middle if not said otherwise; the whole is in the tooltip."""

    def __init__(
        self,
        text: str = "",
        kind: str = "",
        parent: QWidget | None = None,
        *,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__(parent)
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        self.setText(text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = QFontMetrics(self.font()).elidedText(self.text(), self._elide, self.width())
        self.setToolTip(plain_tip(self.text()) if text != self.text() else "")
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)


def row(*parts: QWidget | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 8) -> QHBoxLayout:
    """Return widgets side by side; a number is a stretch."""
    return _fill(QHBoxLayout(), parts, margins, spacing)


def column(*parts: QWidget | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 8) -> QVBoxLayout:
    """Return widgets one below the other; a number is a stretch."""
    return _fill(QVBoxLayout(), parts, margins, spacing)


def centred_texts(width: int, *texts: QLabel) -> QHBoxLayout:
    """Return wrapped texts in a centred column of a fixed width, as high as they need.

    Between stretches, because a layout gives a wrapped label that it aligns itself the height of a wider one.
    """
    made = QWidget()
    made.setFixedWidth(width)
    for text in texts:
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    made.setLayout(column(*texts))
    return row(1, made, 1)


def frame(name: str, parent: QWidget | None = None) -> QFrame:
    """Return an empty frame the style sheet knows by this name."""
    made = QFrame(parent)
    made.setObjectName(name)
    return made


def discard(widget: QWidget) -> None:
    """Take a widget away: out of sight at once, deleted when nothing of it is running.

    WORKAROUND: it leaves its parent first. In PySide 6.11.3 a widget made in Python that Qt deletes through
    `deleteLater` while it has a parent is sometimes destroyed twice, once from within its own destructor.
    """
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()


def restyle(widget: QWidget, **properties: str | bool) -> None:
    """Set properties that the style sheet looks at."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


B = TypeVar("B", bound=QBoxLayout)


def _fill(box: B, parts: tuple[QWidget | int, ...], margins: tuple[int, int, int, int], spacing: int) -> B:
    box.setContentsMargins(*margins)
    box.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            box.addStretch(part)
        else:
            box.addWidget(part)
    return box
