"""One photo over the whole window, on black: the thumbnail at once, the original as soon as it is read."""

from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from core.values.paths import is_printable, shown
from core.values.photo import MediaKind, PhotoId
from desktop_app.backend.tasks import TaskRunner
from desktop_app.grid.thumbnail_loader import scaled
from desktop_app.theme.icons import pixmap
from desktop_app.theme.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.catalog.reader import PhotoRow

GROUND = QColor(10, 11, 12)
INK = QColor(235, 237, 239)
QUIET = QColor(150, 157, 164)
STAR = QColor(245, 184, 61)
MOST_STARS = 5
BAR = 52
ARROW = 64
LARGEST_ZOOM = 2.0
"""Small pictures are shown larger than they are, up to this."""
_OLD = QSize(1280, 1280)


class Preview(QWidget):
    """Shows one photo large.

    Signals:
        closed: the user goes back to the grid.
        step_wanted: with +1 or -1.
        open_wanted: with the `PhotoId`: the user wants it in its own program.
        favourite_wanted: with the `PhotoId`.
        rating_wanted: with the `PhotoId` and 0 to 5.
    """

    closed = Signal()
    step_wanted = Signal(int)
    open_wanted = Signal(object)
    favourite_wanted = Signal(object)
    rating_wanted = Signal(object, int)

    def __init__(
        self,
        theme: Theme,
        tasks: TaskRunner,
        thumbnail: "Callable[[PhotoRow], bytes | None]",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnail = thumbnail
        self._tasks = tasks
        self._row: PhotoRow | None = None
        self._image: QImage | None = None
        self._is_original = False
        self._note = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Preview"))
        self.hide()

    @property
    def photo_id(self) -> PhotoId | None:
        """The photo that is shown."""
        return None if self._row is None else self._row.photo_id

    @property
    def shows_original(self) -> bool:
        """Whether the original has been read; before that, it is the thumbnail."""
        return self._is_original

    def show_photo(self, row: "PhotoRow", position: str) -> None:
        """Show a photo. `position`: where it is in the listing, in words."""
        if self._row is None or row.photo_id != self._row.photo_id:
            self._image, self._is_original = None, False
            self._tasks.run(partial(_read_thumbnail, self._thumbnail, row), partial(self._take, row, False))
            if row.kind is MediaKind.IMAGE and row.offline is None and is_printable(row.path):
                pixels = self.size() * self.devicePixelRatioF()
                self._tasks.run(partial(_read_original, row.path, pixels), partial(self._take, row, True))
        self._row = row
        self._note = position
        self.setAccessibleDescription(shown(PurePath(row.path).name))
        self.update()
        self.show()
        self.raise_()
        self.setFocus()

    def close_preview(self) -> None:
        """Go back."""
        self._row = self._image = None
        self.hide()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._row is None:
            return
        self._draw_picture(painter)
        middle = self.height() / 2
        scale = self.devicePixelRatioF()
        painter.drawPixmap(QRectF(20, middle - 14, 28, 28).topLeft(), pixmap("previous", QUIET.name(), 28, scale))
        right = QRectF(self.width() - 48, middle - 14, 28, 28)
        painter.drawPixmap(right.topLeft(), pixmap("next", QUIET.name(), 28, scale))
        close = QRectF(self.width() - 44, 14, 24, 24)
        painter.drawPixmap(close.topLeft(), pixmap("close", QUIET.name(), 24, scale))
        bar = QRectF(ARROW, self.height() - BAR, self.width() - 2 * ARROW, BAR)
        name = shown(PurePath(self._row.path).name)
        painter.setFont(self._theme.font("base", bold=True))
        painter.setPen(INK)
        # As much on both sides, since the name stands in the middle.
        room = bar.width() - 2 * (self._star(MOST_STARS).right() + 16 - bar.left())
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, max(0, int(room)))
        painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, name)
        painter.setFont(self._theme.font("small"))
        painter.setPen(QUIET)
        painter.drawText(bar, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._note)
        heart = "heart-full" if self._row.favourite else "heart"
        colour = self._theme.colours.heart if self._row.favourite else QUIET.name()
        painter.drawPixmap(self._heart().topLeft(), pixmap(heart, colour, 24, scale))
        for stars in range(1, MOST_STARS + 1):
            full = stars <= self._row.stars
            drawn = pixmap("star-full" if full else "star", STAR.name() if full else QUIET.name(), 20, scale)
            painter.drawPixmap(self._star(stars).topLeft(), drawn)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key
        match event.key():
            case key.Key_Escape | key.Key_Space | key.Key_Backspace:
                self.close_preview()
            case key.Key_Left | key.Key_Up | key.Key_PageUp:
                self.step_wanted.emit(-1)
            case key.Key_Right | key.Key_Down | key.Key_PageDown:
                self.step_wanted.emit(1)
            case key.Key_Return | key.Key_Enter:
                self.open_wanted.emit(self.photo_id)
            case key.Key_Tab | key.Key_Backtab:
                return
            case _:
                event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position()
        if at.y() < BAR and at.x() > self.width() - ARROW:
            self.close_preview()
        elif self._heart().adjusted(-8, -8, 8, 8).contains(at):
            self.favourite_wanted.emit(self.photo_id)
        elif self._row is not None and (stars := self._star_at(at)):
            self.rating_wanted.emit(self.photo_id, 0 if stars == self._row.stars else stars)
        elif at.x() < ARROW:
            self.step_wanted.emit(-1)
        elif at.x() > self.width() - ARROW:
            self.step_wanted.emit(1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if ARROW <= event.position().x() <= self.width() - ARROW:
            self.close_preview()
        else:
            self.mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.update()

    def update_row(self, row: "PhotoRow") -> None:
        """Show that something about the same photo changed."""
        if self._row is not None and row.photo_id == self._row.photo_id:
            self._row = row
            self.update()

    def _heart(self) -> QRectF:
        return QRectF(ARROW, self.height() - BAR + (BAR - 24) / 2, 24, 24)

    def _star(self, number: int) -> QRectF:
        """Return where a star is drawn, from 1."""
        return QRectF(self._heart().right() + 14 + 24 * (number - 1), self.height() - BAR + (BAR - 20) / 2, 20, 20)

    def _star_at(self, at: QPointF) -> int:
        """Return the star at a point; 0 if there is none."""
        stars = range(1, MOST_STARS + 1)
        return next((number for number in stars if self._star(number).adjusted(-2, -8, 2, 8).contains(at)), 0)

    def _draw_picture(self, painter: QPainter) -> None:
        box = QRectF(ARROW + 8, 24, self.width() - 2 * ARROW - 16, self.height() - BAR - 28)
        if self._image is None:
            return
        natural = QSizeF(self._image.size()) / self.devicePixelRatioF()
        if self._row is not None and not self._is_original and self._row.width and self._row.height:
            natural = QSizeF(self._row.width, self._row.height) / self.devicePixelRatioF()
        size = natural * LARGEST_ZOOM
        if size.width() > box.width() or size.height() > box.height():
            size = natural.scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(box.center().x() - size.width() / 2, box.center().y() - size.height() / 2, 0, 0)
        place.setSize(size)
        painter.drawImage(place, self._image, QRectF(self._image.rect()))

    def _take(self, row: "PhotoRow", is_original: bool, image: QImage | None) -> None:
        if image is not None and row.photo_id == self.photo_id and (is_original or not self._is_original):
            self._image, self._is_original = image, is_original
            self.update()


def _read_thumbnail(thumbnail: "Callable[[PhotoRow], bytes | None]", row: "PhotoRow") -> QImage | None:
    jpeg = thumbnail(row)
    return None if jpeg is None else scaled(jpeg, _OLD, crop=False)


def _read_original(path: str, screen: QSize) -> QImage | None:
    """Read a file, no larger than the screen. None when Qt knows no such format: then the thumbnail stays."""
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    full = reader.size()
    if not full.isValid():
        return None
    longest = max(screen.width(), screen.height())
    box = QSize(longest, longest)
    if full.width() > box.width() or full.height() > box.height():
        reader.setScaledSize(full.scaled(box, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image
