"""What the viewer says in the place of a picture that cannot be seen."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.theme.widgets import button, label


class ViewerMessage(QWidget):
    """A reason, and what can be done about it.

    Attributes:
        retry, show_file: the buttons.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("viewerMessage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text: QLabel = label("", "", wrap=True)
        self._text.setObjectName("viewerTitle")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.retry = button(self.tr("Try again"))
        self.show_file = button(self.tr("Show file"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.retry)
        buttons.addWidget(self.show_file)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.addWidget(self._text)
        box.addLayout(buttons)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str) -> None:
        """Show a reason."""
        self._text.setText(text)
        self._text.setMinimumWidth(min(420, 20 + 7 * len(text)))
        self.show()
