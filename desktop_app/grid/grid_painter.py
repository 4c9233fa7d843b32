"""Draws what is in view of the grid: tiles, and what stands over a day. Holds no state of the grid."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from desktop_app.grid.marks import Marks
from desktop_app.grid.thumbnail_cache import RADIUS, ThumbnailCache
from desktop_app.grid.tile_badges import TICK, TileBadges
from desktop_app.theme.icons import pixmap
from desktop_app.theme.theme import Theme

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow

INSET = 8.0
RING = 2.0
_LIGHT_EDGE = QColor(0, 0, 0, 26)
_DARK_EDGE = QColor(255, 255, 255, 26)


@dataclass(frozen=True, slots=True)
class TileState:
    """How one tile is drawn.

    Attributes:
        can_tick: its tick is drawn though it is not selected.
        exact: its picture is worth loading in this very size.
    """

    selected: bool
    hovered: bool
    tick_hovered: bool
    can_tick: bool
    focused: bool
    exact: bool
    marks: Marks


@dataclass(frozen=True, slots=True)
class HeaderState:
    """What stands over a section, in words, and its tick: None where it has none now."""

    title: str
    place: str
    count: int
    tick: bool | None


class GridPainter:
    """Draws with the colours of a theme; asks the cache for pictures and never waits for one."""

    def __init__(self, cache: ThumbnailCache, theme: Theme) -> None:
        self._cache = cache
        self._theme = theme
        self._badges: TileBadges | None = None
        theme.changed.connect(self._forget_badges)

    def badges(self, scale: float) -> TileBadges:
        """Return what draws the marks, for screens of this scale."""
        if self._badges is None or self._badges.scale != scale:
            colours = self._theme.colours
            self._badges = TileBadges(self._theme.font("small"), colours.accent, colours.on_accent, scale)
        return self._badges

    def tile(self, painter: QPainter, tile: QRectF, row: "PhotoRow | None", state: TileState) -> None:
        """Draw one tile."""
        colours = self._theme.colours
        badges = self.badges(painter.device().devicePixelRatioF())
        inner = tile
        if state.selected:
            self._box(painter, tile, QColor(colours.accent_soft), RADIUS)
            inner = tile.adjusted(INSET, INSET, -INSET, -INSET)
        self._picture(painter, tile, inner, row, exact=state.exact)
        painter.setPen(QPen(_DARK_EDGE if self._theme.is_dark else _LIGHT_EDGE, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS - 0.5, RADIUS - 0.5)
        badges.draw(painter, inner, state.marks)
        if state.selected:
            self._ring(painter, tile.adjusted(1, 1, -1, -1), colours.accent)
        if state.focused:
            self._ring(painter, tile.adjusted(-3, -3, 3, 3), colours.accent)
        if state.selected or state.can_tick:
            badges.tick(painter, tile, selected=state.selected, hovered=state.tick_hovered)

    def header(self, painter: QPainter, box: QRectF, state: HeaderState) -> QRectF:
        """Draw what stands over a section, on the canvas. Returns where its tick is."""
        colours = self._theme.colours
        painter.fillRect(box.adjusted(-4, 0, 4, 0), QColor(colours.canvas))
        title = self._theme.font("base", bold=True)
        painter.setPen(QColor(colours.text))
        left = _words(painter, box, box.left(), title, state.title)
        painter.setPen(QColor(colours.muted))
        for text in (state.place, QLocale().toString(state.count)):
            if text:
                left = _words(painter, box, left + 8, self._theme.font("base"), text)
        tick = QRectF(left + 10, box.center().y() - TICK / 2, TICK, TICK)
        if state.tick is not None:
            self._day_tick(painter, tick, chosen=state.tick)
        return tick

    def stack_line(self, painter: QPainter, tile: QRectF) -> None:
        """Draw that a tile belongs to the stack that lies open here."""
        under = QRectF(tile.left(), tile.bottom() + 1, tile.width() + 4, 2)
        painter.fillRect(under, QColor(self._theme.colours.accent))

    def _picture(self, painter: QPainter, tile: QRectF, inner: QRectF, row: "PhotoRow | None", *, exact: bool) -> None:
        content = None if row is None else row.content
        size = QSize(round(tile.width()), round(tile.height()))
        picture = None if content is None else self._cache.get(content, size, exact=exact)
        if picture is None:
            colour = None if content is None else self._cache.colour(content)
            self._box(painter, inner, colour or QColor(self._theme.colours.tile), RADIUS)
        elif inner.size() == picture.deviceIndependentSize():
            painter.drawPixmap(inner.topLeft(), picture)
        else:
            painter.drawPixmap(inner, picture, _middle(QRectF(picture.rect()), inner.width() / inner.height()))

    def _day_tick(self, painter: QPainter, box: QRectF, *, chosen: bool) -> None:
        colours = self._theme.colours
        painter.setPen(QPen(QColor(colours.accent if chosen else colours.muted), 1.5))
        painter.setBrush(QColor(colours.accent) if chosen else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(2.75, 2.75, -2.75, -2.75))
        scale = painter.device().devicePixelRatioF()
        colour = colours.on_accent if chosen else colours.muted
        painter.drawPixmap(box.center() - QPointF(6, 6), pixmap("check", colour, 12, scale))

    def _ring(self, painter: QPainter, box: QRectF, colour: str) -> None:
        painter.setPen(QPen(QColor(colour), RING))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, RADIUS, RADIUS)

    def _box(self, painter: QPainter, box: QRectF, colour: QColor, radius: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box, radius, radius)

    def _forget_badges(self) -> None:
        self._badges = None


def _middle(picture: QRectF, shape: float) -> QRectF:
    """Return the largest part of a picture, in its middle, that has a shape (width by height)."""
    if picture.width() > picture.height() * shape:
        width = picture.height() * shape
        return QRectF(picture.center().x() - width / 2, picture.top(), width, picture.height())
    height = picture.width() / shape
    return QRectF(picture.left(), picture.center().y() - height / 2, picture.width(), height)


def _words(painter: QPainter, box: QRectF, left: float, font: QFont, text: str) -> float:
    """Draw text from `left` on, shortened if the box ends before it. Returns where it ends."""
    metrics = QFontMetricsF(font)
    drawn = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, box.right() - left - TICK - 10))
    painter.setFont(font)
    painter.drawText(QRectF(left, box.top(), box.right() - left, box.height()), Qt.AlignmentFlag.AlignVCenter, drawn)
    return left + metrics.horizontalAdvance(drawn)
