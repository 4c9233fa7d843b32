"""Pictures as examples: from a dropped file, from what another program put on the clipboard, from a file dialog."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from core.values.query import ExampleFile
from desktop_app.grid.thumbnail_loader import rounded


def has_picture(data: QMimeData) -> bool:
    """Tell whether there is a picture in what is dropped or pasted, or a file that may be one."""
    return data.hasImage() or any(url.isLocalFile() for url in data.urls())


def from_mime(data: QMimeData, folder: Path) -> list[ExampleFile]:
    """Return what was dropped or pasted; pictures without a file are saved into `folder` first.

    Folders and what is neither file nor picture are left out.
    """
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    found = [ExampleFile(file) for file in files if Path(file).is_file()]
    if not found and data.hasImage():
        image = QImage(data.imageData())
        if not image.isNull():
            found = [ExampleFile(str(_save(image, folder)))]
    return found


def folders_of(data: QMimeData) -> list[str]:
    """Return the folders that were dropped."""
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return [file for file in files if Path(file).is_dir()]


def small_picture(path: str, side: int) -> QImage | None:
    """Return a file as a small square for its chip, or None when Qt cannot read it."""
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        return None
    reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    if image.isNull():
        return None
    left, top = (image.width() - side) // 2, (image.height() - side) // 2
    return rounded(image.copy(left, top, side, side), side / 4)


def _save(image: QImage, folder: Path) -> Path:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    content = data.data()
    path = folder / f"picture-{hashlib.blake2b(content, digest_size=8).hexdigest()}.png"
    path.write_bytes(content)
    return path
