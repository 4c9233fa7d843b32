"""The first thing a new user sees: what this is, and one button."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop_app.look.icons import app_icon
from desktop_app.panels.widgets import button, column, label

TEXT_WIDTH = 460


class WelcomePage(QFrame):
    """Asks for the first folder.

    Signals:
        folder_wanted: the button was pressed.
    """

    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(QSize(96, 96), self.devicePixelRatioF()))
        title = label(self.tr("Find any photo by describing it"), "title")
        text = label(
            self.tr(
                "Choose a folder with your photos. Eidetic looks through it in the background, "
                "and you search by words, or with a picture that is like the one you mean."
            ),
            "muted",
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text.setFixedWidth(TEXT_WIDTH)
        self.choose = button(self.tr("Choose a folder…"), "main", clicked=self.folder_wanted.emit)
        self.choose.setObjectName("chooseFolder")
        self.choose.setDefault(True)
        note = label(
            self.tr("Everything stays on this computer. Your photos are never changed or moved."), "small", wrap=True
        )
        note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        note.setFixedWidth(TEXT_WIDTH)
        whole = column(margins=(32, 32, 32, 32), spacing=0)
        whole.addStretch(2)
        for part, gap in ((picture, 24), (title, 12), (text, 28), (self.choose, 28), (note, 0)):
            whole.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
            whole.addSpacing(gap)
        whole.addStretch(3)
        self.setLayout(whole)
