"""The first thing a new user sees: what this is, and one button."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop_app.theme.icons import app_icon
from desktop_app.theme.widgets import button, centred_texts, column, label

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
        title = label(self.tr("Find any photo by describing it"), "title", wrap=True)
        text = label(
            self.tr(
                "Choose a folder with your photos. Eidetic looks through it in the background, "
                "and you search by words, or with a picture that is like the one you mean."
            ),
            "muted",
            wrap=True,
        )
        self.choose = button(self.tr("Choose a folder…"), "main", clicked=self.folder_wanted.emit)
        self.choose.setObjectName("chooseFolder")
        self.choose.setDefault(True)
        note = label(
            self.tr("Everything stays on this computer. Your photos are never changed or moved."), "small", wrap=True
        )
        whole = column(margins=(32, 32, 32, 32), spacing=0)
        whole.addStretch(2)
        whole.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addSpacing(24)
        whole.addLayout(centred_texts(TEXT_WIDTH, title, text))
        whole.addSpacing(28)
        whole.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addSpacing(28)
        whole.addLayout(centred_texts(TEXT_WIDTH, note))
        whole.addStretch(3)
        self.setLayout(whole)
