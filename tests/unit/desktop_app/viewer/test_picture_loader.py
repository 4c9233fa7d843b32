"""What Qt reads itself, and what it leaves to the engine."""

from pathlib import Path

from PIL import Image
from PySide6.QtWidgets import QApplication

from desktop_app.viewer.picture_loader import read_file
from tests.unit.desktop_app.grid.test_thumbnail_loader import Listener


def test_files_qt_does_not_know_are_left_to_the_engine_without_asking_every_plugin(
    qapp: QApplication, tmp_path: Path
) -> None:
    Image.new("RGB", (40, 20)).save(tmp_path / "a.JPG", "JPEG")
    (tmp_path / "b.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(64))
    listener = Listener()
    qapp.installTranslator(listener)
    listener.asked.clear()
    try:
        known, unknown = (read_file(str(tmp_path / name), 100, None) for name in ("a.JPG", "b.heic"))
    finally:
        qapp.removeTranslator(listener)
    assert known is not None
    assert (known.image.width(), unknown) == (40, None)
    assert listener.asked == []
