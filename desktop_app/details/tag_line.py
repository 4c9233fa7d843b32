"""The line in which a tag is typed, with the tags of the library that begin like it."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from core.query.tokens import quoted
from desktop_app.search.completion_popup import CompletionPopup
from desktop_app.theme.theme import Theme

if TYPE_CHECKING:
    from core.query.completion import Completion

_RETURN = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class TagLine(QLineEdit):
    """Takes one tag after the other.

    Signals:
        entered: with the name of a tag.
        left: Escape was pressed.
        completion_wanted: with a query of one tag filter, whose completions are to be handed to `offer`.

    Attributes:
        popup: the list of completions.
    """

    entered = Signal(str)
    left = Signal()
    completion_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Add a tag"))
        self.setAccessibleName(self.tr("Add a tag"))
        self.setMaxLength(200)
        self.popup = CompletionPopup(theme, self, icon="tag")
        self.popup.taken.connect(lambda completion: self._enter(completion.label))
        self._wanted: str | None = None
        self._known: frozenset[str] = frozenset()
        self.textEdited.connect(self._edited)

    def use_known(self, names: Collection[str]) -> None:
        """Do not offer these: the photos have them."""
        self._known = frozenset(names)

    def offer(self, query: str, completions: "tuple[Completion, ...]") -> None:
        """Show the completions of a query, if it is still the one that is wanted."""
        if query == self._wanted and self.hasFocus():
            self.popup.offer(tuple(one for one in completions if one.label not in self._known), recent=False)

    def dismiss(self) -> None:
        """Hide the completions, also those that are on their way."""
        self._wanted = None
        self.popup.dismiss()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride and self._is_for_window(event):
                event.ignore()
                return False
            if event.type() is QEvent.Type.KeyPress and self._pressed(event):
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.dismiss()

    def _is_for_window(self, event: QKeyEvent) -> bool:
        """Tell whether undo or redo means the last tag, and not what was typed here."""
        standard = QKeySequence.StandardKey
        return (event.matches(standard.Undo) and not self.isUndoAvailable()) or (
            event.matches(standard.Redo) and not self.isRedoAvailable()
        )

    def _pressed(self, event: QKeyEvent) -> bool:
        """Do what a key means here and not in any line. Returns whether it means anything."""
        key = event.key()
        if self._is_for_window(event):
            event.ignore()
            return True
        if self.popup.isVisible() and key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.popup.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Down:
            self._want()
        elif key == Qt.Key.Key_Escape:
            if self.popup.isVisible():
                self.dismiss()
            elif self.text():
                self.setText("")
            else:
                self.left.emit()
        elif key == Qt.Key.Key_Tab and self.popup.isVisible():
            self.popup.take(first=True)
        elif key in _RETURN:
            if not self.popup.take():
                self._enter(self.text())
        else:
            return False
        return True

    def _edited(self, text: str) -> None:
        if text.strip():
            self._want()
        else:
            self.dismiss()

    def _want(self) -> None:
        self._wanted = f"tag:{quoted(' '.join(self.text().split()))}" if self.text().strip() else "tag:"
        self.completion_wanted.emit(self._wanted)

    def _enter(self, text: str) -> None:
        name = " ".join(text.split())
        # Not `clear`, which Ctrl+Z would take back.
        self.setText("")
        self.dismiss()
        if name:
            self.entered.emit(name)
