"""What can be done with selected photos: by menu, by key, from the details panel. Touches no file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImage, QImageReader, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from core.values.paths import shown
from core.values.photo import PhotoId
from desktop_app.backend.session import Session
from desktop_app.details.annotation_editor import AnnotationEditor
from desktop_app.grid.selection_bar import Doing
from desktop_app.system.files import open_file, show_file, url_of
from desktop_app.theme.icons import icon

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow

MOST_OPENED = 12
MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One action of the menu."""

    name: str
    icon: str
    text: str
    key: QKeySequence | None
    do: Callable[[Sequence["PhotoRow"]], None]


class PhotoActions(QObject):
    """Does things with photos.

    Signals:
        similar_wanted: with the `PhotoId` to look for others like it.
        refine_wanted: with the `PhotoId`s of results to search for more like, and whether more or less.
        tag_wanted: the user wants to type a tag for them.
        trash_wanted: with the `PhotoId`s to move to the trash.
        said: with a message for the user.
    """

    similar_wanted = Signal(object)
    refine_wanted = Signal(object, bool)
    tag_wanted = Signal()
    trash_wanted = Signal(object)
    said = Signal(str)

    def __init__(
        self,
        window: QWidget,
        session: Session,
        marking: AnnotationEditor,
        selected: Callable[[], list[PhotoId]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._catalog = session.catalog
        self._tasks = session.tasks
        self._marking = marking
        self._theme = session.theme
        self._selected = selected
        self._among_results = False
        keys = QKeySequence
        self._entries = (
            Entry("open", "open", self.tr("Open"), keys("Ctrl+O"), self.open),
            Entry(
                "show",
                "folder",
                self.tr("Show in the file manager"),
                keys("Ctrl+R"),
                self.show,
            ),
            Entry(
                "similar",
                "similar",
                self.tr("Find similar"),
                keys("S"),
                self.similar,
            ),
            Entry("more", "plus", self.tr("More like this"), keys("Ctrl+M"), partial(self.refine, liked=True)),
            Entry("less", "minus", self.tr("Less like this"), keys("Ctrl+Shift+M"), partial(self.refine, liked=False)),
            Entry(
                "favourite",
                "heart",
                self.tr("Favourite"),
                keys("H"),
                self.favourite,
            ),
            Entry("tag", "tag", self.tr("Add a tag…"), keys("T"), lambda _rows: self.tag_wanted.emit()),
            Entry("trash", "trash", self.tr("Move to the trash"), keys(Qt.Key.Key_Delete), self.trash),
            Entry("copy", "copy", self.tr("Copy"), keys(QKeySequence.StandardKey.Copy), self.copy),
            Entry(
                "path",
                "file",
                self.tr("Copy the path"),
                keys("Ctrl+Shift+C"),
                self.copy_path,
            ),
        )

        self._actions = {
            entry.name: self._action(entry.text, entry.key, partial(self.do, entry.name)) for entry in self._entries
        }
        self._ratings = [
            self._action(self._rating_text(stars), keys(f"{stars}"), partial(self.rate, stars))
            for stars in range(MOST_STARS + 1)
        ]

    def set_among_results(self, among_results: bool) -> None:
        """Say whether the photos were searched for; then one can ask for more like them."""
        self._among_results = among_results

    def actions(self) -> list[QAction]:
        """Return the actions with their keys, for the grid."""
        return [*self._actions.values(), *self._ratings]

    def marking_actions(self) -> list[QAction]:
        """Return those that mark photos, for where single photos are shown."""
        return [self._actions["favourite"], self._actions["tag"], *self._ratings]

    def doings(self) -> list[Doing]:
        """Return what is offered for selected photos, the most wanted first."""
        rating = self._rating_menu(self._window)
        offered = (
            ("favourite", "heart", self.tr("Favourite"), None),
            ("favourite", "star", self.tr("Rate"), rating),
            ("tag", "tag", self.tr("Tag"), None),
            ("similar", "similar", self.tr("Find similar"), None),
            ("copy", "copy", self.tr("Copy"), None),
            ("show", "folder", self.tr("Show file"), None),
            ("trash", "trash", self.tr("Trash"), None),
        )
        return [Doing(icon_name, text, self._actions[name], menu) for name, icon_name, text, menu in offered]

    def menu(self, at: QPoint) -> QMenu:
        """Show the menu for what is selected."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = self._rows()
        for entry in self._entries:
            if entry.name in {"more", "less"} and not self._among_results:
                continue
            text = entry.text
            if entry.name == "favourite" and rows and all(row.favourite for row in rows):
                text = self.tr("No longer a favourite")
            action = QAction(icon(entry.icon, self._theme.colours.muted, 18), text, menu)
            action.setObjectName(entry.name)
            if entry.key is not None:
                action.setShortcut(entry.key)
                action.setShortcutVisibleInContextMenu(True)
            action.setEnabled(entry.name != "similar" or len(rows) == 1)
            action.triggered.connect(partial(self.do, entry.name))
            menu.addAction(action)
            if entry.name == "favourite":
                menu.addMenu(self._rating_menu(menu))
            if entry.name in {"show", "less", "tag"}:
                menu.addSeparator()
        menu.popup(at)
        return menu

    def do(self, name: str, _checked: bool = False) -> None:
        """Do the named action with what is selected."""
        rows = self._rows()
        if rows:
            next(entry for entry in self._entries if entry.name == name).do(rows)

    def open(self, rows: Sequence["PhotoRow"]) -> None:
        """Open in the programs the user has for them."""
        for row in rows[:MOST_OPENED]:
            if not open_file(row.path):
                self._say_gone(row)

    def show(self, rows: Sequence["PhotoRow"]) -> None:
        """Show the first in the file manager."""
        if not show_file(rows[0].path):
            self._say_gone(rows[0])

    def similar(self, rows: Sequence["PhotoRow"]) -> None:
        """Search by the first as an example."""
        self.similar_wanted.emit(rows[0].photo_id)

    def refine(self, rows: Sequence["PhotoRow"], *, liked: bool) -> None:
        """Search again with these results in mind."""
        if self._among_results:
            self.refine_wanted.emit([row.photo_id for row in rows], liked)
        else:
            self.said.emit(self.tr("Search for something first; then say which results fit and which do not."))

    def favourite(self, rows: Sequence["PhotoRow"]) -> None:
        """Make all favourites, or none if all are."""
        wanted = not all(row.favourite for row in rows)
        self._marking.set_favourite([row.photo_id for row in rows], wanted)

    def rate(self, stars: int, _checked: bool = False) -> None:
        """Rate what is selected."""
        if photo_ids := self._selected():
            self._marking.rate(photo_ids, stars)

    def trash(self, rows: Sequence["PhotoRow"]) -> None:
        """Move them to the system's trash."""
        self.trash_wanted.emit([row.photo_id for row in rows])

    def copy(self, rows: Sequence["PhotoRow"]) -> None:
        """Put the files on the clipboard, and of a single photo the picture too."""
        urls = [url_of(row.path) for row in rows]
        if len(rows) == 1:
            self._tasks.run(partial(_read, rows[0].path), partial(self._put, urls))
        else:
            self._put(urls, None)

    def copy_path(self, rows: Sequence["PhotoRow"]) -> None:
        """Put the paths on the clipboard, a line each."""
        QGuiApplication.clipboard().setText("\n".join(shown(row.path) for row in rows))
        self.said.emit(self.tr("%Ln path(s) copied", "", len(rows)))

    def _action(self, text: str, key: QKeySequence | None, do: Callable[[bool], None]) -> QAction:
        action = QAction(text, self._window)
        if key is not None:
            action.setShortcut(key)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(do)
        return action

    def _rating_menu(self, parent: QWidget) -> QMenu:
        made = QMenu(self.tr("Rating"), parent)
        made.setIcon(icon("star", self._theme.colours.muted, 18))
        made.addActions(self._ratings)
        for action in self._ratings:
            action.setShortcutVisibleInContextMenu(True)
        return made

    def _rating_text(self, stars: int) -> str:
        return "★" * stars if stars else self.tr("No stars")

    def _put(self, urls: list[QUrl], image: QImage | None) -> None:
        data = QMimeData()
        data.setUrls(urls)
        if image is not None:
            data.setImageData(image)
        QGuiApplication.clipboard().setMimeData(data)
        self.said.emit(self.tr("%Ln photo(s) copied", "", len(urls)))

    def _rows(self) -> list["PhotoRow"]:
        photo_ids = self._selected()
        rows = self._catalog.rows(photo_ids)
        return [rows[photo_id] for photo_id in photo_ids if photo_id in rows]

    def _say_gone(self, row: "PhotoRow") -> None:
        reason = row.offline or self.tr("it is not there, or no program opens it")
        text = self.tr("%1 cannot be opened: %2").replace("%1", shown(row.path)).replace("%2", reason)
        self.said.emit(text)


def _read(path: str) -> QImage | None:
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    image = reader.read()
    return None if image.isNull() else image
