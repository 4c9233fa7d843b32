"""Draws the SVG icons of `resources/icons` in a given colour, sharp at every scale of screen."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

SCALES = (1.0, 1.5, 2.0, 3.0)


@cache
def _source(name: str) -> bytes:
    return files("resources").joinpath("icons", f"{name}.svg").read_bytes()


def pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """Draw icon `name` in `colour`, `size` device-independent pixels wide, for a screen of this scale."""
    renderer = QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", colour.encode())))
    picture = QPixmap(QSize(round(size * scale), round(size * scale)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def icon(name: str, colour: str, size: int = 20, *, disabled: str | None = None, checked: str | None = None) -> QIcon:
    """Return icon `name` in `colour`; other colours for when it is disabled, or on."""
    made = QIcon()
    for scale in SCALES:
        made.addPixmap(pixmap(name, colour, size, scale))
        if disabled is not None:
            made.addPixmap(pixmap(name, disabled, size, scale), QIcon.Mode.Disabled)
        if checked is not None:
            made.addPixmap(pixmap(name, checked, size, scale), QIcon.Mode.Normal, QIcon.State.On)
    return made


def app_icon() -> QIcon:
    """Return the program's own icon."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(pixmap("eidetic", "#000000", size))
    return made
