"""The search box: one line for everything that can be asked, and the button that asks with a picture."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from desktop_app.look.theme import Look
from desktop_app.panels.widgets import IconButton, IconLabel, restyle, row

HEIGHT = 46


class SearchBox(QFrame):
    """Holds the text of the query.

    Signals:
        edited: with the text, on each change.
        submitted: Return was pressed.
        left: the user goes on to the photos (arrow down).
        cleared: Escape was pressed in an empty box.
        picture_wanted: the picture button was pressed.
    """

    edited = Signal(str)
    submitted = Signal()
    left = Signal()
    cleared = Signal()
    picture_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchBox")
        self.setProperty("active", False)
        self.setFixedHeight(HEIGHT)
        self.line = QLineEdit()
        self.line.setPlaceholderText(self.tr("Describe a photo, or drop one here"))
        self.line.setAccessibleName(self.tr("Search"))
        self.line.setMaxLength(10_000)
        self.line.textChanged.connect(self._edited)
        self.line.returnPressed.connect(self.submitted)
        self.line.installEventFilter(self)
        self._clear = IconButton(look, "close", self.tr("Clear"), size=18)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.clicked.connect(self._clear_all)
        self._clear.hide()
        picture = IconButton(look, "picture", self.tr("Search with a picture…"), size=20)
        picture.clicked.connect(self.picture_wanted)
        self.setLayout(
            row(
                IconLabel(look, "search", size=20),
                self.line,
                self._clear,
                picture,
                margins=(14, 0, 8, 0),
                spacing=8,
            )
        )
        self.setFocusProxy(self.line)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Put other text into the box; tells as if it was typed."""
        if text != self.line.text():
            self.line.setText(text)

    def take(self, typed: str) -> None:
        """Go on typing here with what was typed elsewhere."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.end(False)
        self.line.insert(typed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            restyle(self, active=event.type() is QEvent.Type.FocusIn)
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Escape:
                if self.line.text():
                    self.line.clear()
                else:
                    self.cleared.emit()
                return True
        return super().eventFilter(watched, event)

    def _edited(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self.edited.emit(text)

    def _clear_all(self) -> None:
        self.line.clear()
        self.line.setFocus()
