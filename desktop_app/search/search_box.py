"""The search box: one line for everything that can be asked, and the button that asks with a picture."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from desktop_app.search.completion_popup import CompletionPopup
from desktop_app.search.pinned import split, together
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, IconLabel, restyle, row

if TYPE_CHECKING:
    from core.query.completion import Completion
    from desktop_app.search.chips_row import ChipStrip

HEIGHT = 40
_BY_MOUSE_OR_TAB = {Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
_RETURN = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class SearchBox(QFrame):
    """Holds the text of the query.

    Signals:
        edited: with the text, on each change.
        submitted: Return was pressed.
        left: the user goes on to the photos (arrow down).
        rested: the focus went elsewhere; what is typed is meant.
        cleared: Escape was pressed in an empty box.
        picture_wanted: the picture button was pressed.
        completion_wanted: with the text, whose completions are to be handed to `offer`.

    Attributes:
        line: where the text is typed.
        popup: the list of completions, or of recent searches while the box is empty.
    """

    edited = Signal(str)
    submitted = Signal()
    left = Signal()
    rested = Signal()
    cleared = Signal()
    picture_wanted = Signal()
    completion_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchBox")
        self.setProperty("active", False)
        self.setFixedHeight(theme.high(HEIGHT))
        self.line = QLineEdit()
        self._invitation = self.tr("Describe a photo, or drop one here")
        self.line.setPlaceholderText(self._invitation)
        self.line.setAccessibleName(self.tr("Search"))
        self.line.setMaxLength(10_000)
        self.line.textChanged.connect(self._edited)
        self.line.textEdited.connect(self._typed)
        self.line.returnPressed.connect(self._submit)
        self.line.installEventFilter(self)
        self._pinned: tuple[str, ...] = ()
        self._strip: ChipStrip | None = None
        self._clear = IconButton(theme, "close", self.tr("Clear"), size=18)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.clicked.connect(self._clear_all)
        self._clear.hide()
        picture = IconButton(theme, "picture", self.tr("Search with a picture…"), size=20)
        picture.clicked.connect(self.picture_wanted)
        self._box = row(
            IconLabel(theme, "search", size=20), self.line, self._clear, picture, margins=(14, 0, 8, 0), spacing=8
        )
        self.setLayout(self._box)
        self.setFocusProxy(self.line)
        self.popup = CompletionPopup(theme, self)
        self.popup.taken.connect(self._take_completion)
        self._wanted: str | None = None
        self._offered = ""
        self._goes_on = False

    @property
    def text(self) -> str:
        """What is asked: the filters that stand as chips, and what is typed."""
        return together(self._pinned, self.line.text())

    def set_text(self, text: str) -> None:
        """Put other text into the box; tells as if it was typed."""
        if text != self.text:
            self._pin(*split(text))

    def put_chips(self, strip: "ChipStrip") -> None:
        """Show the chips before the line."""
        self._strip = strip
        self._box.insertWidget(1, strip)
        strip.set_room(self.width())

    def take(self, typed: str) -> None:
        """Go on typing here with what was typed elsewhere."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.end(False)
        self.line.insert(typed)

    def focus(self) -> None:
        """Get ready to be typed into."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()
        if not self.line.text():
            self.want_completions()

    def want_completions(self) -> None:
        """Ask how the text may go on, or for recent searches if there is none."""
        self._goes_on = False
        if self.line.cursorPosition() < len(self.line.text()):
            self.dismiss()
            return
        self._wanted = self.line.text()
        self.completion_wanted.emit(self._wanted)

    def recent_changed(self) -> None:
        """Show the recent searches anew, if they are shown, or would have been had there been any."""
        if self._wanted is not None and not self._wanted.strip() and self.line.hasFocus():
            self.want_completions()

    def offer(self, text: str, completions: "tuple[Completion, ...]") -> None:
        """Show the completions of a text, if it is still the one that is typed."""
        if text != self._wanted or text != self.line.text() or not self.line.hasFocus():
            return
        goes_on, self._goes_on = self._goes_on, False
        self._offered = text
        self.popup.offer(completions, recent=not text.strip())
        if not completions and goes_on:
            self.left.emit()

    def dismiss(self) -> None:
        """Hide the completions, also those that are on their way."""
        self._wanted = None
        self.popup.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QFocusEvent) and event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self._focus_changed(event)
        elif event.type() is QEvent.Type.MouseButtonPress and not self.line.text() and self.line.hasFocus():
            self.want_completions()
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if self.popup.isVisible() and self._pressed_in_popup(event):
                return True
            if event.key() == Qt.Key.Key_Down:
                self._go_down()
                return True
            if event.key() == Qt.Key.Key_Backspace and self._unpin():
                return True
            if event.key() == Qt.Key.Key_Escape:
                if self.text:
                    self._clear_all()
                    self.dismiss()
                else:
                    self.cleared.emit()
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if self._strip is not None:
            self._strip.set_room(self.width())
        if self.popup.isVisible():
            self.popup.place()

    def _focus_changed(self, event: QFocusEvent) -> None:
        restyle(self, active=event.gotFocus())
        deliberate = event.reason() in _BY_MOUSE_OR_TAB
        if event.lostFocus():
            self.dismiss()
            if deliberate:
                self.rested.emit()
        elif deliberate and not self.line.text():
            self.want_completions()

    def _pressed_in_popup(self, event: QKeyEvent) -> bool:
        """Do what a key means while completions are shown. Returns whether it means anything there."""
        key, popup = event.key(), self.popup
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            popup.step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key == Qt.Key.Key_Escape:
            self.dismiss()
            return True
        if key == Qt.Key.Key_Delete:
            return popup.remove_current()
        if key == Qt.Key.Key_Tab and self._offered != self.line.text():
            # Typed faster than answered: what is shown goes on from less than what is there.
            return True
        if key == Qt.Key.Key_Tab:
            # Of recent searches none is likelier: with nothing chosen, Tab goes to the next part of the window.
            return popup.take(first=not popup.is_recent)
        return key in _RETURN and popup.take()

    def _go_down(self) -> None:
        if self.line.text():
            self.left.emit()
            self.rested.emit()
        else:
            self.want_completions()
            self._goes_on = True

    def _take_completion(self, completion: "Completion") -> None:
        recent = self.popup.is_recent
        text = completion.text if recent or completion.text.endswith(":") else f"{completion.text} "
        # Not `setText`: what was typed can be had back with Ctrl+Z.
        self.line.selectAll()
        self.line.insert(text)
        if recent:
            self._submit()

    def _submit(self) -> None:
        self.dismiss()
        self._pin(*split(self.text))
        self.submitted.emit()

    def _typed(self, text: str) -> None:
        if self.popup.is_recent and text.strip():
            self.popup.dismiss()
        if text.endswith(" "):
            pinned, rest = split(self.text)
            if pinned != self._pinned:
                self._pin(pinned, rest)
        self.want_completions()

    def _edited(self, text: str) -> None:
        self._clear.setVisible(bool(self.text))
        if text != self._wanted:
            self.dismiss()
        self.edited.emit(self.text)

    def _pin(self, pinned: tuple[str, ...], line: str) -> None:
        """Let filters stand as chips, and the rest in the line."""
        same = line == self.line.text()
        self._pinned = pinned
        self.line.setPlaceholderText("" if pinned else self._invitation)
        if same:
            self._edited(line)
        else:
            self.line.setText(line)

    def _unpin(self) -> bool:
        """Make the last chip text again, if the cursor is at the start. Returns whether it was."""
        if not self._pinned or self.line.cursorPosition() or self.line.hasSelectedText():
            return False
        *kept, last = self._pinned
        line = f"{last} {self.line.text()}" if self.line.text() else last
        self._pin(tuple(kept), line)
        self.line.setCursorPosition(len(last))
        return True

    def _clear_all(self) -> None:
        self._pin((), "")
        self.focus()
