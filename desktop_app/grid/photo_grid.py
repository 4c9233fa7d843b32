"""The grid: whole pictures in rows, day by day; a hundred thousand of them, by mouse and by keyboard."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QKeyCombination, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollBar, QWidget

from core.values.photo import ContentKey, PhotoId
from core.values.photo_facts import NO_DATE
from desktop_app.grid import grid_keys, sections
from desktop_app.grid.day_places import DayPlaces, Period
from desktop_app.grid.grid_keys import Modifier
from desktop_app.grid.grid_painter import GridPainter, HeaderState, TileState
from desktop_app.grid.justified_layout import Box, Layout, lay_out
from desktop_app.grid.listing import Listing
from desktop_app.grid.photo_model import PhotoModel
from desktop_app.grid.pointer import Part, Pointer, Spot
from desktop_app.grid.relevance_line import NEAREST, RelevanceLine
from desktop_app.grid.row_cache import Catalog
from desktop_app.grid.scrubber import NARROW_WIDTH, WIDTH, Bubble, Scrubber
from desktop_app.grid.sections import HEADER, Lead
from desktop_app.grid.selection import Selection
from desktop_app.grid.selection_bar import SelectionBar
from desktop_app.grid.thumbnail_cache import ThumbnailCache
from desktop_app.theme.theme import Theme

GAP = 4
MARGIN, NARROW_MARGIN = 24, 16
NARROW = 800
"""A window below this width has smaller margins and rows."""
NARROW_ROWS = 0.75
MONTHS_BELOW = 120
"""With rows lower than this, photos stand under months, not under days."""
FREE_BELOW = 72
"""What stays free under the last photos, for what floats over the lower edge."""
SLIM_BAR = 6
SETTLE_MS = 120
ROWS_AHEAD = 1.0
"""How many heights of the view are read ahead, on both sides."""


class PhotoGrid(QAbstractScrollArea):
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
        layout_: where they stand.
        sections: what they stand under.
        line: the relevance line, where there is one.
        strip: where in time the photos are, in place of a scroll bar.
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
        super().__init__(parent)
        self.model = model
        self._cache = cache
        self._theme = theme
        self._painter = GridPainter(cache, theme)
        self._places = DayPlaces(catalog, self)
        self._pointer = Pointer(self)
        self._tile_px = 150
        self._drawn: dict[ContentKey, list[QRect]] = {}
        self._header_ticks: dict[int, QRectF] = {}
        self._grabbed_line = 0
        self.selection = Selection()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._settled)
        self.setObjectName("photoGrid")
        self.setProperty("ownFocus", True)
        self.setAccessibleName(self.tr("Photos"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.strip = Scrubber(theme, Bubble(theme, self), self)
        self.strip.jumped.connect(self._jump)
        self.strip.dates_chosen.connect(self.dates_chosen)
        # Where the strip counts hits, and is not scrolled by.
        self._slim_bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._slim_bar.setObjectName("slimBar")
        self._slim_bar.valueChanged.connect(self.verticalScrollBar().setValue)
        self.viewport().setMouseTracking(True)
        # All of it is painted each time.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.line = RelevanceLine(cache, theme, self.viewport())
        self.line.open_changed.connect(self._line_opened)
        self.line.automatic.clicked.connect(lambda: self.move_line(None))
        self.line.pill.reset.connect(lambda: self.move_line(None))
        self.line.pill.stepped.connect(self._step_line)
        self.line.pill.grabbed.connect(self._grab_line)
        self.line.pill.dragged.connect(self._drag_line)
        self.bar = SelectionBar(theme, self)
        self.bar.close_button.clicked.connect(self.clear_selection)
        self.selection_changed.connect(lambda: self.bar.show_count(len(self.selection)))
        self.sections = sections.part(model.listing, by_month=False, below_is_open=False)
        self.layout_: Layout = self._made_layout()
        cache.loaded.connect(self._redraw)
        model.rows.arrived.connect(self.viewport().update)
        model.rows.arrived.connect(self._describe_current)
        self.current_changed.connect(lambda _photo: self._describe_current())
        self.selection_changed.connect(self._describe_current)
        self._places.arrived.connect(self.viewport().update)
        theme.changed.connect(self.viewport().update)

    @property
    def count(self) -> int:
        """How many photos are laid out."""
        return self.layout_.count

    @property
    def margin(self) -> int:
        """How far photos stand from the left edge."""
        return NARROW_MARGIN if self.is_narrow else MARGIN

    @property
    def is_narrow(self) -> bool:
        """Whether the window is a small one."""
        return self.window().width() < self._theme.wide(NARROW)

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
            self._update_line()
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

    def top_photo(self) -> PhotoId | None:
        """Return the first photo in view; None at the very top."""
        anchor = self._anchor()
        return None if anchor is None else anchor[0]

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

    def scroll_to_place(self, place: int, *, top: bool = False) -> None:
        """Bring a photo into view. `top`: as the first row, under its header."""
        if not 0 <= place < self.count:
            return
        box, bar, height = self.layout_.box(place), self.verticalScrollBar(), self.viewport().height()
        lead = HEADER if self.sections.has_dates else 0
        first = self.layout_.section_of(place)
        above = box.y - lead
        if self.layout_.row_of(place) == self.layout_.row_of(int(self.sections.first[first])):
            above = min(above, int(self.layout_.section_y[first]))
        if top or above < bar.value():
            bar.setValue(above)
        elif box.y + box.height + FREE_BELOW > bar.value() + height:
            bar.setValue(min(box.y + box.height + FREE_BELOW - height, above))

    def place_box(self, place: int) -> QRect:
        """Return where a photo is in the view."""
        return self._to_view(self.layout_.box(place)).toRect()

    def first_place_in_view(self) -> int | None:
        """Return the first photo that is seen whole, or None."""
        return self._first_in_view() if self.count else None

    def move_line(self, place: int | None) -> None:
        """Draw the relevance line after so many photos; None: where the search drew it."""
        # What is above the line stays where it is: the hand is on the line.
        if self.model.move_line(place):
            self._show(self._anchor(), keep=True)
        self.line_moved.emit()

    # What the pointer asks for.

    def to_content(self, at: QPointF) -> QPointF:
        """Return a point of the view as one of the content."""
        return QPointF(at.x() - self.margin, at.y() + self.verticalScrollBar().value())

    def spot_at(self, at: QPointF) -> Spot:
        """Return what lies at a point of the view."""
        for section, tick in self._header_ticks.items():
            header = QRectF(0, tick.center().y() - HEADER / 2, self.viewport().width(), HEADER)
            if header.contains(at):
                inside = tick.adjusted(-4, -4, 4, 4).contains(at)
                return Spot(Part.DAY_TICK if inside else Part.HEADER, section)
        point = self.to_content(at)
        place = self.layout_.at(point.x(), point.y())
        if place is None:
            return Spot()
        tile = self._to_view(self.layout_.box(place))
        badges = self._painter.badges(self.devicePixelRatioF())
        if badges.tick_box(tile, selected=place in self.selection).adjusted(-5, -5, 5, 5).contains(at):
            return Spot(Part.TICK, place)
        stack = self.model.marks_at(place).stack
        if stack > 1 and badges.stack_box(tile, stack).contains(at):
            return Spot(Part.STACK, place)
        return Spot(Part.PHOTO, place)

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

    def hover_changed(self, before: Spot, now: Spot) -> None:
        """Something else is under the pointer."""
        for spot in (before, now):
            if 0 <= spot.place < self.count:
                self.viewport().update(self.place_box(spot.place).adjusted(-4, -4, 4, 4))
            elif spot.section >= 0:
                self.viewport().update()
        hand = now.part is not Part.NOTHING and now.part is not Part.HEADER
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    # Events.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        clip = event.rect()
        painter.fillRect(clip, QColor(self._theme.colours.canvas))
        if clip == self.viewport().rect():
            self._drawn.clear()
        scroll = self.verticalScrollBar().value()
        members = self.model.stack_members()
        for row in self.layout_.rows_between(clip.top() + scroll - 4, clip.bottom() + scroll + 5):
            first = int(self.layout_.row_first[row])
            for number, box in enumerate(self.layout_.boxes(row)):
                tile = self._to_view(box)
                if tile.adjusted(-4, -4, 4, 4).intersects(QRectF(clip)):
                    self._paint_tile(painter, first + number, tile, members)
        self._paint_headers(painter)
        if self._pointer.band is not None:
            band = QRectF(self._pointer.band.translated(self.margin, -scroll))
            soft = QColor(self._theme.colours.accent)
            painter.setPen(QPen(soft, 1))
            soft.setAlpha(40)
            painter.setBrush(soft)
            painter.drawRect(band)
        painter.end()
        self._want_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._lay_out()
        if self.bar.isVisible():
            self.bar.place()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802
        self._place_line()
        self._show_place()
        self.viewport().update()
        if self._pointer.band is None:
            self._pointer.look(self._mouse_at())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._settle.start()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.viewport().update()

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
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._pointer.release(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if event.type() is QEvent.Type.Leave:
            self._pointer.look(None)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        at = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            place = self.spot_at(QPointF(event.pos())).place
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

    # Where things stand.

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
        by_month = self._tile_px < MONTHS_BELOW
        self.sections = sections.part(self.model.listing, by_month=by_month, below_is_open=self.line.is_open)
        self.layout_ = self._made_layout()
        self._header_ticks.clear()
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(max(1, height - HEADER))
        bar.setSingleStep(max(1, self._row_px // 3))
        bar.setRange(0, max(0, self.layout_.height + FREE_BELOW - height))
        self._scroll_to(anchor)
        self._update_line()
        self._settle.start()
        self.viewport().update()
        self._show_strip()

    @property
    def _row_px(self) -> int:
        return round(self._tile_px * NARROW_ROWS) if self.is_narrow else self._tile_px

    @property
    def _content_width(self) -> int:
        return max(1, self.viewport().width() - self.margin - (NARROW_MARGIN if self.is_narrow else 0))

    def _made_layout(self) -> Layout:
        shown = self.model.listing.facts.aspects[: self.sections.shown]
        return lay_out(
            shown, self.sections.first, self.sections.leads, width=self._content_width, target=self._row_px, gap=GAP
        )

    def _place_strip(self) -> None:
        wide = self._theme.wide(WIDTH) if not self.is_narrow else NARROW_WIDTH
        if self.viewportMargins().right() != wide:
            self.setViewportMargins(0, 0, wide, 0)
        self.strip.setGeometry(self.width() - wide, 0, wide, self.height())
        self._slim_bar.setGeometry(self.width() - wide + 1, 4, SLIM_BAR, self.height() - 8)
        self._slim_bar.raise_()

    def _show_strip(self) -> None:
        bar = self.verticalScrollBar()
        self.strip.show_listing(self.model.listing, self.count)
        self._slim_bar.setRange(bar.minimum(), bar.maximum())
        self._slim_bar.setPageStep(bar.pageStep())
        self._slim_bar.setSingleStep(bar.singleStep())
        self._slim_bar.setVisible(self.strip.is_histogram and bar.maximum() > 0)
        self._show_place()

    def _show_place(self) -> None:
        bar = self.verticalScrollBar()
        self._slim_bar.setValue(bar.value())
        at_end = bar.value() == bar.maximum() > 0
        self.strip.set_place(self.count if at_end else self._first_in_view())

    def _jump(self, place: int) -> None:
        self.scroll_to_place(place, top=True)

    def _settled(self) -> None:
        tiles = max(1, self.viewport().height() // self._row_px + 2) * max(1, self._content_width // self._row_px)
        self._cache.set_visible(tiles)
        self._cache.set_scale(self.devicePixelRatioF())
        self.viewport().update()

    def _first_in_view(self) -> int:
        scroll = self.verticalScrollBar().value()
        rows = self.layout_.rows_between(scroll + (HEADER if scroll else 0), self.layout_.height)
        return int(self.layout_.row_first[rows.start]) if rows else 0

    def _anchor(self) -> tuple[PhotoId, int] | None:
        """Return the first photo in view and how far down its row is; None at the very top."""
        scroll = self.verticalScrollBar().value()
        if not scroll or not self.count:
            return None
        place = self._first_in_view()
        photo_id = self.model.photo_at(place)
        return None if photo_id is None else (photo_id, self.layout_.box(place).y - scroll)

    def _scroll_to(self, anchor: tuple[PhotoId, int] | None) -> None:
        place = None if anchor is None else self.model.place_of(anchor[0])
        if anchor is not None and place is not None and place < self.count:
            self.verticalScrollBar().setValue(self.layout_.box(place).y - anchor[1])

    def _to_view(self, box: Box) -> QRectF:
        return QRectF(box.x + self.margin, box.y - self.verticalScrollBar().value(), box.width, box.height)

    def _mouse_at(self) -> QPointF | None:
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        return QPointF(at) if self.viewport().rect().contains(at) and self.underMouse() else None

    # Focus.

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

    # The relevance line.

    def _update_line(self) -> None:
        listing, section = self.model.listing, self.sections.line
        self.line.setVisible(section is not None)
        if section is not None:
            moved = listing.relevant != listing.automatic
            self.line.show_state(listing.photos - listing.photos_above, moved=moved)
            self._show_nearest()
            self._place_line()

    def _place_line(self) -> None:
        section = self.sections.line
        if section is not None:
            y = int(self.layout_.section_y[section]) - self.verticalScrollBar().value()
            self.line.setGeometry(self.margin, y, self._content_width, sections.LINE_BLOCK)

    def _show_nearest(self) -> None:
        above = self.model.listing.above
        nearest = range(above, min(above + NEAREST, self.model.count))
        rows = [self.model.row_at(place) for place in nearest]
        shapes = self.model.listing.facts.aspects[above : above + NEAREST].clip(0.5, 3.0).tolist()
        contents = [None if row is None else row.content for row in rows]
        self.line.show_nearest(tuple(zip(contents, shapes, strict=True)))

    def _line_opened(self, _is_open: bool) -> None:
        self._lay_out()
        self.line_moved.emit()

    def _step_line(self, step: int) -> None:
        whole = self._whole_layout()
        row = int(np.searchsorted(whole.row_first, self.model.listing.above)) + step
        self.move_line(int(whole.row_first[min(max(row, 0), whole.rows)]))

    def _grab_line(self) -> None:
        section = self.sections.line
        self._grabbed_line = 0 if section is None else int(self.layout_.section_y[section])

    def _drag_line(self, far: int) -> None:
        whole = self._whole_layout()
        between = np.append(whole.row_y, whole.height)
        place = int(whole.row_first[int(np.argmin(np.abs(between - (self._grabbed_line + far))))])
        if place != self.model.listing.above:
            self.move_line(place)

    def _whole_layout(self) -> Layout:
        """Return how the photos above and below the line would stand as one."""
        whole = sections.part(self.model.listing.without_line(), by_month=False, below_is_open=True)
        aspects = self.model.listing.facts.aspects
        return lay_out(aspects, whole.first, whole.leads, width=self._content_width, target=self._row_px, gap=GAP)

    # Painting.

    def _paint_tile(self, painter: QPainter, place: int, tile: QRectF, members: frozenset[PhotoId]) -> None:
        row, hover = self.model.row_at(place), self._pointer.hover
        hovered = hover.place == place
        state = TileState(
            selected=place in self.selection,
            hovered=hovered,
            tick_hovered=hovered and hover.part is Part.TICK,
            can_tick=hovered or len(self.selection) > 0,
            focused=self._theme.by_keyboard and self.hasFocus() and place == self.selection.current,
            exact=not self._settle.isActive(),
            marks=self.model.marks_at(place),
        )
        self._painter.tile(painter, tile, row, state)
        if members and self.model.photo_at(place) in members:
            self._painter.stack_line(painter, tile)
        if row is not None and row.content is not None:
            self._drawn.setdefault(row.content, []).append(tile.toRect())

    def _paint_headers(self, painter: QPainter) -> None:
        """Draw what stands over the sections in view; of the one that is left upwards, it stays at the upper edge."""
        self._header_ticks.clear()
        if not self.sections.has_dates or not self.count:
            return
        scroll, width = self.verticalScrollBar().value(), self._content_width
        wanted = []
        seen = self.layout_.sections_between(scroll, scroll + self.viewport().height())
        for section in reversed(seen):
            if self.sections.lead(section) is not Lead.DATE:
                continue
            y = int(self.layout_.section_y[section]) - scroll
            if y < 0:
                y = min(0, self.layout_.section_end(section) - scroll - HEADER)
            first, end = self.sections.range(section)
            ids = self.model.listing.ids
            period = Period(int(ids[first]), int(ids[end - 1]), end - first)
            place = self._places.get(period)
            if place is None and int(self.model.listing.facts.days[first]) < NO_DATE:
                wanted.append((period, ids[first:end]))
            hovered = self._pointer.hover.section == section
            chosen = len(self.selection) > 0 and self.selection.holds(first, end)
            state = HeaderState(
                title=sections.title(int(self.model.listing.facts.days[first]), by_month=self.sections.by_month),
                place=place or "",
                count=end - first,
                tick=chosen if hovered or chosen else None,
            )
            box = QRectF(self.margin, y, width, HEADER)
            self._header_ticks[section] = self._painter.header(painter, box, state)
        self._places.want(wanted)

    def _want_rows(self) -> None:
        scroll, height = self.verticalScrollBar().value(), self.viewport().height()
        ahead = round(height * ROWS_AHEAD)
        rows = self.layout_.rows_between(scroll - ahead, scroll + height + ahead)
        places = slice(0, 0)
        if rows:
            places = slice(int(self.layout_.row_first[rows.start]), int(self.layout_.row_first[rows.stop]))
        wanted = self.model.ids(places)
        if self.sections.line is not None:
            above = self.model.listing.above
            wanted += self.model.ids(slice(above, above + NEAREST))
            self._show_nearest()
        self.model.rows.want(wanted)

    def _redraw(self, content: ContentKey) -> None:
        """Draw the tiles in view that show this content."""
        for tile in self._drawn.pop(content, ()):
            self.viewport().update(tile.adjusted(-1, -1, 1, 1))
