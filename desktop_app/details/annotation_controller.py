"""Couples what is selected with the marks it has: shows them, and has them changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.values.photo import PhotoId
from desktop_app.backend.session import Session
from desktop_app.backend.tasks import LatestOnly
from desktop_app.details.annotation_editor import AnnotationEditor
from desktop_app.details.annotation_form import AnnotationForm, Summary
from desktop_app.search.completions import Completions

if TYPE_CHECKING:
    from core.catalog.annotation_reader import PhotoAnnotations


class AnnotationController(QObject):
    """Shows and changes the marks of the selected photos.

    Signals:
        said: with a message for the user.
        done: with what was changed, which can be undone.
        failed: with what went wrong.

    Attributes:
        marking: makes the changes.
    """

    said = Signal(str)
    done = Signal(str)
    failed = Signal(str)

    def __init__(self, session: Session, editor: AnnotationForm, parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = session.catalog
        self._editor = editor
        self._shown: tuple[PhotoId, ...] = ()
        self._reading = LatestOnly(self._read)
        self.marking = AnnotationEditor(session.catalog, session.engine, session.undo, self)
        self.marking.done.connect(self._done)
        self.marking.undone.connect(self._undone)
        self.marking.failed.connect(self.failed)
        self._completions = Completions(session.paths, session.tasks, self)
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
            self._show(self._catalog.annotations(self._shown))
        elif self._shown:
            self._reading.ask(self._shown)

    def refresh(self, photo_ids: Sequence[PhotoId] | None) -> None:
        """Show the marks anew if they are of photos that changed; None: all may have."""
        if self._shown and (photo_ids is None or not set(photo_ids).isdisjoint(self._shown)):
            self.show(self._shown)

    def _read(self, ids: tuple[PhotoId, ...]) -> None:
        """Read the annotations of many in a thread: next of those that were selected last, whatever came between."""
        if not self._catalog.is_open:
            self._reading.finished()
            return
        self._catalog.read(
            lambda reader: reader.annotations(ids),
            lambda annotations: self._was_read(ids, annotations),
            self._was_not_read,
        )

    def _was_read(self, photo_ids: tuple[PhotoId, ...], annotations: "dict[PhotoId, PhotoAnnotations]") -> None:
        if photo_ids == self._shown:
            self._show(annotations)
        self._reading.finished()

    def _was_not_read(self, error: Exception) -> None:
        self._reading.finished(go_on=False)
        self.failed.emit(str(error))

    def _show(self, annotations: "dict[PhotoId, PhotoAnnotations]") -> None:
        if annotations:
            self._editor.show_summary(Summary.of(annotations.values()))

    def _done(self, text: str) -> None:
        self._completions.library_changed()
        self.done.emit(text)

    def _undone(self, text: str) -> None:
        self._completions.library_changed()
        self.said.emit(text)
