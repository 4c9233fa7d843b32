"""Buttons and bars of the viewer. They lie on black in both themes, so their colours are those of the dark one."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QToolButton, QWidget

from desktop_app.theme.colours import DARK
from desktop_app.theme.icons import icon
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import label

SIDE = 32
_STEPS = 200
"""Of the zoom slider, from the whole picture to its largest."""


class ViewerButton(QToolButton):
    """A picture on black that can be clicked; its name is its tooltip, and what a screen reader says."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        text: str,
        clicked: Callable[[], object] | None = None,
        *,
        checkable: bool = False,
    ) -> None:
        super().__init__()
        self._size = theme.icon_px(20)
        self.setObjectName("viewerButton")
        self.setCheckable(checkable)
        self.setIconSize(QSize(self._size, self._size))
        self.setFixedSize(self._size + SIDE - 20, self._size + SIDE - 20)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_text(text)
        self.set_icon(name)
        if clicked is not None:
            self.clicked.connect(lambda _checked: clicked())

    def set_icon(self, name: str, colour: str = DARK.text) -> None:
        """Show another picture."""
        self.setIcon(icon(name, colour, self._size, disabled=DARK.outline, checked=DARK.accent_text))

    def set_text(self, text: str) -> None:
        """Set what it is called."""
        self.setToolTip(text)
        self.setAccessibleName(text)


class ZoomBar(QWidget):
    """Smaller, a slider, larger, fit, and how large it is in per cent.

    Signals:
        stepped: with +1 or -1.
        slid: with the share of the way from the whole picture to its largest, 0 to 1.
        fit_wanted: the whole picture is wanted.
    """

    stepped = Signal(int)
    slid = Signal(float)
    fit_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewerBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        smaller = ViewerButton(theme, "minus", self.tr("Zoom out (−)"), lambda: self.stepped.emit(-1))
        larger = ViewerButton(theme, "plus", self.tr("Zoom in (+)"), lambda: self.stepped.emit(1))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _STEPS)
        self._slider.setFixedWidth(88)
        self._slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._slider.setAccessibleName(self.tr("Zoom"))
        self._slider.valueChanged.connect(lambda value: self.slid.emit(value / _STEPS))
        fit = QPushButton(self.tr("Fit"))
        fit.setObjectName("viewerFit")
        fit.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        fit.clicked.connect(self.fit_wanted)
        self._per_cent: QLabel = label("", "small")
        self._per_cent.setMinimumWidth(44)
        self._per_cent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        box = QHBoxLayout(self)
        box.setContentsMargins(6, 2, 10, 2)
        box.setSpacing(6)
        for part in (smaller, self._slider, larger, fit, self._per_cent):
            box.addWidget(part)

    def show_scale(self, scale: float, share: float) -> None:
        """Show how large the picture is; `share`: of the way from all of it to its largest."""
        self._slider.blockSignals(True)
        self._slider.setValue(round(share * _STEPS))
        self._slider.blockSignals(False)
        self._per_cent.setText(self.locale().toString(round(scale * 100)) + " %")

    @property
    def text(self) -> str:
        """What it says."""
        return self._per_cent.text()


class KeyHints(QWidget):
    """The keys of the viewer in one line, for who does not know them yet."""

    def __init__(self, hints: "list[tuple[str, str]]", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 4, 16, 8)
        box.setSpacing(6)
        for key, text in hints:
            shown = label(key, "key")
            shown.setObjectName("viewerKey")
            said = label(text, "small")
            said.setObjectName("viewerHint")
            box.addWidget(shown)
            box.addWidget(said)
            box.addSpacing(12)
        box.addStretch(1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, super().minimumSizeHint().height())
