"""Pictures for the viewer: the thumbnail at once, then the file, sharp; the neighbours ahead.

Qt decodes what it can, the engine the rest (HEIC, RAW, JPEG XL). What was decoded is kept while there is room.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from core.engine.protocol import ReadPicture
from core.values.paths import is_printable
from core.values.photo import MediaKind, PhotoId
from desktop_app.backend.engine import EngineLink
from desktop_app.backend.tasks import TaskRunner
from desktop_app.grid.thumbnail_loader import scaled

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow

MOST_BYTES = 512 * 2**20
"""Of decoded pictures: about ten at the size of a large screen."""
_OF_THUMBNAILS = QSize(1280, 1280)
WHOLE = 1 << 15
"""As a size: every pixel that the file has."""


@dataclass(frozen=True, slots=True)
class LoadedPicture:
    """A picture in hand.

    Attributes:
        full: size of the file's picture, upright; `image` has as much of it as was asked for.
        longest: the longer side that was asked for; 0 for a thumbnail.
    """

    image: QImage
    full: QSizeF
    longest: int

    @property
    def is_whole(self) -> bool:
        """Whether `image` has every pixel there is."""
        return max(self.image.width(), self.image.height()) >= max(self.full.width(), self.full.height())

    def suffices(self, longest: int) -> bool:
        """Whether a picture of this longer side would show no more."""
        return self.longest >= longest or (self.longest > 0 and self.is_whole)


class PictureLoader(QObject):
    """Loads what is looked at, the newest wish first; what nobody looks at any more is not begun.

    Signals:
        loaded: with a `PhotoId` and a `LoadedPicture`; first a thumbnail, then the file.
        failed: with a `PhotoId` and the reason in words: the thumbnail is all there is.
    """

    loaded = Signal(object, object)
    failed = Signal(object, str)

    def __init__(
        self,
        tasks: TaskRunner,
        engine: EngineLink,
        thumbnail: "Callable[[PhotoRow], bytes | None]",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._thumbnail = thumbnail
        self._tasks = tasks
        self._kept: OrderedDict[PhotoId, LoadedPicture] = OrderedDict()
        self._coming: dict[PhotoId, int] = {}
        self._wanted: frozenset[PhotoId] = frozenset()

    def show(self, row: "PhotoRow", longest: int, ahead: "Sequence[PhotoRow]" = ()) -> None:
        """Load a photo for a screen of `longest` device pixels, and then those `ahead`."""
        self._wanted = frozenset([row.photo_id, *(one.photo_id for one in ahead)])
        self._load(row, longest)
        for one in ahead:
            self._load(one, longest)

    def want_whole(self, row: "PhotoRow") -> None:
        """Load every pixel of a photo, to be looked at closely."""
        kept = self._kept.get(row.photo_id)
        if kept is None or not kept.suffices(WHOLE):
            self._load(row, WHOLE)

    def forget(self, photo_id: PhotoId) -> None:
        """Read a photo anew when it is looked at next: its file changed."""
        self._kept.pop(photo_id, None)

    def _load(self, row: "PhotoRow", longest: int) -> None:
        kept = self._kept.get(row.photo_id)
        if kept is not None:
            self._kept.move_to_end(row.photo_id)
            self.loaded.emit(row.photo_id, kept)
        if (kept is not None and kept.suffices(longest)) or self._coming.get(row.photo_id, -1) >= longest:
            return
        if kept is None:
            self._tasks.run(partial(_thumbnail_of, self._thumbnail, row), partial(self._take, row))
        if row.kind is MediaKind.VIDEO:
            return
        if row.offline is not None:
            self.failed.emit(row.photo_id, row.offline)
            return
        self._coming[row.photo_id] = longest
        self._tasks.run(partial(self._decode, row, longest), partial(self._decoded, row, longest))

    def _decode(self, row: "PhotoRow", longest: int) -> LoadedPicture | None:
        """Decode in the thread; None where Qt cannot, or nobody wants it any more."""
        if row.photo_id not in self._wanted or row.kind is MediaKind.RAW or not is_printable(row.path):
            return None
        return read_file(row.path, longest, _full_size(row))

    def _decoded(self, row: "PhotoRow", longest: int, picture: LoadedPicture | None) -> None:
        if picture is not None:
            self._arrived(row, longest)
            self._take(row, picture)
        elif row.photo_id in self._wanted:
            self._engine.ask(
                ReadPicture(row.path, longest),
                partial(self._read_by_engine, row, longest),
                partial(self._engine_failed, row, longest),
            )
        else:
            self._arrived(row, longest)

    def _read_by_engine(self, row: "PhotoRow", longest: int, jpeg: bytes) -> None:
        self._arrived(row, longest)
        self._tasks.run(partial(_of_jpeg, jpeg, _full_size(row), longest), partial(self._take, row))

    def _engine_failed(self, row: "PhotoRow", longest: int, error: Exception) -> None:
        self._arrived(row, longest)
        self.failed.emit(row.photo_id, str(error))

    def _arrived(self, row: "PhotoRow", longest: int) -> None:
        if self._coming.get(row.photo_id) == longest:
            del self._coming[row.photo_id]

    def _take(self, row: "PhotoRow", picture: LoadedPicture | None) -> None:
        kept = self._kept.get(row.photo_id)
        if picture is None or (kept is not None and kept.longest > picture.longest):
            return
        self._kept[row.photo_id] = picture
        self._kept.move_to_end(row.photo_id)
        while len(self._kept) > 1 and sum(one.image.sizeInBytes() for one in self._kept.values()) > MOST_BYTES:
            self._kept.popitem(last=False)
        self.loaded.emit(row.photo_id, picture)


def read_file(path: str, longest: int, full: QSizeF | None) -> LoadedPicture | None:
    """Decode a file with Qt, no larger than `longest`; None when Qt cannot."""
    if PurePath(path).suffix[1:].lower() not in _known_to_qt():
        # Not tried: Qt would ask every plugin under a lock, see `thumbnail_loader.scaled`.
        return None
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        return None
    box = QSize(longest, longest)
    if size.width() > box.width() or size.height() > box.height():
        reader.setScaledSize(size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    upright = QSizeF(size)
    if (image.width() > image.height()) != (size.width() > size.height()):
        upright.transpose()
    return LoadedPicture(image, full or upright, longest)


@cache
def _known_to_qt() -> frozenset[str]:
    return frozenset(form.toStdString() for form in QImageReader.supportedImageFormats())


def _full_size(row: "PhotoRow") -> QSizeF | None:
    return QSizeF(row.width, row.height) if row.width and row.height else None


def _thumbnail_of(thumbnail: "Callable[[PhotoRow], bytes | None]", row: "PhotoRow") -> LoadedPicture | None:
    jpeg = thumbnail(row)
    image = None if jpeg is None else scaled(jpeg, _OF_THUMBNAILS, crop=False)
    return None if image is None else LoadedPicture(image, _full_size(row) or QSizeF(image.size()), 0)


def _of_jpeg(jpeg: bytes, full: QSizeF | None, longest: int) -> LoadedPicture | None:
    buffer = QBuffer()
    buffer.setData(QByteArray(jpeg))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    image = QImageReader(buffer, QByteArray(b"jpeg")).read()
    return None if image.isNull() else LoadedPicture(image, full or QSizeF(image.size()), longest)
