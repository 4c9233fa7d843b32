"""Moves photos to the system's trash when the user says so, and back when it is undone."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from core.engine.protocol import Rescan
from core.values.paths import shown
from core.values.photo import PhotoId, RootId
from desktop_app.backend.session import Session
from desktop_app.grid.trash import Outcome, Trashed, from_trash, to_trash

if TYPE_CHECKING:
    from core.catalog.photo_files import PhotoFile

KIND = "trash"
"""Its kind of step in `Undo`."""


class TrashController(QObject):
    """Never moves what is offline. What was said of a photo is kept by its content, and comes back with the file.

    Signals:
        said: with a message for the user.
        done: with what was moved, which can be undone.
        moved: with the `PhotoId`s whose files are all in the trash now.
    """

    said = Signal(str)
    done = Signal(str)
    moved = Signal(object)

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session

    def move(self, photo_ids: Sequence[PhotoId]) -> None:
        """Move all files of some photos to the trash; of more than one photo after a question."""
        photos = tuple(photo_ids)
        self._session.catalog.read(lambda reader: reader.files(photos), partial(self._ask, photos))

    def _ask(self, photos: tuple[PhotoId, ...], files: "list[PhotoFile]") -> None:
        offline = next((file for file in files if file.offline is not None), None)
        if offline is not None:
            text = self.tr("Nothing was moved: %1 cannot be reached now.")
            self.said.emit(text.replace("%1", shown(offline.path)))
        elif files and (len(photos) == 1 or self._confirmed(len(photos), len(files))):
            roots = {file.root_id for file in files}
            self._run([file.path for file in files], roots, photos)

    def _confirmed(self, photos: int, files: int) -> bool:
        box = QMessageBox(self._window)
        box.setObjectName("confirmTrash")
        box.setText(self.tr("Move %Ln photo(s) to the trash?", "", photos))
        if files != photos:
            text = self.tr("These are %1 files: copies, and what lies beside a photo, go with it.")
            box.setInformativeText(text.replace("%1", QLocale().toString(files)))
        move = box.addButton(self.tr("Move to the trash"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        return box.clickedButton() is move

    def _run(self, paths: Sequence[str], roots: set[RootId], photos: tuple[PhotoId, ...]) -> None:
        self._session.tasks.run(partial(to_trash, paths), partial(self._moved, roots, photos))

    def _moved(self, roots: set[RootId], photos: tuple[PhotoId, ...], outcome: Outcome) -> None:
        self._look_again(roots)
        if outcome.failed:
            text = self.tr("%1 could not be moved to the trash.")
            self.said.emit(text.replace("%1", shown(outcome.failed[0])))
        if not outcome.moved:
            return
        if not outcome.failed:
            self.moved.emit(photos)
        text = self.tr("%Ln photo(s) moved to the trash", "", len(photos))
        if all(one.place for one in outcome.moved):
            back = partial(self._take_back, outcome.moved, roots)
            again = partial(self._run, [one.path for one in outcome.moved], roots, photos)
            self._session.undo.add(KIND, back, again)
            self.done.emit(text)
        else:
            self.said.emit(text)

    def _take_back(self, moved: Sequence[Trashed], roots: set[RootId]) -> None:
        self._session.tasks.run(partial(from_trash, moved), partial(self._came_back, roots))

    def _came_back(self, roots: set[RootId], outcome: Outcome) -> None:
        self._look_again(roots)
        if outcome.failed:
            text = self.tr("%1 could not be moved back: it is no longer in the trash, or another file has its place.")
            self.said.emit(text.replace("%1", shown(outcome.failed[0])))

    def _look_again(self, roots: set[RootId]) -> None:
        """Have the library follow at once, also where folders are not watched."""
        for root_id in roots:
            self._session.engine.ask(Rescan(root_id))
