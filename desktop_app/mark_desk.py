"""Couples what is selected with the marks it has: shows them, and has them changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.values.photo import PhotoId
from desktop_app.marking import Marking
from desktop_app.panels.marks_editor import MarksEditor, Summary
from desktop_app.search.completions import Completions
from desktop_app.session import Session

if TYPE_CHECKING:
    from core.catalog.mark_reader import PhotoMarks


class MarkDesk(QObject):
    """Shows and changes the marks of the selected photos.

    Signals:
        said: with a message for the user.
        failed: with what went wrong.

    Attributes:
        marking: makes the changes.
    """

    said = Signal(str)
    failed = Signal(str)

    def __init__(self, session: Session, editor: MarksEditor, parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = session.catalog
        self._editor = editor
        self._shown: tuple[PhotoId, ...] = ()
        self._reading = False
        self._again = False
        self.marking = Marking(session.catalog, session.engine, session.undo, self)
        self.marking.done.connect(self._done)
        self.marking.failed.connect(self.failed)
        self._completions = Completions(session.paths, self)
        self._completions.answered.connect(editor.line.offer)
        editor.line.completion_wanted.connect(self._completions.ask)
        editor.favourite_wanted.connect(lambda wanted: self.marking.set_favourite(self._shown, wanted))
        editor.rated.connect(lambda stars: self.marking.rate(self._shown, stars))
        editor.tag_added.connect(lambda name: self.marking.add_tag(self._shown, name))
        editor.tag_removed.connect(lambda name: self.marking.remove_tag(self._shown, name))

    def show(self, photo_ids: Sequence[PhotoId]) -> None:
        """Show the marks of these photos."""
        if self._shown != tuple(photo_ids):
            self._shown = tuple(photo_ids)
            self._editor.line.setText("")
        if len(self._shown) == 1:
            self._show(self._catalog.marks(self._shown))
        elif self._shown:
            self._read()

    def refresh(self, photo_ids: Sequence[PhotoId] | None) -> None:
        """Show the marks anew if they are of photos that changed; None: all may have."""
        if self._shown and (photo_ids is None or not set(photo_ids).isdisjoint(self._shown)):
            self.show(self._shown)

    def close(self) -> None:
        """End the thread."""
        self._completions.close()

    def _read(self) -> None:
        """Read the marks of many in a thread: first of those that were selected last, whatever came between."""
        self._again = self._reading
        if not self._reading:
            self._reading, ids = True, self._shown
            self._catalog.read(
                lambda reader: reader.marks(ids), lambda marks: self._was_read(ids, marks), self._was_not_read
            )

    def _was_read(self, photo_ids: tuple[PhotoId, ...], marks: "dict[PhotoId, PhotoMarks]") -> None:
        self._reading = False
        if photo_ids == self._shown:
            self._show(marks)
        if self._again:
            self._read()

    def _was_not_read(self, error: Exception) -> None:
        self._reading = self._again = False
        self.failed.emit(str(error))

    def _show(self, marks: "dict[PhotoId, PhotoMarks]") -> None:
        if marks:
            self._editor.show_summary(Summary.of(marks.values()))

    def _done(self, text: str, photos: int) -> None:
        self._completions.library_changed()
        if photos > 1:
            self.said.emit(f"{text}: {self.tr('%Ln photo(s)', '', photos)}")
