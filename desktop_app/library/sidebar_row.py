"""One row of the sidebar: a picture, a name that gives way, a quiet number, and a sign that unfolds what is below."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from core.values.scope import Scope
from desktop_app.theme.icons import pixmap
from desktop_app.theme.theme import Theme

HEIGHT = 28
ICON = 20
PADDING = 8
INDENT = 12
SIGN = 16
RADIUS = 6


class SidebarRow(QAbstractButton):
    """Can be chosen, one of its group.

    Signals:
        fold_wanted: what is below is to be shown, or no longer.
    """

    fold_wanted = Signal()

    def __init__(self, theme: Theme, scope: Scope, name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope = scope
        self._theme = theme
        self._icon = name
        self._note = ""
        self._is_quiet = False
        self._depth = 0
        self._is_tree = False
        self._is_open: bool | None = None
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.high(HEIGHT))
        theme.changed.connect(self.update)

    @property
    def note(self) -> str:
        """The number at the end."""
        return self._note

    def set_note(self, text: str) -> None:
        """Set the number at the end."""
        self._note = text
        self.setAccessibleDescription(text)
        self.update()

    def set_quiet(self, quiet: bool) -> None:
        """Draw it as something that is not at hand, or not often wanted."""
        self._is_quiet = quiet
        self.update()

    def set_icon(self, name: str) -> None:
        """Show another picture."""
        self._icon = name
        self.update()

    def set_place(self, depth: int, is_open: bool | None) -> None:
        """Say where in a tree it is, and whether what is below is seen; None: nothing is below."""
        self._is_tree, self._depth, self._is_open = True, depth, is_open
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, self._theme.high(HEIGHT))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._is_open is not None and event.position().x() < self._left() + SIGN:
            self.fold_wanted.emit()
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._is_open is not None and event.button() is Qt.MouseButton.LeftButton:
            self.fold_wanted.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        opens, closes = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self._is_open is not None and event.key() in {opens, closes}:
            if self._is_open is (event.key() == closes):
                self.fold_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours, scale = self._theme.colours, self.devicePixelRatioF()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        ground = colours.accent_soft if self.isChecked() else colours.hover if self.underMouse() else None
        if ground is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        ink = colours.accent_text if self.isChecked() else colours.muted if self._is_quiet else colours.text
        sign = colours.accent_text if self.isChecked() else colours.muted
        left, middle = float(self._left()), self.height() / 2
        if self._is_tree:
            if self._is_open is not None:
                picture = pixmap("down" if self._is_open else "right", sign, 14, scale)
                painter.drawPixmap(QPointF(left, middle - 7), picture)
            left += SIGN
        side = self._theme.icon_px(ICON)
        painter.drawPixmap(QPointF(left, middle - side / 2), pixmap(self._icon, sign, side, scale))
        left += side + (6 if self._is_tree else PADDING)
        small = self._theme.font("small")
        note_width = QFontMetrics(small).horizontalAdvance(self._note)
        font = self._theme.font("base", bold=self.isChecked())
        name_box = box.adjusted(left, 0, -PADDING - (note_width + 8 if self._note else 0), 0)
        name = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideMiddle, int(name_box.width()))
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(name_box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.setFont(small)
        painter.setPen(QColor(sign))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(box.adjusted(0, 0, -PADDING, 0), right, self._note)

    def _left(self) -> int:
        return PADDING + self._depth * INDENT
