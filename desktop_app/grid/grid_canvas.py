"""Paints the part of the grid that is in view, and knows what of it lies under a point."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPen

from core.values.photo import ContentKey, PhotoId
from core.values.photo_facts import NO_DATE
from desktop_app.grid import sections
from desktop_app.grid.day_places import DayPlaces, Period
from desktop_app.grid.grid_painter import GridPainter, HeaderState, TileState
from desktop_app.grid.pointer import Part, Spot
from desktop_app.grid.relevance_line import NEAREST
from desktop_app.grid.row_cache import Catalog
from desktop_app.grid.sections import HEADER, Lead
from desktop_app.grid.thumbnail_cache import ThumbnailCache
from desktop_app.theme.theme import Theme

if TYPE_CHECKING:
    from desktop_app.grid.photo_grid import PhotoGrid

SETTLE_MS = 120
ROWS_AHEAD = 1.0
"""How many heights of the view are read ahead, on both sides."""


class GridCanvas(QObject):
    """Paints a grid.

    Attributes:
        header_ticks: where the ticks of the headers in view are, by section.
        settle: runs while sizes change; pictures are then not yet worth loading in them.
    """

    def __init__(self, grid: "PhotoGrid", cache: ThumbnailCache, catalog: Catalog, theme: Theme) -> None:
        super().__init__(grid)
        self._grid = grid
        self.cache = cache
        self._theme = theme
        self._painter = GridPainter(cache, theme)
        self._places = DayPlaces(catalog, self)
        self._drawn: dict[ContentKey, list[QRect]] = {}
        self.header_ticks: dict[int, QRectF] = {}
        self.settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self.settle.timeout.connect(self._settled)
        self._places.arrived.connect(grid.viewport().update)
        cache.loaded.connect(self._redraw)

    def paint(self, clip: QRect) -> None:
        """Draw this part of the view, and have the rows read of the photos around it."""
        painter = QPainter(self._grid.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(clip, QColor(self._theme.colours.canvas))
        if clip == self._grid.viewport().rect():
            self._drawn.clear()
        scroll = self._grid.verticalScrollBar().value()
        members = self._grid.model.stack_members()
        for row in self._grid.layout_.rows_between(clip.top() + scroll - 4, clip.bottom() + scroll + 5):
            first = int(self._grid.layout_.row_first[row])
            for number, box in enumerate(self._grid.layout_.boxes(row)):
                tile = self._grid.to_view(box)
                if tile.adjusted(-4, -4, 4, 4).intersects(QRectF(clip)):
                    self._paint_tile(painter, first + number, tile, members)
        self._paint_headers(painter)
        if self._grid.pointer.band is not None:
            band = QRectF(self._grid.pointer.band.translated(self._grid.margin, -scroll))
            soft = QColor(self._theme.colours.accent)
            painter.setPen(QPen(soft, 1))
            soft.setAlpha(40)
            painter.setBrush(soft)
            painter.drawRect(band)
        painter.end()
        self._want_rows()

    def spot_at(self, at: QPointF) -> Spot:
        """Return what lies at a point of the view."""
        for section, tick in self.header_ticks.items():
            header = QRectF(0, tick.center().y() - HEADER / 2, self._grid.viewport().width(), HEADER)
            if header.contains(at):
                inside = tick.adjusted(-4, -4, 4, 4).contains(at)
                return Spot(Part.DAY_TICK if inside else Part.HEADER, section)
        point = self._grid.to_content(at)
        place = self._grid.layout_.at(point.x(), point.y())
        if place is None:
            return Spot()
        tile = self._grid.to_view(self._grid.layout_.box(place))
        badges = self._painter.badges(self._grid.devicePixelRatioF())
        if badges.tick_box(tile, selected=place in self._grid.selection).adjusted(-5, -5, 5, 5).contains(at):
            return Spot(Part.TICK, place)
        stack = self._grid.model.marks_at(place).stack
        if stack > 1 and badges.stack_box(tile, stack).contains(at):
            return Spot(Part.STACK, place)
        return Spot(Part.PHOTO, place)

    def hover_changed(self, before: Spot, now: Spot) -> None:
        """Something else is under the pointer."""
        for spot in (before, now):
            if 0 <= spot.place < self._grid.count:
                self._grid.viewport().update(self._grid.place_box(spot.place).adjusted(-4, -4, 4, 4))
            elif spot.section >= 0:
                self._grid.viewport().update()
        hand = now.part is not Part.NOTHING and now.part is not Part.HEADER
        self._grid.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def _paint_tile(self, painter: QPainter, place: int, tile: QRectF, members: frozenset[PhotoId]) -> None:
        row, hover = self._grid.model.row_at(place), self._grid.pointer.hover
        hovered = hover.place == place
        state = TileState(
            selected=place in self._grid.selection,
            hovered=hovered,
            tick_hovered=hovered and hover.part is Part.TICK,
            can_tick=hovered or len(self._grid.selection) > 0,
            focused=self._theme.by_keyboard and self._grid.hasFocus() and place == self._grid.selection.current,
            exact=not self.settle.isActive(),
            marks=self._grid.model.marks_at(place),
        )
        self._painter.tile(painter, tile, row, state)
        if members and self._grid.model.photo_at(place) in members:
            self._painter.stack_line(painter, tile)
        if row is not None and row.content is not None:
            self._drawn.setdefault(row.content, []).append(tile.toRect())

    def _paint_headers(self, painter: QPainter) -> None:
        """Draw what stands over the sections in view; of the one that is left upwards, it stays at the upper edge."""
        self.header_ticks.clear()
        if not self._grid.sections.has_dates or not self._grid.count:
            return
        scroll, width = self._grid.verticalScrollBar().value(), self._grid.content_width
        wanted = []
        seen = self._grid.layout_.sections_between(scroll, scroll + self._grid.viewport().height())
        for section in reversed(seen):
            if self._grid.sections.lead(section) is not Lead.DATE:
                continue
            y = int(self._grid.layout_.section_y[section]) - scroll
            if y < 0:
                y = min(0, self._grid.layout_.section_end(section) - scroll - HEADER)
            first, end = self._grid.sections.range(section)
            ids, day = self._grid.model.listing.ids, int(self._grid.model.listing.facts.days[first])
            period = Period(int(ids[first]), int(ids[end - 1]), end - first)
            place = self._places.get(period)
            if place is None and day < NO_DATE:
                wanted.append((period, ids[first:end]))
            hovered = self._grid.pointer.hover.section == section
            chosen = len(self._grid.selection) > 0 and self._grid.selection.holds(first, end)
            state = HeaderState(
                title=sections.title(
                    int(self._grid.model.listing.facts.days[first]), by_month=self._grid.sections.by_month
                ),
                place=place or "",
                count=end - first,
                tick=chosen if hovered or chosen else None,
            )
            box = QRectF(self._grid.margin, y, width, HEADER)
            self.header_ticks[section] = self._painter.header(painter, box, state)
        self._places.want(wanted)

    def _want_rows(self) -> None:
        scroll, height = self._grid.verticalScrollBar().value(), self._grid.viewport().height()
        ahead = round(height * ROWS_AHEAD)
        rows = self._grid.layout_.rows_between(scroll - ahead, scroll + height + ahead)
        places = slice(0, 0)
        if rows:
            places = slice(int(self._grid.layout_.row_first[rows.start]), int(self._grid.layout_.row_first[rows.stop]))
        wanted = self._grid.model.ids(places)
        if self._grid.sections.line is not None:
            above = self._grid.model.listing.above
            wanted += self._grid.model.ids(slice(above, above + NEAREST))
            self._grid.mover.show_nearest()
        self._grid.model.rows.want(wanted)

    def _redraw(self, content: ContentKey) -> None:
        """Draw the tiles in view that show this content."""
        for tile in self._drawn.pop(content, ()):
            self._grid.viewport().update(tile.adjusted(-1, -1, 1, 1))

    def _settled(self) -> None:
        grid = self._grid
        tiles = max(1, grid.viewport().height() // grid.row_px + 2) * max(1, grid.content_width // grid.row_px)
        self.cache.set_visible(tiles)
        self.cache.set_scale(grid.devicePixelRatioF())
        grid.viewport().update()
