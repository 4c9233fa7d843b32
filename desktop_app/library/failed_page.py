"""The files that could not be read, each with its reason; they can be tried again."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from core.values.paths import shown
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import ElidedLabel, IconButton, IconLabel, button, column, discard, label, row

if TYPE_CHECKING:
    from core.catalog.reader import FailedFile

MOST_SHOWN = 200


class FailedPage(QFrame):
    """Lists `FailedFile`s.

    Signals:
        retry_wanted: with a tuple of `FileId`, or None for all.
        show_wanted: with the path of a file.

    Attributes:
        retry_buttons: one a file, in order.
    """

    retry_wanted = Signal(object)
    show_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._theme = theme
        self.retry_buttons: list[IconButton] = []
        self._files: tuple[FailedFile, ...] | None = None
        self._title = label("", "heading")
        self._retry_all = button(self.tr("Try all again"), clicked=lambda: self.retry_wanted.emit(None))
        self._retry_all.setObjectName("retryAll")
        hint = label(
            self.tr("Each is tried again by itself when the file changes. Nothing was done to these files."),
            "muted",
            wrap=True,
        )
        self._body = QWidget()
        self._body.setObjectName("scrollBody")
        self._list = QVBoxLayout(self._body)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._entries: QWidget | None = None
        scroll = QScrollArea(widgetResizable=True)
        scroll.setObjectName("page")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self._body)
        whole = column(margins=(24, 16, 8, 0), spacing=10)
        whole.addLayout(row(self._title, 1, self._retry_all, margins=(0, 0, 16, 0)))
        whole.addWidget(hint)
        whole.addWidget(scroll, 1)
        self.setLayout(whole)

    def show_files(self, files: "Sequence[FailedFile]") -> None:
        """List these files."""
        if self._files == tuple(files):
            return
        self._files = tuple(files)
        self._title.setText(
            self.tr("%Ln file(s) could not be read", "", len(files)) if files else self.tr("Every file could be read")
        )
        self._retry_all.setVisible(bool(files))
        self.retry_buttons.clear()
        if self._entries is not None:
            discard(self._entries)
        entries = [self._entry(failed) for failed in files[:MOST_SHOWN]]
        if len(files) > MOST_SHOWN:
            entries.append(label(self.tr("and %Ln more", "", len(files) - MOST_SHOWN), "muted"))
        self._entries = QWidget()
        self._entries.setLayout(column(*entries, 1, margins=(0, 0, 16, 16), spacing=4))
        self._list.addWidget(self._entries)

    def _entry(self, failed: "FailedFile") -> QWidget:
        path = PurePath(failed.path)
        entry = QWidget()
        name = ElidedLabel(shown(path.name))
        folder = ElidedLabel(shown(path.parent), "small")
        reason = label(failed.reason, "", wrap=True)
        show = IconButton(self._theme, "folder", self.tr("Show in the file manager"), size=18)
        show.clicked.connect(lambda: self.show_wanted.emit(failed.path))
        retry = IconButton(self._theme, "retry", self.tr("Try again"), size=18)
        retry.clicked.connect(lambda: self.retry_wanted.emit((failed.file_id,)))
        self.retry_buttons.append(retry)
        texts = column(name, reason, folder, spacing=2)
        whole = row(margins=(0, 8, 0, 8), spacing=12)
        whole.addWidget(IconLabel(self._theme, "file", size=24), 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(texts, 1)
        whole.addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
        whole.addWidget(retry, 0, Qt.AlignmentFlag.AlignTop)
        entry.setLayout(whole)
        return entry
