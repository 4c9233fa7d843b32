"""The grid: thousands of tiles, by keyboard and mouse, that keeps its place while photos come and go."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from core.values.photo import ContentKey, PhotoId
from desktop_app.grid.photo_list_model import AnyIndex, Listing, PhotoListModel, Role
from desktop_app.grid.thumbnail_cache import ThumbnailCache
from desktop_app.grid.thumbnail_delegate import GAP, RADIUS, ThumbnailDelegate
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import restyle

SIDE_MARGIN = 14
SETTLE_MS = 120


class PhotoGrid(QListView):
    """Shows a `Listing`.

    Signals:
        current_changed: with the `PhotoId` in focus, or None.
        selection_changed: something else is selected.
        preview_wanted: with a `PhotoId`.
        menu_wanted: with a position on the screen.
        favourite_wanted: with a `PhotoId` whose heart was clicked.
        unfold_wanted: with the `PhotoId` on top of a stack.
        zoom_wanted: with +1 or -1.
    """

    current_changed = Signal(object)
    selection_changed = Signal()
    preview_wanted = Signal(object)
    menu_wanted = Signal(QPoint)
    favourite_wanted = Signal(object)
    unfold_wanted = Signal(object)
    zoom_wanted = Signal(int)

    def __init__(
        self, model: PhotoListModel, cache: ThumbnailCache, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._photos = model
        self._cache = cache
        self._delegate = ThumbnailDelegate(cache, theme, self)
        self._tile_px = 180
        self._cell = QSize()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._tell_cache)
        self.setObjectName("photoGrid")
        self.setAccessibleName(self.tr("Photos"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setUniformItemSizes(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setViewportMargins(SIDE_MARGIN, 6, 0, 0)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        cache.loaded.connect(self._redraw)
        theme.changed.connect(self.viewport().update)
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)
        self._delegate.stack_clicked.connect(self._stack_clicked)
        self._delegate.heart_clicked.connect(self._heart_clicked)
        self.doubleClicked.connect(self._double_clicked)

    def set_tile_px(self, pixels: int) -> None:
        """Make tiles about this wide; they grow a little to fill the width."""
        if pixels != self._tile_px:
            self._tile_px = pixels
            self._lay_out()

    @property
    def columns(self) -> int:
        """How many tiles stand side by side."""
        return max(1, self.viewport().width() // max(1, self._cell.width()))

    def show_listing(self, listing: Listing, *, keep_place: bool) -> None:
        """Show other photos. `keep_place`: stay where the user is, as far as the same photos are still there."""
        selected = self.selected_ids() if keep_place else []
        current = self._photos.photo_at(self.currentIndex().row()) if keep_place else None
        anchor, offset = self._anchor() if keep_place else (None, 0)
        if not self._photos.show(listing):
            self.viewport().update()
            return
        if keep_place:
            self._restore(selected, current, anchor, offset)
        else:
            self.scrollToTop()
        if not self.currentIndex().isValid():
            self.current_changed.emit(None)
        self.selection_changed.emit()

    def refresh(self, photo_ids: Sequence[PhotoId] | None) -> None:
        """Draw photos anew whose rows changed; all of them when None."""
        self._photos.forget(photo_ids)
        self.viewport().update()

    def selected_ids(self) -> list[PhotoId]:
        """Return the selected photos in the order they are shown."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [photo for row in rows if (photo := self._photos.photo_at(row)) is not None]

    def select(self, photo_id: PhotoId) -> None:
        """Select one photo and bring it into view."""
        row = self._photos.row_of(photo_id)
        if row is not None:
            self.setCurrentIndex(self._photos.index(row))
            self.scrollTo(self._photos.index(row))

    def current_photo(self) -> PhotoId | None:
        """Return the photo in focus."""
        return self._photos.photo_at(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def top_photo(self) -> PhotoId | None:
        """Return the first photo in view; None at the very top."""
        return self._anchor()[0]

    def return_to(self, top: PhotoId | None, current: PhotoId | None) -> None:
        """Put a photo in focus, and scroll so that another is the first in view."""
        row = None if current is None else self._photos.row_of(current)
        if row is not None:
            self.setCurrentIndex(self._photos.index(row))
        self._scroll_to(top, 0)

    def clear_selection(self) -> bool:
        """Select nothing. Returns whether anything was selected."""
        had = bool(self.selectedIndexes())
        self.clearSelection()
        return had

    def focus_first(self) -> None:
        """Take the focus, with the first photo, unless another has it."""
        self.setFocus()
        if not self.currentIndex().isValid() and self._photos.rowCount():
            self.setCurrentIndex(self._photos.index(0))

    def neighbour(self, photo_id: PhotoId, step: int) -> PhotoId | None:
        """Return the photo `step` places further, skipping the relevance line; None at the ends."""
        row = self._photos.row_of(photo_id)
        while row is not None:
            row += 1 if step > 0 else -1
            if not 0 <= row < self._photos.rowCount():
                return None
            found = self._photos.photo_at(row)
            if found is not None:
                return found
        return None

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:  # noqa: N802
        super().currentChanged(current, previous)
        self.current_changed.emit(self._photos.photo_at(current.row()) if current.isValid() else None)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._settle.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        current = self._photos.photo_at(self.currentIndex().row())
        if key in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter} and current is not None:
            self.preview_wanted.emit(current)
        elif event.text().strip() and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            # Letters are for the search box, not for Qt's own jump to a name.
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if self.selectedIndexes():
            self.menu_wanted.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_wanted.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def _lay_out(self) -> None:
        width = self.viewport().width()
        columns = max(1, round(width / (self._tile_px + GAP)))
        # One pixel less: a line that fills the width to the last pixel is broken before its last tile.
        side = max(1, (width - 1) // columns)
        if QSize(side, side) == self._cell:
            return
        anchor, offset = self._anchor()
        self._cell = QSize(side, side)
        self._delegate.set_cell(self._cell)
        self.setGridSize(self._cell)
        self.verticalScrollBar().setSingleStep(side // 3)
        self._scroll_to(anchor, offset)
        if self._settle.isActive() or self._photos.rowCount():
            self._settle.start()
        else:
            self._tell_cache()

    def _tell_cache(self) -> None:
        side = self._cell.width()
        rows = self.viewport().height() // max(1, side) + 2
        self._cache.set_visible(rows * self.columns)
        self._cache.set_tile(side - GAP, RADIUS, self.devicePixelRatioF())
        self.viewport().update()

    def _anchor(self) -> tuple[PhotoId | None, int]:
        """Return the first photo in view and how far it is scrolled out; None at the very top."""
        if self.verticalScrollBar().value() == 0:
            return None, 0
        index = self.indexAt(QPoint(self._cell.width() // 2, self._cell.height() // 2))
        photo_id = self._photos.photo_at(index.row()) if index.isValid() else None
        return photo_id, self.visualRect(index).top()

    def _scroll_to(self, anchor: PhotoId | None, offset: int) -> None:
        row = None if anchor is None else self._photos.row_of(anchor)
        if row is not None:
            self.executeDelayedItemsLayout()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(self._photos.index(row)).top() - offset)

    def _restore(
        self, selected: Sequence[PhotoId], current: PhotoId | None, anchor: PhotoId | None, offset: int
    ) -> None:
        self._scroll_to(anchor, offset)
        selection = QItemSelection()
        for photo_id in selected:
            if (row := self._photos.row_of(photo_id)) is not None:
                index = self._photos.index(row)
                selection.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        row = None if current is None else self._photos.row_of(current)
        if row is not None:
            # Not setCurrentIndex of the view, which would scroll there.
            self.setAutoScroll(False)
            self.selectionModel().setCurrentIndex(self._photos.index(row), flags.NoUpdate)
            self.setAutoScroll(True)
        self.selectionModel().select(selection, flags.ClearAndSelect)

    def _redraw(self, content: ContentKey) -> None:
        """Draw the tiles in view that show this content."""
        first = self.indexAt(QPoint(1, 1))
        start = max(0, first.row() - self.columns) if first.isValid() else 0
        most = (self.viewport().height() // max(1, self._cell.height()) + 3) * self.columns
        for row in range(start, min(start + most, self._photos.rowCount())):
            photo = self._photos.photo_row(row)
            if photo is not None and photo.content == content:
                self.update(self._photos.index(row))

    def _range_changed(self, _least: int, most: int) -> None:
        """Hide the bar where there is nothing to scroll; its room stays, so that tiles keep their size."""
        if self.verticalScrollBar().property("idle") is not (most == 0):
            restyle(self.verticalScrollBar(), idle=most == 0)

    def _stack_clicked(self, row: int) -> None:
        self.unfold_wanted.emit(self._photos.photo_at(row))

    def _heart_clicked(self, row: int) -> None:
        self.favourite_wanted.emit(self._photos.photo_at(row))

    def _double_clicked(self, index: QModelIndex) -> None:
        photo_id = index.data(Role.PHOTO_ID)
        if photo_id is not None:
            self.preview_wanted.emit(photo_id)
