"""Text that is wrapped wherever it must: names of files may be longer than a line and have no space."""

import re

from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QWidget

LONGEST = 16
"""So many letters in a row are never broken."""
_BREAK = "\u200b"
_LONG = re.compile(rf"\S{{{LONGEST + 1},}}")
_PART = re.compile(rf"[^_./\\-]{{1,{LONGEST}}}[_./\\-]*|[_./\\-]{{1,{LONGEST}}}")


def breakable(text: str) -> str:
    """Return the text with places at which Qt may break long words, after `_` and its like where there is one."""
    return _LONG.sub(lambda word: _BREAK.join(_PART.findall(word[0])), text)


class WrappedLabel(QLabel):
    """Shows and gives out its text as it is; the places to break stay inside."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(breakable(text), parent)
        self.setWordWrap(True)

    def text(self) -> str:
        return super().text().replace(_BREAK, "")

    def setText(self, text: str) -> None:  # noqa: N802
        super().setText(breakable(text))

    def selectedText(self) -> str:  # noqa: N802
        return super().selectedText().replace(_BREAK, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self._copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if self.hasSelectedText():
            menu = QMenu(self)
            menu.addAction(self.tr("Copy")).triggered.connect(self._copy)
            menu.popup(event.globalPos())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.selectedText())
