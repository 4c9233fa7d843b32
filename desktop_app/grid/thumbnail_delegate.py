"""Draws one tile of the grid: the thumbnail or why there is none, its marks, and how it is chosen."""

from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.values.paths import shown
from core.values.photo import PhotoState
from core.values.query import Hit
from desktop_app.grid.photo_list_model import PhotoListModel, Role, clock
from desktop_app.grid.thumbnail_cache import ThumbnailCache
from desktop_app.grid.tile_badges import TileBadges
from desktop_app.theme.icons import pixmap
from desktop_app.theme.theme import Theme

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow

GAP = 8
RADIUS = 8.0
WEAKER_OPACITY = 0.5
ROOM_FOR_RATING = 140
"""A narrower tile has no room for heart, rating and duration side by side."""

AnyIndex = QModelIndex | QPersistentModelIndex
Flag = QStyle.StateFlag


class ThumbnailDelegate(QStyledItemDelegate):
    """Draws tiles; asks the cache for pictures and never waits for one.

    Signals:
        heart_clicked, stack_clicked: with the row whose mark was clicked.
    """

    heart_clicked = Signal(int)
    stack_clicked = Signal(int)

    def __init__(self, cache: ThumbnailCache, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._theme = theme
        self._badges: TileBadges | None = None
        self._icons: dict[str, QPixmap] = {}
        self._cell = QSize(188, 188)
        theme.changed.connect(self._forget_drawings)

    def set_cell(self, cell: QSize) -> None:
        """Set the size of a tile with its gap."""
        self._cell = cell

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:  # noqa: N802
        return self._cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model = index.model()
        assert isinstance(model, PhotoListModel)
        cell = QRectF(option.rect)
        tile = cell.adjusted(GAP / 2, GAP / 2, -GAP / 2, -GAP / 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if index.row() == model.line_row:
            self._draw_line(painter, tile, model.weaker, nothing_above=index.row() == 0)
        else:
            hit = index.data(Role.HIT)
            self._draw_photo(painter, option, tile, index.data(Role.ROW), hit if isinstance(hit, Hit) else None)
        painter.restore()

    def editorEvent(  # noqa: N802
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        if (
            isinstance(event, QMouseEvent)
            and event.type() in {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick}
            and event.button() is Qt.MouseButton.LeftButton
            and self._badges is not None
            and index.data(Role.PHOTO_ID) is not None
        ):
            tile = QRectF(option.rect).adjusted(GAP / 2, GAP / 2, -GAP / 2, -GAP / 2)
            if self._badges.heart_box(tile).contains(event.position()):
                self.heart_clicked.emit(index.row())
                return True
            hit = index.data(Role.HIT)
            if isinstance(hit, Hit) and hit.stack:
                box = self._badges.stack_box(tile, len(hit.stack) + 1)
                if box.contains(event.position()):
                    self.stack_clicked.emit(index.row())
                    return True
        return False

    def _draw_photo(
        self, painter: QPainter, option: QStyleOptionViewItem, tile: QRectF, row: "PhotoRow | None", hit: Hit | None
    ) -> None:
        colours = self._theme.colours
        selected = bool(option.state & Flag.State_Selected)
        hovered = bool(option.state & Flag.State_MouseOver)
        weaker = hit is not None and not hit.relevant
        picture = None if row is None or row.content is None else self._cache.get(row.content)
        inner = tile.adjusted(5, 5, -5, -5) if selected else tile
        if weaker and not (selected or hovered):
            painter.setOpacity(WEAKER_OPACITY)
        if picture is not None:
            if inner.size() == picture.deviceIndependentSize():
                painter.drawPixmap(inner.topLeft(), picture)
            else:
                painter.drawPixmap(inner, picture, QRectF(picture.rect()))
        else:
            self._draw_placeholder(painter, inner, row)
        painter.setOpacity(1.0)
        if row is not None:
            self._draw_badges(painter, option, inner, row, hit, offer=hovered)
        if selected:
            self._ring(painter, tile.adjusted(1.25, 1.25, -1.25, -1.25), colours.accent, 2.5)
        elif option.state & Flag.State_HasFocus:
            self._ring(painter, tile.adjusted(-1, -1, 1, 1), colours.outline, 2.0)

    def _draw_badges(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        tile: QRectF,
        row: "PhotoRow",
        hit: Hit | None,
        *,
        offer: bool,
    ) -> None:
        scale = painter.device().devicePixelRatioF()
        if self._badges is None or self._badges.scale != scale:
            self._badges = TileBadges(self._theme.font("small", bold=True), self._theme.colours.heart, scale)
        if row.favourite or offer:
            self._badges.heart(painter, tile, full=row.favourite)
        duration = "" if row.duration_ms is None else clock(row.duration_ms)
        if duration:
            self._badges.duration(painter, tile, duration)
        if row.stars and tile.width() >= ROOM_FOR_RATING:
            self._badges.rating(painter, tile, row.stars, duration)
        if row.offline is not None:
            self._badges.offline(painter, tile)
        if hit is not None and hit.stack:
            self._badges.stack(painter, tile, len(hit.stack) + 1)

    def _draw_placeholder(self, painter: QPainter, tile: QRectF, row: "PhotoRow | None") -> None:
        colours = self._theme.colours
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.tile))
        painter.drawRoundedRect(tile, RADIUS, RADIUS)
        if row is None or (row.content is not None and row.state is PhotoState.READY):
            return
        failed = row.state is PhotoState.FAILED
        self._icon(painter, "warning" if failed else "picture", tile, colours.tile_text)
        if tile.width() < 120:
            return
        painter.setPen(QColor(colours.muted if failed else colours.tile_text))
        font = self._theme.font("small")
        painter.setFont(font)
        box = tile.adjusted(10, tile.height() / 2 + 16, -10, -10)
        lines = [self.tr("Could not be read")] if failed else []
        lines.append(shown(PurePath(row.path).name))
        metrics, room = painter.fontMetrics(), int(box.width())
        fitting = [metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, room) for line in lines]
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, "\n".join(fitting))

    def _draw_line(self, painter: QPainter, tile: QRectF, weaker: int, *, nothing_above: bool) -> None:
        colours = self._theme.colours
        self._ring(painter, tile.adjusted(1, 1, -1, -1), colours.line, 1.5)
        painter.setFont(self._theme.font("base", bold=True))
        painter.setPen(QColor(colours.text))
        title = self.tr("Nothing fits well") if nothing_above else self.tr("Less certain")
        middle = tile.center().y()
        box = QRectF(tile.left() + 8, middle - 40, tile.width() - 16, 38)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | _WRAP, title)
        painter.setFont(self._theme.font("small"))
        painter.setPen(QColor(colours.muted))
        note = self.tr("%Ln weaker match(es)", "", weaker)
        if nothing_above:
            note = self.tr("the nearest %Ln", "", weaker)
        box = QRectF(tile.left() + 8, middle + 4, tile.width() - 16, tile.height() / 2 - 10)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | _WRAP, note)

    def _icon(self, painter: QPainter, name: str, tile: QRectF, colour: str) -> None:
        scale = painter.device().devicePixelRatioF()
        drawn = self._icons.get(name)
        if drawn is None or drawn.devicePixelRatio() != scale:
            drawn = self._icons[name] = pixmap(name, colour, 28, scale)
        lift = 6 if tile.width() >= 120 else 0
        painter.drawPixmap(tile.center() - QPointF(14, 14 + lift), drawn)

    def _ring(self, painter: QPainter, box: QRectF, colour: str, width: float) -> None:
        painter.setPen(QPen(QColor(colour), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, RADIUS + 2, RADIUS + 2)

    def _forget_drawings(self) -> None:
        self._badges = None
        self._icons.clear()


_WRAP = Qt.TextFlag.TextWordWrap
