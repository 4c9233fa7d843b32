"""The thumbnails of what is on the screen and near it, as pixmaps. Asked while painting: answers at once, or later."""

from collections import OrderedDict

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QColor, QPixmap

from core.values.photo import ContentKey
from desktop_app.backend.tasks import NewestFirst, TaskRunner
from desktop_app.backend.thumbnails import ThumbnailSource
from desktop_app.grid.thumbnail_loader import ThumbnailRequest, Tile, load

SCREENS_KEPT = 4
MOST_WAITING = 600
"""Older requests are forgotten: what they were for has long left the screen, and is asked for if it comes back."""
LEAST_KEPT = 96
MOST_COLOURS = 20_000
RADIUS = 4.0


class ThumbnailCache(QObject):
    """Pixmaps by content key, each in one size at a time.

    What was loaded in another size is still shown, stretched, until it comes in the right one. Memory follows the
    number of tiles on the screen, not the library.

    Signals:
        loaded: with the `ContentKey` whose picture can be drawn now.
    """

    loaded = Signal(object)

    def __init__(self, source: ThumbnailSource, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loader = NewestFirst[ThumbnailRequest, Tile | None](
            tasks, lambda request: load(source, request), self._take, most=MOST_WAITING, at_once=2
        )
        self._scale = 1.0
        self._most = LEAST_KEPT
        self._pixmaps: OrderedDict[ContentKey, QPixmap] = OrderedDict()
        self._colours: OrderedDict[ContentKey, QColor] = OrderedDict()
        self._asked: dict[ContentKey, ThumbnailRequest] = {}
        self._absent: set[ContentKey] = set()

    def set_scale(self, scale: float) -> None:
        """Load for a screen with so many device pixels a pixel from now on."""
        self._scale = scale

    def set_visible(self, tiles: int) -> None:
        """Say how many tiles fit on the screen; a few times as many pictures are kept."""
        self._most = max(LEAST_KEPT, SCREENS_KEPT * tiles)
        self._shrink()

    def get(self, content: ContentKey, size: QSize, *, exact: bool = True) -> QPixmap | None:
        """Return the picture, or None; it is then loaded, and `loaded` says when it is there.

        `exact`: load it again if it is there in another size; not worth it while the size changes with each event.
        """
        pixmap = self._pixmaps.get(content)
        wanted = size * self._scale
        if pixmap is not None:
            self._pixmaps.move_to_end(content)
            if not exact or pixmap.size() == wanted:
                return pixmap
        if content not in self._absent:
            request = ThumbnailRequest(content, wanted.width(), wanted.height(), RADIUS * self._scale)
            if self._asked.get(content) != request:
                self._asked[content] = request
                self._loader.request(request)
        return pixmap

    def peek(self, content: ContentKey) -> QPixmap | None:
        """Return the picture if it is there, in whatever size; else nothing is loaded."""
        return self._pixmaps.get(content)

    def colour(self, content: ContentKey) -> QColor | None:
        """Return a picture's mean colour, if it was ever loaded."""
        return self._colours.get(content)

    def forget_absent(self) -> None:
        """Look again for thumbnails that were not there."""
        self._absent.clear()

    def clear(self) -> None:
        """Forget everything, e.g. when another library is shown."""
        self._loader.drop_all()
        self._pixmaps.clear()
        self._colours.clear()
        self._asked.clear()
        self._absent.clear()

    @property
    def held(self) -> int:
        """How many pictures are kept."""
        return len(self._pixmaps)

    def _take(self, request: ThumbnailRequest, drawn: Tile | None) -> None:
        if self._asked.get(request.content) != request:
            return
        del self._asked[request.content]
        if drawn is None:
            self._absent.add(request.content)
            return
        pixmap = QPixmap.fromImage(drawn.picture)
        pixmap.setDevicePixelRatio(self._scale)
        self._pixmaps[request.content] = pixmap
        self._pixmaps.move_to_end(request.content)
        self._colours[request.content] = drawn.colour
        self._shrink()
        self.loaded.emit(request.content)

    def _shrink(self) -> None:
        while len(self._pixmaps) > self._most:
            self._pixmaps.popitem(last=False)
        while len(self._colours) > MOST_COLOURS:
            self._colours.popitem(last=False)
        if len(self._asked) > 4 * self._most:
            # The loader forgot the oldest of these; they may be asked for again.
            self._asked.clear()
