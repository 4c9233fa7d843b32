"""The sidebar: what to look at. The parts of the library, its folders as a tree, and at the foot what needs a look."""

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QFrame, QMenu, QScrollArea, QWidget

from core.values.paths import shown
from core.values.scope import ALL, Scope, ScopeKind
from desktop_app.library.folder_tree import FolderNode, visible
from desktop_app.library.overview import Overview
from desktop_app.library.sidebar_row import SidebarRow
from desktop_app.library.sidebar_section import SidebarSection
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import column, discard, frame, plain_tip

if TYPE_CHECKING:
    from core.catalog.reader import RootRow

WIDTH = 256


class Sidebar(QFrame):
    """Chooses a `Scope`.

    Signals:
        scope_chosen: with the `Scope`, by the user.
        scope_gone: the folder that was chosen is no longer in the library.
        add_wanted: the user wants to add a folder.
        remove_wanted, rescan_wanted: with the `RootRow` of a folder.
        show_wanted: with the path of a folder.
    """

    scope_chosen = Signal(object)
    scope_gone = Signal()
    add_wanted = Signal()
    remove_wanted = Signal(object)
    rescan_wanted = Signal(object)
    show_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scope = ALL
        self._overview: Overview | None = None
        self._opened: set[str] = set()
        self._known_roots: set[str] | None = None
        self._is_restored = False
        self.setObjectName("sidebar")
        self.setAccessibleName(self.tr("Library"))
        self.setFixedWidth(theme.wide(WIDTH))
        self._group = QButtonGroup(self)
        self._library = SidebarSection(theme, self.tr("Library"))
        self._folders = SidebarSection(theme, self.tr("Folders"), add=self.tr("Add a folder…"), on_add=self._want_add)
        self._parts = {
            kind: self._row(Scope(kind), icon, text)
            for kind, icon, text in (
                (ScopeKind.ALL, "all", self.tr("All photos")),
                (ScopeKind.FAVOURITES, "heart", self.tr("Favourites")),
                (ScopeKind.VIDEOS, "video", self.tr("Videos")),
                (ScopeKind.SCREENSHOTS, "screenshot", self.tr("Screenshots")),
                (ScopeKind.RECENT, "clock", self.tr("Recently added")),
                (ScopeKind.ON_THIS_DAY, "calendar", self.tr("On this day")),
            )
        }
        for place, made in enumerate(self._parts.values()):
            self._library.put(place, made)
        self._failed = self._row(Scope(ScopeKind.FAILED), "warning", self.tr("Could not be read"))
        self._failed.set_quiet(True)
        self._foot = QWidget()
        separator = frame("separator")
        separator.setFixedHeight(1)
        self._foot.setLayout(column(separator, self._failed, margins=(8, 0, 8, 4), spacing=4))
        self._foot.hide()
        self._nodes: tuple[FolderNode, ...] = ()
        self._folder_rows: list[SidebarRow] = []
        body = frame("scrollBody")
        body.setLayout(column(self._library, self._folders, 1, margins=(8, 4, 8, 8), spacing=0))
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        scroll.viewport().setAutoFillBackground(False)
        whole = column(margins=(0, 4, 0, 0), spacing=0)
        whole.addWidget(scroll, 1)
        whole.addWidget(self._foot)
        self.setLayout(whole)
        self._parts[ScopeKind.ALL].setChecked(True)

    @property
    def scope(self) -> Scope:
        """What is chosen."""
        return self._scope

    @property
    def roots(self) -> "tuple[RootRow, ...]":
        """The folders that were added."""
        return () if self._overview is None else self._overview.roots

    @property
    def rows(self) -> list[SidebarRow]:
        """All rows there are, from top to bottom."""
        return [*self._parts.values(), *self._folder_rows, self._failed]

    @property
    def folded(self) -> list[str]:
        """What is folded and unfolded, to be remembered: `library`, `folders`, and paths of open folders."""
        sections = {"library": self._library, "folders": self._folders}
        return [*(name for name, section in sections.items() if section.is_folded), *sorted(self._opened)]

    def restore(self, folded: Collection[str] | None) -> None:
        """Fold as it was when `folded` was asked for; None: nothing is remembered."""
        if folded is None:
            return
        self._is_restored = True
        self._library.fold("library" in folded)
        self._folders.fold("folders" in folded)
        self._opened = {path for path in folded if path not in {"library", "folders"}}

    def show_scope(self, scope: Scope) -> None:
        """Show what is looked at, without telling."""
        self._scope = scope
        for entry in self.rows:
            entry.setChecked(entry.scope == scope)
        if not any(entry.isChecked() for entry in self.rows):
            # A folder whose row is folded away: nothing is marked.
            self._group.setExclusive(False)
            for entry in self.rows:
                entry.setChecked(False)
            self._group.setExclusive(True)

    def choose(self, scope: Scope) -> None:
        """Choose a scope, and tell."""
        self.show_scope(scope)
        self.scope_chosen.emit(scope)

    def show_overview(self, overview: Overview) -> None:
        """Show how many photos there are where."""
        self._overview = overview
        number = QLocale().toString
        for kind, entry in self._parts.items():
            count = overview.scopes.of(kind)
            entry.set_note(number(count) if count else "")
        self._failed.set_note(number(len(overview.failed)))
        self._foot.setVisible(bool(overview.failed) or self._scope.kind is ScopeKind.FAILED)
        paths = {root.path for root in overview.roots}
        # What was just added is seen with its folders; so is all in a window that remembers nothing.
        before = self._known_roots
        self._opened |= paths - (paths if before is None and self._is_restored else before or set())
        self._known_roots = paths
        self._show_tree()
        gone = self._scope.kind is ScopeKind.FOLDER and self._scope.root_id not in {root.root_id for root in self.roots}
        if gone:
            self.scope_gone.emit()

    def _show_tree(self) -> None:
        if self._overview is None:
            return
        nodes = visible(self._overview.roots, self._overview.folders, self._opened)
        if [node.scope for node in nodes] != [entry.scope for entry in self._folder_rows]:
            self._make_rows(nodes)
        self._nodes = nodes
        for node, entry in zip(nodes, self._folder_rows, strict=True):
            entry.setText(node.name)
            entry.set_icon("offline" if node.offline else "folder")
            entry.set_quiet(node.offline is not None)
            entry.set_note(QLocale().toString(node.photos))
            entry.set_place(node.depth, node.is_open)
            tip = shown(node.scope.path or "")
            entry.setToolTip(plain_tip(f"{tip}\n{node.offline}" if node.offline else tip))

    def _make_rows(self, nodes: tuple[FolderNode, ...]) -> None:
        """Make the rows of the tree; those that stay keep their focus."""
        kept = {entry.scope: entry for entry in self._folder_rows}
        self._folder_rows = [kept.pop(node.scope) if node.scope in kept else self._folder_row(node) for node in nodes]
        for entry in kept.values():
            self._group.removeButton(entry)
            discard(entry)
        for place, entry in enumerate(self._folder_rows):
            self._folders.put(place, entry)
        self.show_scope(self._scope)

    def _folder_row(self, node: FolderNode) -> SidebarRow:
        entry = self._row(node.scope, "folder", node.name)
        entry.fold_wanted.connect(partial(self._toggle, node.scope.path or ""))
        entry.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        entry.customContextMenuRequested.connect(lambda at: self._menu(entry.scope, entry.mapToGlobal(at)))
        return entry

    def _row(self, scope: Scope, name: str, text: str) -> SidebarRow:
        entry = SidebarRow(self._theme, scope, name, text)
        self._group.addButton(entry)
        entry.clicked.connect(lambda: self.choose(scope))
        return entry

    def _toggle(self, path: str) -> None:
        self._opened ^= {path}
        self._show_tree()

    def _want_add(self) -> None:
        self.add_wanted.emit()

    def _menu(self, scope: Scope, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries = [(self.tr("Show in the file manager"), partial(self.show_wanted.emit, scope.path or ""))]
        root = next((root for root in self.roots if root.path == scope.path), None)
        if root is not None:
            entries += [
                (self.tr("Look for changes now"), partial(self.rescan_wanted.emit, root)),
                (self.tr("Remove from the library…"), partial(self.remove_wanted.emit, root)),
            ]
        for text, do in entries:
            action = QAction(text, menu)
            action.triggered.connect(lambda _checked=False, do=do: do())
            menu.addAction(action)
        menu.popup(at)
