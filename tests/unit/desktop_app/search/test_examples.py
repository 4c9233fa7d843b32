"""Pictures from outside: dropped files, pasted pictures, and what is neither."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from core.values.query import ExampleFile
from desktop_app.search import examples
from tests.unit.desktop_app.library_builder import file_in


def test_dropped_files_are_examples_and_folders_are_not(tmp_path: Path) -> None:
    picture = file_in(tmp_path, "a b.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture)), QUrl.fromLocalFile(str(tmp_path)), QUrl("https://example.org/x")])
    assert examples.from_mime(data, tmp_path) == [ExampleFile(str(picture))]
    assert examples.folders_of(data) == [str(tmp_path)]


def test_a_pasted_picture_is_saved_once(tmp_path: Path, qapp: QApplication) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 100, 50))
    data = QMimeData()
    data.setImageData(image)
    assert examples.has_picture(data)
    first = examples.from_mime(data, tmp_path)
    assert examples.from_mime(data, tmp_path) == first
    assert len(list(tmp_path.iterdir())) == 1
    assert QImage(first[0].path).pixelColor(10, 10) == QColor(200, 100, 50)


def test_text_is_no_picture(tmp_path: Path) -> None:
    data = QMimeData()
    data.setText("dog")
    assert not examples.has_picture(data)
    assert examples.from_mime(data, tmp_path) == []


def test_a_chip_shows_the_middle_of_its_picture(tmp_path: Path, qapp: QApplication) -> None:
    picture = examples.small_picture(str(file_in(tmp_path, "wide.png", (400, 100))), 48)
    assert picture is not None
    assert (picture.width(), picture.height()) == (48, 48)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"nothing")
    assert examples.small_picture(str(broken), 48) is None
