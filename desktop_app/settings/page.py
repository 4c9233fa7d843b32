"""The settings: pages beside a list of them, found by a search field. Each applies at once; there is no OK button."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.engine.protocol import ModelStatus
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import Settings
from desktop_app.settings import texts
from desktop_app.settings.controls import Control
from desktop_app.settings.entries import PAGES, PageId, entries, page_title
from desktop_app.system.files import show_folder
from desktop_app.theme.icons import icon
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, button, column, discard, label, row

WIDTH = 760
LIST_WIDTH = 256
NARROW_LIST_WIDTH = 200
NARROW = 900


class SettingsPage(QFrame):
    """Shows `Settings` and makes new ones.

    Signals:
        changed: with the new `Settings`.
        forget_wanted: recent searches are to be forgotten.
        closed: the user goes back.

    Attributes:
        search: where one types what one looks for.
        controls: all there are, by the name of the setting.
    """

    changed = Signal(object)
    forget_wanted = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, settings: Settings, paths: LibraryPaths, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self._paths = paths
        self._shown = PageId.APPEARANCE
        self._groups: Sequence[tuple[str, Sequence[QAction]]] = ()
        self._body: QWidget | None = None
        self.setObjectName("canvas")
        self._model = label(self.tr("is being loaded"), wrap=True)
        self.controls = {entry.name: Control(entry, theme) for entry in entries()}
        for control in self.controls.values():
            control.changed.connect(self._change)
        back = IconButton(theme, "back", self.tr("Back to the photos"), colour="text")
        back.clicked.connect(self.closed)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the settings"))
        self.search.setAccessibleName(self.tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self._list = QFrame()
        self._list.setObjectName("sidebar")
        names = column(margins=(8, 12, 8, 8), spacing=0)
        names.addLayout(row(back, label(self.tr("Settings"), "subheading"), 1, spacing=8))
        names.addSpacing(8)
        names.addWidget(self.search)
        names.addSpacing(8)
        self._buttons = {page: self._button(page) for page in PageId}
        group = QButtonGroup(self)
        for made in self._buttons.values():
            group.addButton(made)
            names.addWidget(made)
        names.addStretch(1)
        self._list.setLayout(names)
        self._title = label("", "heading")
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setObjectName("page")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        right = column(margins=(40, 14, 8, 0), spacing=14)
        right.addWidget(self._title)
        right.addWidget(self._scroll, 1)
        whole = row(self._list, spacing=0)
        whole.addLayout(right, 1)
        self.setLayout(whole)
        theme.changed.connect(self._draw)
        self._draw()
        self.show_settings(settings)
        self.show_page(PageId.APPEARANCE)

    @property
    def page(self) -> PageId:
        """The page that is shown."""
        return self._shown

    def show_page(self, page: PageId) -> None:
        """Show a page."""
        self._shown = page
        if self.search.text():
            # Shows the page too.
            self.search.clear()
        else:
            self._show()

    def use_keys(self, groups: Sequence[tuple[str, Sequence[QAction]]]) -> None:
        """List these actions among the keys, by parts of the window."""
        self._groups = groups

    def show_settings(self, settings: Settings) -> None:
        """Show these settings, without telling."""
        self._settings = settings
        for name, value in store.flat(settings).items():
            if name in self.controls:
                self.controls[name].put(value)

    def show_model(self, status: ModelStatus) -> None:
        """Say which model answers."""
        where = " · ".join(part for part in (status.device, status.precision) if part)
        state = status.problem or (where if status.ready else self.tr("is being loaded"))
        self._model.setText(f"{status.title or status.id}\n{state}" if state else status.title or status.id)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        narrow = self.width() < self._theme.wide(NARROW)
        self._list.setFixedWidth(self._theme.wide(NARROW_LIST_WIDTH if narrow else LIST_WIDTH))

    def _show(self) -> None:
        words = self.search.text()
        for page, made in self._buttons.items():
            made.setChecked(page is self._shown)
        controls = list(self.controls.values())
        if words.strip():
            self._title.setText(self.tr("Found in the settings"))
            found = [control.row for control in controls if control.matches(words)]
            parts = found or [label(self.tr("No setting is called so."), "muted")]
        else:
            self._title.setText(page_title(self._shown))
            parts = self._parts(self._shown)
        self._fill(parts)

    def _parts(self, page: PageId) -> list[QWidget]:
        match page:
            case PageId.KEYBOARD:
                return [texts.keyboard(self._groups)]
            case PageId.PRIVACY:
                return [texts.privacy(self._theme, self._paths, show_folder, self.forget_wanted.emit)]
            case PageId.ABOUT:
                return [texts.about()]
        settings = [control.row for control in self.controls.values() if control.entry.page is page]
        return [self._model, *settings] if page is PageId.MODELS else settings

    def _fill(self, parts: Sequence[QWidget]) -> None:
        kept = {self._model, *(control.row for control in self.controls.values())}
        before = self._body
        if before is not None:
            for part in kept:
                if before.isAncestorOf(part):
                    part.setParent(None)
            self._scroll.takeWidget()
            discard(before)
        self._body = QWidget()
        self._body.setObjectName("scrollBody")
        self._body.setMaximumWidth(self._theme.wide(WIDTH))
        box = QVBoxLayout(self._body)
        box.setContentsMargins(0, 4, 24, 32)
        box.setSpacing(16)
        for part in parts:
            box.addWidget(part)
            part.show()
        box.addStretch(1)
        self._scroll.setWidget(self._body)

    def _button(self, page: PageId) -> QPushButton:
        made = button(page_title(page), "page", clicked=lambda: self.show_page(page))
        made.setObjectName(page)
        made.setCheckable(True)
        made.setFixedHeight(self._theme.high(28))
        return made

    def _draw(self) -> None:
        side = self._theme.icon_px(20)
        colours = self._theme.colours
        for page, made in self._buttons.items():
            made.setIcon(icon(PAGES[page][0], colours.muted, side, checked=colours.accent_text))
            made.setIconSize(QSize(side, side))

    def _change(self, name: str, value: object) -> None:
        self._settings = store.changed(self._settings, name, value)
        self.changed.emit(self._settings)
