"""Thumbnails are decoded in several threads at once, beside the one that draws."""

import io

from PIL import Image
from PySide6.QtCore import QSize, QTranslator
from PySide6.QtWidgets import QApplication

from desktop_app.grid.thumbnail_loader import scaled


class Listener(QTranslator):
    """Notes which texts Qt asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def isEmpty(self) -> bool:  # noqa: N802
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        self.asked.append(f"{context}: {text}")
        return None


def test_decoding_asks_python_for_no_text_while_qt_holds_a_lock(qapp: QApplication) -> None:
    written = io.BytesIO()
    Image.new("RGB", (300, 200), (200, 60, 50)).save(written, "JPEG")
    listener = Listener()
    qapp.installTranslator(listener)
    listener.asked.clear()  # Qt asks for the direction of the script
    try:
        picture = scaled(written.getvalue(), QSize(100, 100), crop=True)
    finally:
        qapp.removeTranslator(listener)
    assert picture is not None
    assert picture.width() == 100
    assert listener.asked == []
