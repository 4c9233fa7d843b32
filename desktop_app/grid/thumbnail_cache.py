"""The thumbnails of what is on the screen and near it, as pixmaps. Asked while painting: answers at once, or later."""

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from core.values.photo import ContentKey
from desktop_app.backend.tasks import NewestFirst, TaskRunner
from desktop_app.backend.thumbnails import ThumbnailSource
from desktop_app.grid.thumbnail_loader import ThumbnailRequest, load

SCREENS_KEPT = 4
MOST_WAITING = 600
"""Older requests are forgotten: what they were for has long left the screen, and is asked for if it comes back."""
LEAST_KEPT = 96


class ThumbnailCache(QObject):
    """Pixmaps by content key, for one size of tile at a time.

    What was loaded for another size is still shown, stretched, until it comes in the right one. Memory follows the
    number of tiles on the screen, not the library.

    Signals:
        loaded: with the `ContentKey` whose picture can be drawn now.
    """

    loaded = Signal(object)

    def __init__(self, source: ThumbnailSource, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loader = NewestFirst[ThumbnailRequest, QImage | None](
            tasks, lambda request: load(source, request), self._take, most=MOST_WAITING, at_once=2
        )
        self._pixels = 0
        self._radius = 0.0
        self._scale = 1.0
        self._most = LEAST_KEPT
        self._pixmaps: OrderedDict[ContentKey, QPixmap] = OrderedDict()
        self._asked: set[ContentKey] = set()
        self._absent: set[ContentKey] = set()

    def set_tile(self, side: int, radius: float, scale: float) -> None:
        """Load for tiles of `side` device-independent pixels on a screen of this scale from now on."""
        pixels = round(side * scale)
        if pixels == self._pixels and scale == self._scale:
            return
        self._pixels, self._radius, self._scale = pixels, radius * scale, scale
        self._asked.clear()
        self._loader.drop_all()

    def set_visible(self, tiles: int) -> None:
        """Say how many tiles fit on the screen; a few times as many pictures are kept."""
        self._most = max(LEAST_KEPT, SCREENS_KEPT * tiles)
        self._shrink()

    def get(self, content: ContentKey) -> QPixmap | None:
        """Return the picture, or None; it is then loaded, and `loaded` says when it is there."""
        pixmap = self._pixmaps.get(content)
        if pixmap is not None:
            self._pixmaps.move_to_end(content)
        if (
            (pixmap is None or pixmap.width() != self._pixels)
            and self._pixels
            and content not in self._asked
            and content not in self._absent
        ):
            self._asked.add(content)
            self._loader.request(ThumbnailRequest(content, self._pixels, self._radius))
        return pixmap

    def forget_absent(self) -> None:
        """Look again for thumbnails that were not there."""
        self._absent.clear()

    def clear(self) -> None:
        """Forget everything, e.g. when another library is shown."""
        self._loader.drop_all()
        self._pixmaps.clear()
        self._asked.clear()
        self._absent.clear()

    @property
    def held(self) -> int:
        """How many pictures are kept."""
        return len(self._pixmaps)

    def _take(self, request: ThumbnailRequest, image: QImage | None) -> None:
        if request.pixels != self._pixels:
            return
        self._asked.discard(request.content)
        if image is None:
            self._absent.add(request.content)
            return
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self._scale)
        self._pixmaps[request.content] = pixmap
        self._pixmaps.move_to_end(request.content)
        self._shrink()
        self.loaded.emit(request.content)

    def _shrink(self) -> None:
        while len(self._pixmaps) > self._most:
            self._pixmaps.popitem(last=False)
        if len(self._asked) > 4 * self._most:
            # The loader forgot the oldest of these; they may be asked for again.
            self._asked.clear()
