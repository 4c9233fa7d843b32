"""The first thing a new user sees: which folders, that all stays here, and one button."""

import html
import os

from PySide6.QtCore import QLocale, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.backend.tasks import TaskRunner
from desktop_app.library.folder_card import FolderCard
from desktop_app.theme.icons import app_icon
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconLabel, button, column, frame, label, put_icon, row

WIDTH = 880 + 2 * 24
LOGO = 48


class WelcomePage(QFrame):
    """Asks for the first folders; the system's Pictures is proposed, with what is in it.

    Signals:
        folder_wanted: the user wants to choose a folder.
        started: with the paths of the folders to add.

    Attributes:
        choose: asks for another folder.
        start: adds those that are chosen.
    """

    folder_wanted = Signal()
    started = Signal(object)

    def __init__(self, theme: Theme, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._theme = theme
        self._tasks = tasks
        self._cards: list[FolderCard] = []
        self._proposed = False
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.choose = button(self.tr("Choose a folder…"), clicked=self.folder_wanted.emit)
        self.choose.setObjectName("chooseFolder")
        put_icon(self.choose, theme, "folder-add", 18)
        self.start = button("", "main", clicked=self._start)
        self.start.setObjectName("start")
        self.start.setDefault(True)
        self._note = label(self.tr("Your files stay where they are and are not changed."), "small", wrap=True)
        self._lay_out()
        self._count()

    @property
    def cards(self) -> list[FolderCard]:
        """The folders that are listed."""
        return self._cards

    def add(self, folder: str) -> None:
        """List a folder; looking through it begins."""
        folder = os.path.abspath(folder)
        if any(card.folder == folder for card in self._cards):
            return
        card = FolderCard(self._theme, self._tasks, folder)
        card.changed.connect(self._count)
        self._cards.append(card)
        self._list.addWidget(card)
        self._count()

    def propose(self) -> None:
        """List the system's folder for pictures, the first time."""
        if not self._proposed:
            self._proposed = True
            pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
            if pictures and os.path.isdir(pictures):
                self.add(pictures)

    def focus_first(self) -> None:
        """Give the focus to what comes next."""
        (self.start if self.start.isEnabled() else self.choose).setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.propose()

    def _lay_out(self) -> None:
        body = QWidget()
        body.setObjectName("scrollBody")
        inner = QWidget()
        inner.setMaximumWidth(self._theme.wide(WIDTH))
        box = column(margins=(24, 44, 24, 32), spacing=8)
        box.addLayout(self._head())
        box.addSpacing(24)
        box.addWidget(label(self.tr("Where are your photos?"), "subheading"))
        box.addLayout(self._list)
        drop = row(self.choose, spacing=12)
        drop.addSpacing(6)
        drop.addWidget(IconLabel(self._theme, "drop"))
        drop.addWidget(label(self.tr("or drop folders anywhere in this window"), "muted"), 1)
        box.addLayout(drop)
        box.addSpacing(24)
        box.addWidget(self._privacy())
        box.addSpacing(16)
        last = row(self.start, spacing=12)
        last.addWidget(self._note, 1)
        box.addLayout(last)
        box.addStretch(1)
        inner.setLayout(box)
        middle = row(1)
        middle.addWidget(inner, 1000)
        middle.addStretch(1)
        body.setLayout(middle)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setObjectName("page")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        scroll.viewport().setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _head(self) -> QHBoxLayout:
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(QSize(LOGO, LOGO), self.devicePixelRatioF()))
        promise = self.tr("Then type what you remember: “dog playing on the beach”.")
        words = column(
            label(self.tr("Find any photo by describing it"), "title", wrap=True),
            label(promise, "box", wrap=True),
            spacing=2,
        )
        head = row(spacing=16)
        head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        return head

    def _privacy(self) -> QWidget:
        made = frame("quietCard")
        promise = self.tr("Everything stays on this computer.")
        text = self.tr("No account, no upload. Eidetic goes online only to fetch a model you choose.")
        words = label("", "muted", wrap=True)
        words.setTextFormat(Qt.TextFormat.RichText)
        words.setText(f"<b>{html.escape(promise)}</b> {html.escape(text)}")
        line = row(IconLabel(self._theme, "lock", colour="accent_text"), margins=(18, 12, 16, 12), spacing=12)
        line.addWidget(words, 1)
        made.setLayout(line)
        return made

    def _count(self) -> None:
        wanted = [card for card in self._cards if card.is_wanted]
        files = sum(card.found.files for card in wanted)
        videos = sum(card.found.videos for card in wanted)
        number = QLocale().toString(files)
        if not files:
            text = self.tr("Start")
        elif videos:
            text = self.tr("Start with %1 photos and videos").replace("%1", number)
        else:
            text = self.tr("Start with %Ln photo(s)", "", files)
        self.start.setText(text)
        self.start.setEnabled(bool(wanted))
        self.choose.setText(self.tr("Add another folder…") if self._cards else self.tr("Choose a folder…"))

    def _start(self) -> None:
        folders = [card.folder for card in self._cards if card.is_wanted]
        for card in self._cards:
            card.stop()
        self.started.emit(folders)
