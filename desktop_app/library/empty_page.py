"""Shown instead of the grid when there is nothing to show: why, and what can be done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconLabel, button, centred_texts, column, label

TEXT_WIDTH = 400


class EmptyPage(QFrame):
    """One picture, one line, one hint, and perhaps one button.

    Signals:
        action_wanted: the button was pressed.

    Attributes:
        button: what can be done.
    """

    action_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._icon = IconLabel(theme, "photos", size=44, colour="tile_text")
        self._title = label("", "subheading", wrap=True)
        self._hint = label("", "muted", wrap=True)
        self.button = button("", "", clicked=self.action_wanted.emit)
        whole = column(margins=(32, 32, 32, 32), spacing=0)
        whole.addStretch(2)
        whole.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addSpacing(18)
        whole.addLayout(centred_texts(TEXT_WIDTH, self._title, self._hint))
        whole.addSpacing(20)
        whole.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(3)
        self.setLayout(whole)

    def say(self, icon: str, title: str, hint: str, action: str = "") -> None:
        """Set what it says; without `action` there is no button."""
        self._icon.set_icon(icon, "tile_text")
        self._title.setText(title)
        self._hint.setText(hint)
        self.button.setText(action)
        self.button.setVisible(bool(action))

    @property
    def hint(self) -> str:
        """What it says below."""
        return self._hint.text()

    @property
    def title(self) -> str:
        """The line it says."""
        return self._title.text()
