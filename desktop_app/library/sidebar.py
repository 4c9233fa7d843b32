"""The sidebar: what to look at. All photos, favourites, each folder, and what could not be read."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from core.values.paths import shown
from core.values.scope import ALL, Scope, ScopeKind
from desktop_app.library.sidebar_row import SidebarRow
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, button, column, discard, frame, label, row

if TYPE_CHECKING:
    from core.catalog.reader import RootRow

WIDTH = 232


class Sidebar(QFrame):
    """Chooses a `Scope`.

    Signals:
        scope_chosen: with the `Scope`.
        add_wanted: the user wants to add a folder.
        remove_wanted, rescan_wanted, show_wanted: with the `RootRow` of a folder.
        settings_wanted: the user wants the settings.
    """

    scope_chosen = Signal(object)
    add_wanted = Signal()
    remove_wanted = Signal(object)
    rescan_wanted = Signal(object)
    show_wanted = Signal(object)
    settings_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scope = ALL
        self._roots: tuple[RootRow, ...] = ()
        self.setObjectName("sidebar")
        self.setAccessibleName(self.tr("Library"))
        self.setFixedWidth(theme.wide(WIDTH))
        self._group = QButtonGroup(self)
        self._all = self._row(ALL, "photos", self.tr("All photos"))
        self._favourites = self._row(Scope(ScopeKind.FAVOURITES), "heart", self.tr("Favourites"))
        self._failed = self._row(Scope(ScopeKind.FAILED), "warning", self.tr("Could not be read"))
        self._failed.hide()
        self._folder_rows: list[SidebarRow] = []
        self._folders = QVBoxLayout()
        self._folders.setSpacing(2)
        add_small = IconButton(theme, "plus", self.tr("Add a folder"), size=16)
        add_small.clicked.connect(self.add_wanted)
        heading = row(label(self.tr("Folders"), "section"), 1, add_small, margins=(12, 14, 2, 0))
        add = button(self.tr("Add a folder…"), "quiet", clicked=self.add_wanted.emit)
        add.setObjectName("addFolder")
        body = frame("scrollBody")
        inside = column(self._all, self._favourites, self._failed, margins=(10, 4, 10, 8), spacing=2)
        inside.addLayout(heading)
        inside.addLayout(self._folders)
        inside.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addStretch(1)
        body.setLayout(inside)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        scroll.viewport().setAutoFillBackground(False)
        settings = IconButton(theme, "settings", self.tr("Settings"))
        settings.clicked.connect(self.settings_wanted)
        whole = column(margins=(0, 14, 0, 0), spacing=6)
        whole.addLayout(row(label("Eidetic", "wordmark"), 1, settings, margins=(22, 0, 10, 4)))
        whole.addWidget(scroll, 1)
        self.setLayout(whole)
        self._all.setChecked(True)

    @property
    def scope(self) -> Scope:
        """What is chosen."""
        return self._scope

    @property
    def roots(self) -> "tuple[RootRow, ...]":
        """The folders that are listed."""
        return self._roots

    def choose(self, scope: Scope) -> None:
        """Choose a scope, and tell."""
        for entry in self._entries():
            if entry.scope == scope:
                entry.setChecked(True)
        self._scope = scope
        self.scope_chosen.emit(scope)

    def show_counts(self, photos: int, favourites: int, failed: int) -> None:
        """Show how many there are."""
        number = QLocale().toString
        self._all.set_note(number(photos) if photos else "")
        self._favourites.set_note(number(favourites) if favourites else "")
        self._failed.set_note(number(failed))
        self._failed.setVisible(failed > 0 or self._scope.kind is ScopeKind.FAILED)

    def show_roots(self, roots: "Sequence[RootRow]") -> None:
        """List the folders."""
        self._roots = tuple(roots)
        for entry in self._folder_rows:
            self._group.removeButton(entry)
            discard(entry)
        self._folder_rows = [self._folder_row(root) for root in roots]
        for entry in self._folder_rows:
            self._folders.addWidget(entry)
            entry.setChecked(entry.scope == self._scope)
        if self._scope.kind is ScopeKind.FOLDER and not any(entry.isChecked() for entry in self._folder_rows):
            self.choose(ALL)

    def _folder_row(self, root: "RootRow") -> SidebarRow:
        name = PurePath(root.path).name or root.path
        entry = self._row(
            Scope(ScopeKind.FOLDER, root.root_id, root.path), "offline" if root.offline else "folder", shown(name)
        )
        entry.set_note(QLocale().toString(root.photos))
        entry.set_faded(root.offline is not None)
        tip = shown(root.path)
        entry.setToolTip(f"{tip}\n{root.offline}" if root.offline else tip)
        entry.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        entry.customContextMenuRequested.connect(lambda at: self._menu(root, entry.mapToGlobal(at)))
        return entry

    def _row(self, scope: Scope, name: str, text: str) -> SidebarRow:
        entry = SidebarRow(self._theme, scope, name, text)
        self._group.addButton(entry)
        entry.clicked.connect(lambda: self.choose(scope))
        return entry

    def _entries(self) -> list[SidebarRow]:
        return [self._all, self._favourites, self._failed, *self._folder_rows]

    def _menu(self, root: "RootRow", at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, signal in (
            (self.tr("Show in the file manager"), self.show_wanted),
            (self.tr("ThemeMode for changes now"), self.rescan_wanted),
            (self.tr("Remove from the library…"), self.remove_wanted),
        ):
            action = QAction(text, menu)
            action.triggered.connect(lambda _checked=False, signal=signal: signal.emit(root))
            menu.addAction(action)
        menu.popup(at)
