"""The panels on either side of the photos: beside them where there is room, else over them when asked for."""

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, QRect, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStyle, QWidget

from desktop_app.theme.theme import Theme

SIDE_BY_SIDE = 900
"""A narrower window has no panel beside the photos."""
SLIDE_MS = 120


class _Scrim(QWidget):
    """Lies between a panel and what it covers; a click on it closes the panel."""

    clicked = Signal()

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        self.clicked.emit()


class Panels(QWidget):
    """Holds the middle and a panel on either side.

    Attributes:
        sidebar_wanted, details_wanted: what the user chose, for a wide window.
    """

    def __init__(self, theme: Theme, sidebar: QWidget, middle: QWidget, details: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._sidebar, self._middle, self._details = sidebar, middle, details
        self.sidebar_wanted = True
        self.details_wanted = False
        self._over: QWidget | None = None
        self._bare = False
        self._with_details = True
        self._left, self._right = QWidget(), QWidget()
        self._left.setFixedWidth(sidebar.width())
        self._right.setFixedWidth(details.width())
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._left)
        box.addWidget(middle, 1)
        box.addWidget(self._right)
        self._scrim = _Scrim(self)
        self._scrim.clicked.connect(self.close_over)
        for panel in (sidebar, details):
            panel.setParent(self)
            panel.installEventFilter(self)
        self._slide = QPropertyAnimation(self)
        self._slide.setPropertyName(b"pos")
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.place()

    @property
    def is_wide(self) -> bool:
        """Whether there is room for panels beside the photos."""
        return self.width() >= self._theme.wide(SIDE_BY_SIDE)

    @property
    def is_over(self) -> bool:
        """Whether a panel lies over the photos."""
        return self._over is not None

    def show_for_page(self, *, bare: bool, with_details: bool) -> None:
        """Say what belongs to the page that is shown. `bare`: neither panel."""
        self._bare, self._with_details = bare, with_details
        self.place()

    def toggle_sidebar(self) -> None:
        """Show or hide the sidebar."""
        if self.is_wide:
            self.sidebar_wanted = not self.sidebar_wanted
            self.place()
        else:
            self._toggle_over(self._sidebar)

    def toggle_details(self) -> None:
        """Show or hide the details."""
        if self.is_wide:
            self.details_wanted = not self.details_wanted
            self.place()
        else:
            self._toggle_over(self._details)

    def show_details(self) -> None:
        """Show the details."""
        if self._details.isHidden():
            self.toggle_details()

    def close_over(self) -> None:
        """Close the panel that lies over the photos."""
        if self._over is not None:
            self._over = None
            self.place()

    def place(self) -> None:
        """Put the panels where they belong."""
        if self.is_wide or self._bare:
            self._over = None
        sidebar = self.sidebar_wanted and self.is_wide and not self._bare
        details = self.details_wanted and self.is_wide and self._with_details and not self._bare
        self._left.setVisible(sidebar)
        self._right.setVisible(details)
        self._sidebar.setVisible(sidebar or self._over is self._sidebar)
        self._details.setVisible(details or self._over is self._details)
        self._sidebar.setGeometry(0, 0, self._sidebar.width(), self.height())
        self._details.setGeometry(self._at_the_right())
        self._scrim.setGeometry(self.rect())
        self._scrim.setVisible(self._over is not None)
        if self._over is not None:
            self._scrim.raise_()
            self._over.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # A panel that grows with the font takes its place along.
        if event.type() is QEvent.Type.Resize:
            self._left.setFixedWidth(self._sidebar.width())
            self._right.setFixedWidth(self._details.width())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.place()

    def _toggle_over(self, panel: QWidget) -> None:
        self._over = None if self._over is panel else panel
        self.place()
        if self._over is not None and self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0:
            end = panel.pos()
            away = -panel.width() if panel is self._sidebar else panel.width()
            self._slide.stop()
            self._slide.setTargetObject(panel)
            self._slide.setStartValue(end + QPoint(away, 0))
            self._slide.setEndValue(end)
            self._slide.start()

    def _at_the_right(self) -> QRect:
        width = self._details.width()
        return QRect(self.width() - width, 0, width, self.height())
