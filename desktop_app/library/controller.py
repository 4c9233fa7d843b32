"""Couples what shows the library as a whole with the engine: sidebar, status line, messages, failed files."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.engine.protocol import (
    AddRoot,
    EngineStatus,
    GetStatus,
    Pause,
    RemoveRoot,
    Rescan,
    Resume,
    RetryFailed,
)
from core.values.photo import RootId
from desktop_app.backend.session import Session
from desktop_app.library.messages import LibraryMessages
from desktop_app.library.overview import Overview
from desktop_app.library.sidebar import Sidebar
from desktop_app.library.status_line import StatusLine
from desktop_app.main_area import MainArea
from desktop_app.navigation.view import Page
from desktop_app.system.files import show_file, show_folder

if TYPE_CHECKING:
    from core.catalog.reader import RootRow


class LibraryController(QObject):
    """Shows the library as a whole, and changes what is in it.

    Signals:
        folder_added: photos will come.
        known: with the first and every later `Overview`.

    Attributes:
        messages: what there is to say.
    """

    folder_added = Signal()
    known = Signal(object)

    def __init__(
        self, window: QWidget, session: Session, centre: MainArea, sidebar: Sidebar, status: StatusLine
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._sidebar = sidebar
        self._status = status
        self._centre = centre
        self._paths: dict[RootId, str] = {}
        engine = session.engine
        self.messages = LibraryMessages(centre.messages, centre.toast, session.catalog, engine, session.undo)
        self.messages.restart_wanted.connect(engine.restart)
        self.messages.rescan_wanted.connect(lambda root: engine.ask(Rescan(RootId(root))))
        self.messages.removed.connect(lambda root: self._remove(RootId(root)))
        session.overview.changed.connect(self._show_overview)
        engine.progress.connect(status.show_progress)
        engine.model_changed.connect(centre.settings.show_model)
        engine.ready.connect(lambda: engine.ask(GetStatus(), self._show_status))
        status.pause_wanted.connect(lambda: engine.ask(Pause()))
        status.resume_wanted.connect(lambda: engine.ask(Resume()))
        sidebar.add_wanted.connect(self.choose_folder)
        sidebar.remove_wanted.connect(self._confirm_removal)
        sidebar.rescan_wanted.connect(lambda root: engine.ask(Rescan(root.root_id)))
        sidebar.show_wanted.connect(show_folder)
        centre.welcome.folder_wanted.connect(self.choose_folder)
        centre.welcome.started.connect(self._start)
        centre.failed.retry_wanted.connect(lambda files: engine.ask(RetryFailed(files)))
        centre.failed.show_wanted.connect(show_file)

    def choose_folder(self) -> None:
        """Let the user choose a folder, and add it. The system's Pictures folder is offered first."""
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        start = pictures if pictures and Path(pictures).is_dir() else str(Path.home())
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Choose a folder with photos"), start)
        if folder:
            self.take_folder(folder)

    def take_folder(self, folder: str) -> None:
        """Add a folder; on the first page, list it there."""
        if self._centre.page is Page.WELCOME:
            self._centre.welcome.add(folder)
        else:
            self.add_folder(folder)

    def add_folder(self, folder: str) -> None:
        """Add a folder to the library."""
        self.folder_added.emit()
        self._session.engine.ask(
            AddRoot(os.path.abspath(folder)), on_failed=lambda error: self.messages.problem("add", str(error))
        )

    def _start(self, folders: list[str]) -> None:
        for folder in folders:
            self.add_folder(folder)

    def _confirm_removal(self, root: "RootRow") -> None:
        """Ask, with what would go."""
        self._session.catalog.read(
            lambda reader: reader.removal_effect(root.root_id),
            lambda effect: self.messages.confirm_removal(root, effect),
        )

    def _remove(self, root_id: RootId) -> None:
        path = self._paths.get(root_id)
        if path is None:
            return

        def remove(root: RootId) -> None:
            self._session.engine.ask(RemoveRoot(root), lambda _: self.messages.removed_folder(path))

        def add_again() -> None:
            self._session.engine.ask(AddRoot(path), added.append)

        added = [root_id]
        remove(root_id)
        # Each time it is added again it is another root.
        self._session.undo.add("folder", add_again, lambda: remove(added[-1]))

    def _show_overview(self, overview: Overview) -> None:
        self._paths = {root.root_id: root.path for root in overview.roots}
        self._sidebar.show_overview(overview)
        self._centre.failed.show_files(overview.failed)
        self.messages.show_overview(overview)
        self.known.emit(overview)

    def _show_status(self, status: EngineStatus) -> None:
        self._status.show_progress(status.progress)
        self._session.engine.model_changed.emit(status.model)
