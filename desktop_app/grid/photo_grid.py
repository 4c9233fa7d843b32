"""The grid: whole pictures in rows, day by day; a hundred thousand of them, by mouse and by keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QKeyCombination, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.values.photo import PhotoId
from desktop_app.grid import grid_keys
from desktop_app.grid.grid_canvas import GridCanvas
from desktop_app.grid.grid_keys import Modifier
from desktop_app.grid.line_mover import LineMover
from desktop_app.grid.listing import Listing
from desktop_app.grid.photo_model import PhotoModel
from desktop_app.grid.pointer import Pointer
from desktop_app.grid.relevance_line import RelevanceLine
from desktop_app.grid.row_cache import Catalog
from desktop_app.grid.scrolled_photos import ScrolledPhotos
from desktop_app.grid.sections import HEADER
from desktop_app.grid.selection import Selection
from desktop_app.grid.selection_bar import SelectionBar
from desktop_app.grid.thumbnail_cache import ThumbnailCache
from desktop_app.theme.theme import Theme


class PhotoGrid(ScrolledPhotos):
    """Shows the photos of a `PhotoModel`.

    Signals:
        current_changed: with the `PhotoId` in focus, or None.
        selection_changed: something else is selected.
        preview_wanted: with a `PhotoId` to look at.
        menu_wanted: with a position on the screen.
        action_wanted: with the name of what a key asks for; see `grid_keys`.
        drag_wanted: with the `PhotoId` that is being dragged out.
        line_moved: the relevance line stands elsewhere, or the weaker hits were shown or hidden.
        zoom_wanted: with +1 or -1.
        dates_chosen: with the first and last day that were brushed over in the strip.

    Attributes:
        selection: which photos are selected, by place.
        line: the relevance line, where there is one.
        mover: puts the line where it belongs.
        pointer: what the mouse does.
        canvas: what paints.
        bar: what can be done with the selected photos.
    """

    current_changed = Signal(object)
    selection_changed = Signal()
    preview_wanted = Signal(object)
    menu_wanted = Signal(QPoint)
    action_wanted = Signal(str)
    drag_wanted = Signal(object)
    line_moved = Signal()
    zoom_wanted = Signal(int)
    dates_chosen = Signal(object, object)

    def __init__(
        self, model: PhotoModel, cache: ThumbnailCache, catalog: Catalog, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(model, theme, parent)
        self.canvas = GridCanvas(self, cache, catalog, theme)
        self.pointer = Pointer(self)
        self.selection = Selection()
        self.setObjectName("photoGrid")
        self.setProperty("ownFocus", True)
        self.setAccessibleName(self.tr("Photos"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.strip.dates_chosen.connect(self.dates_chosen)
        self.viewport().setMouseTracking(True)
        # All of it is painted each time.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.line = RelevanceLine(cache, theme, self.viewport())
        self.mover = LineMover(self, self.line)
        self.line.open_changed.connect(self._line_opened)
        self.bar = SelectionBar(theme, self)
        self.bar.close_button.clicked.connect(self.clear_selection)
        self.selection_changed.connect(lambda: self.bar.show_count(len(self.selection)))
        model.rows.arrived.connect(self.viewport().update)
        model.rows.arrived.connect(self._describe_current)
        self.current_changed.connect(lambda _photo: self._describe_current())
        self.selection_changed.connect(self._describe_current)
        theme.changed.connect(self.viewport().update)

    def set_tile_px(self, pixels: int) -> None:
        """Make rows about this high."""
        if pixels != self._tile_px:
            self._tile_px = pixels
            self._lay_out()

    def show_listing(self, listing: Listing, *, keep_place: bool) -> None:
        """Show other photos. `keep_place`: stay where the user is, as far as the same photos are still there."""
        anchor = self._anchor() if keep_place else None
        if not keep_place:
            self.line.set_open(False)
        if not self.model.show(listing, same_question=keep_place):
            self.mover.update()
            self.viewport().update()
            return
        self._show(anchor, keep=keep_place)

    def refresh(self, photo_ids: Sequence[PhotoId] | None) -> None:
        """Draw photos anew whose rows changed; all of them when None."""
        self.model.rows.forget(photo_ids)
        self.viewport().update()

    def selected_ids(self) -> list[PhotoId]:
        """Return the selected photos in the order they are shown."""
        return list(self.model.chosen(self.selection.ids))

    def chosen_ids(self) -> list[PhotoId]:
        """Return the photos that something is to be done with: the selected ones, else the one in focus."""
        current = self.current
        if len(self.selection) or current is None:
            return self.selected_ids()
        return [current]

    @property
    def current(self) -> PhotoId | None:
        """The photo in focus."""
        return None if self.selection.current is None else self.model.photo_at(self.selection.current)

    def select(self, photo_id: PhotoId) -> None:
        """Put a photo in focus and bring it into view."""
        place = self.model.place_of(photo_id)
        if place is not None and place < self.count:
            self._go_to(place)

    def focus_first(self) -> None:
        """Put the first photo in view in focus, unless one is."""
        self.setFocus()
        if self.selection.current is None and self.count:
            self._go_to(self._first_in_view())

    def neighbour(self, photo_id: PhotoId, step: int) -> PhotoId | None:
        """Return the photo `step` places further; None at the ends."""
        place = self.model.place_of(photo_id)
        return None if place is None else self.model.photo_at(place + step)

    def clear_selection(self) -> bool:
        """Select nothing. Returns whether anything was selected."""
        had = len(self.selection) > 0
        if had:
            self.selection.clear()
            self.selection_made()
        return had

    def current_photo(self) -> PhotoId | None:
        """Return the photo in focus."""
        return self.current

    def return_to(self, top: PhotoId | None, current: PhotoId | None) -> None:
        """Put a photo in focus, and scroll so that another is the first in view."""
        place = None if current is None else self.model.place_of(current)
        if place is not None and place < self.count:
            self._set_current(place)
        self._scroll_to(None if top is None else (top, HEADER if self.sections.has_dates else 0))

    def select_all(self) -> None:
        """Select all photos that are shown."""
        self.selection.set_range(0, self.count, True)
        self.selection_made()

    def move_line(self, place: int | None) -> None:
        """Draw the relevance line after so many photos; None: where the search drew it."""
        # What is above the line stays where it is: the hand is on the line.
        if self.model.move_line(place):
            self._show(self._anchor(), keep=True)
        self.line_moved.emit()

    def toggle_section(self, section: int) -> None:
        """Select all photos of a day, or none of them if all are."""
        first, end = self.sections.range(section)
        self.selection.set_range(first, end, not self.selection.holds(first, end))
        self.selection_made()

    def toggle_stack(self, place: int) -> None:
        """Unfold a stack in its place, or fold it again."""
        photo_id = self.model.photo_at(place)
        if photo_id is not None and self.model.toggle_stack(photo_id):
            self._show(self._anchor(), keep=True)
            self.line_moved.emit()

    def look_at(self, place: int) -> None:
        """Look at a photo."""
        self._set_current(place)
        self.preview_wanted.emit(self.model.photo_at(place))

    def drag_out(self, place: int) -> None:
        """Drag a photo into another program, and with it all that are selected, if it is."""
        self.drag_wanted.emit(self.model.photo_at(place))

    def selection_made(self) -> None:
        """The selection was changed."""
        self.viewport().update()
        self.selection_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        self.canvas.paint(event.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._lay_out()
        if self.bar.isVisible():
            self.bar.place()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802
        self.mover.place()
        self._show_place()
        self.viewport().update()
        if self.pointer.band is None:
            self.pointer.look(self._mouse_at())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self.canvas.settle.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        action = grid_keys.action_of(event)
        shift, ctrl = bool(modifiers & Modifier.ShiftModifier), bool(modifiers & Modifier.ControlModifier)
        if modifiers & Modifier.AltModifier:
            event.ignore()
        elif key in grid_keys.MOVES:
            self._move(QKeyCombination(modifiers, key), extend=shift)
        elif key == Qt.Key.Key_Space and ctrl:
            if self.selection.current is not None:
                self.selection.toggle(self.selection.current)
                self.selection_made()
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter} and not ctrl:
            if self.current is not None:
                self.preview_wanted.emit(self.current)
        elif key == Qt.Key.Key_A and ctrl and not shift:
            self.select_all()
        elif key == Qt.Key.Key_Escape and len(self.selection):
            self.clear_selection()
        elif action:
            self.action_wanted.emit(action)
        elif action is not None:
            # A letter that means nothing here: swallowed, so that it is not typed anywhere else.
            event.accept()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.pointer.release(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if event.type() is QEvent.Type.Leave:
            self.pointer.look(None)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        at = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            place = self.canvas.spot_at(QPointF(event.pos())).place
            if place < 0:
                return
            if place not in self.selection and len(self.selection):
                self.clear_selection()
            self._set_current(place)
        elif self.selection.current is not None:
            at = self.viewport().mapToGlobal(self.place_box(self.selection.current).center())
        if self.chosen_ids():
            self.menu_wanted.emit(at)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_wanted.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def _show(self, anchor: tuple[PhotoId, int] | None, *, keep: bool) -> None:
        """The model shows other photos."""
        before = self.current, self.selection.version
        self.selection.show(self.model.listing.ids, keep=keep)
        self._lay_out(anchor)
        if not keep:
            self.verticalScrollBar().setValue(0)
        if self.current != before[0] or not keep:
            self.current_changed.emit(self.current)
        if self.selection.version != before[1] or not keep:
            self.selection_changed.emit()

    def _lay_out(self, anchor: tuple[PhotoId, int] | None = None) -> None:
        anchor = anchor or self._anchor()
        self._place_strip()
        self._part(below_is_open=self.line.is_open)
        self.canvas.header_ticks.clear()
        self._scroll_to(anchor)
        self.mover.update()
        self.canvas.settle.start()
        self.viewport().update()
        self._show_strip()

    def _move(self, keys: QKeyCombination, *, extend: bool) -> None:
        start = self.selection.current
        page = self.viewport().height() - HEADER
        place = grid_keys.moved(self.layout_, self.sections, start, keys, page)
        if place is None:
            return
        if extend:
            self.selection.anchor = start if self.selection.anchor is None else self.selection.anchor
            self.selection.extend(place)
            self.selection_made()
        else:
            self.selection.anchor = place
        self._go_to(place)

    def _go_to(self, place: int) -> None:
        self._set_current(place)
        self.scroll_to_place(place)

    def _set_current(self, place: int) -> None:
        changed = self.selection.current != place
        self.selection.current = place
        if not len(self.selection):
            self.selection.anchor = place
        self.viewport().update()
        if changed:
            self.current_changed.emit(self.current)

    def _describe_current(self) -> None:
        """Have a screen reader say which photo is in focus, and whether it is selected."""
        place = self.selection.current
        words = "" if place is None or place >= self.model.count else self.model.describe(place)
        if words and place in self.selection:
            words = f"{words}, {self.tr('selected')}"
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def _line_opened(self, _is_open: bool) -> None:
        self._lay_out()
        self.line_moved.emit()
