"""One row of the sidebar: a picture, a name that gives way, and a quiet number."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.theme.icons import pixmap
from desktop_app.theme.theme import Theme

if TYPE_CHECKING:
    from core.values.scope import Scope

HEIGHT = 36
ICON = 18


class SidebarRow(QAbstractButton):
    """Can be chosen, one of its group."""

    def __init__(self, theme: Theme, scope: "Scope", name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope = scope
        self._theme = theme
        self._icon = name
        self._note = ""
        self._faded = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.high(HEIGHT))
        theme.changed.connect(self.update)

    def set_note(self, text: str) -> None:
        """Set the number at the end."""
        self._note = text
        self.setAccessibleDescription(text)
        self.update()

    def set_faded(self, faded: bool) -> None:
        """Draw it as something that is not at hand."""
        self._faded = faded
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, self._theme.high(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        ground = colours.accent_soft if self.isChecked() else colours.hover if self.underMouse() else None
        painter.setPen(Qt.PenStyle.NoPen)
        if ground is not None:
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(box, 8, 8)
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        ink = colours.accent_text if self.isChecked() else colours.muted if self._faded else colours.text
        sign = colours.accent_text if self.isChecked() else colours.muted
        side = self._theme.icon_px(ICON)
        painter.drawPixmap(
            QPointF(12, (self.height() - side) / 2), pixmap(self._icon, sign, side, self.devicePixelRatioF())
        )
        small = self._theme.font("small")
        note_width = QFontMetrics(small).horizontalAdvance(self._note)
        font = self._theme.font("base", bold=self.isChecked())
        name_box = box.adjusted(12 + side + 10, 0, -12 - (note_width + 8 if self._note else 0), 0)
        name = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideMiddle, int(name_box.width()))
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(name_box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.setFont(small)
        painter.setPen(QColor(colours.muted))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(box.adjusted(0, 0, -12, 0), right, self._note)
