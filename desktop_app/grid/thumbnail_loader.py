"""Reads thumbnails from the store and makes pictures of a tile's size. Plain functions, for any thread."""

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QImageReader, QPainter

from core.values.photo import ContentKey
from desktop_app.backend.thumbnails import ThumbnailSource


@dataclass(frozen=True, slots=True)
class ThumbnailRequest:
    """One thumbnail as a tile: it fills `width` by `height` device pixels, with round corners of `radius`."""

    content: ContentKey
    width: int
    height: int
    radius: float


@dataclass(frozen=True, slots=True)
class Tile:
    """A thumbnail as it is drawn, and its mean colour."""

    picture: QImage
    colour: QColor


def load(source: ThumbnailSource, request: ThumbnailRequest) -> Tile | None:
    """Read and draw a thumbnail as a tile, in any thread; None when the store has none (yet)."""
    jpeg = source.get(request.content)
    if jpeg is None:
        return None
    picture = tile(jpeg, request.width, request.height, request.radius)
    return None if picture is None else Tile(picture, mean_colour(picture))


def tile(jpeg: bytes, width: int, height: int, radius: float) -> QImage | None:
    """Return a JPEG that fills a size, with round corners; what sticks out is cut. None when it is no picture."""
    picture = scaled(jpeg, QSize(width, height), crop=True)
    return None if picture is None else rounded(picture, radius)


def mean_colour(picture: QImage) -> QColor:
    """Return the colour that a picture has from far away."""
    one = picture.scaled(1, 1, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return QColor(one.pixel(0, 0))


def scaled(jpeg: bytes, box: QSize, *, crop: bool) -> QImage | None:
    """Return a JPEG scaled to fit into `box`, or to fill it with what sticks out cut off. Shares no memory."""
    buffer = QBuffer()
    buffer.setData(QByteArray(jpeg))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    # The reader lets other threads run while it decodes; QImage.fromData does not (87 ms against 3 for 12 megapixels).
    # Its format is said: else Qt asks every plugin under a lock, and that for TGA has a text translated by Python, in
    # `EnglishPlurals`. Another thread that has Python and waits for that lock would wait for ever.
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    reader.setAutoDetectImageFormat(False)
    full = reader.size()
    if not full.isValid() or full.isEmpty():
        return None
    mode = Qt.AspectRatioMode.KeepAspectRatioByExpanding if crop else Qt.AspectRatioMode.KeepAspectRatio
    size = full.scaled(box, mode).expandedTo(QSize(1, 1))
    reader.setScaledSize(size)
    if crop:
        left, top = (size.width() - box.width()) // 2, (size.height() - box.height()) // 2
        reader.setScaledClipRect(QRect(left, top, box.width(), box.height()))
    picture = reader.read()
    return None if picture.isNull() else picture


def rounded(picture: QImage, radius: float) -> QImage:
    """Return a picture with round corners."""
    made = QImage(picture.size(), QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    brush = QBrush(picture)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(0, 0, picture.width(), picture.height(), radius, radius)
    painter.end()
    return made
