"""The panels around the grid: what they say, and what they ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.catalog.reader import CatalogReader, FailedFile
from core.values.photo import FileId
from core.values.progress import Phase, Progress
from core.values.query import Hit, MatchedIn, Order, Reason
from desktop_app.details import photo_facts
from desktop_app.details.details_panel import DetailsPanel
from desktop_app.grid.header_row import HeaderRow
from desktop_app.library.failed_page import FailedPage
from desktop_app.library.message import Message, Offer, Weight
from desktop_app.library.message_bar import MessageBar
from desktop_app.library.status_line import StatusLine
from desktop_app.library.toast import Toast
from desktop_app.theme.colours import ThemeMode
from desktop_app.theme.theme import Theme
from tests.qt.plugin import Wait
from tests.unit.desktop_app.library_builder import LibraryBuilder

WORKING = Progress(Phase.INDEXING, 2000, 500, 4, 1496, 12.34, 125.0)


def test_a_message_replaces_the_one_with_its_key_and_offers_what_to_do(qtbot: QtBot, theme: Theme) -> None:
    bar = MessageBar(theme)
    qtbot.addWidget(bar)
    bar.show_message(Message("engine", "stopped", Weight.WARNING))
    bar.show_message(Message("engine", "stopped for good", Weight.PROBLEM, (Offer("restart", "Try again"),)))
    assert [message.text for message in bar.messages()] == ["stopped for good"]
    chosen: list[tuple[str, str]] = []
    bar.chosen.connect(lambda key, offer: chosen.append((key, offer)))
    button = bar.findChild(QPushButton, "restart")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen == [("engine", "restart")]
    bar.clear("engine")
    assert bar.isHidden()


def test_a_toast_goes_away_by_itself_and_the_newest_wins(qtbot: QtBot, theme: Theme, wait: Wait) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 300)
    toast = Toast(theme, window)
    toast.place(600, 288)
    window.show()
    undone: list[str] = []
    toast.say("3 photos tagged", lambda: undone.append("tags"))
    assert toast.geometry().bottom() == 287
    assert abs(toast.geometry().center().x() - 300) <= 1
    QTest.mouseClick(toast.undo, Qt.MouseButton.LeftButton)
    assert (undone, toast.text) == (["tags"], "")
    toast.say("3 photos tagged", lambda: undone.append("again"))
    toast.say("Copied", seconds=0.05)
    assert toast.text == "Copied"
    assert toast.undo.isHidden()
    wait(lambda: not toast.text)
    assert undone == ["tags"]


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(), ""),
        (WORKING, "Reading photos · 504 of 2,000 · about 2 minutes left"),
        (replace(WORKING, seconds_left=42.0), "Reading photos · 504 of 2,000 · about 40 s left"),
        (replace(WORKING, seconds_left=4.0), "Reading photos · 504 of 2,000 · a few seconds left"),
        (replace(WORKING, seconds_left=7200.0), "Reading photos · 504 of 2,000 · about 2 hours left"),
        (replace(WORKING, phase=Phase.PAUSED), "Paused · 504 of 2,000"),
        (Progress(Phase.SCANNING, 31), "Looking through folders · 31 found"),
    ],
)
def test_the_status_line_says_how_far_it_is(
    qtbot: QtBot, theme: Theme, english_numbers: None, progress: Progress, text: str
) -> None:
    line = StatusLine(theme)
    qtbot.addWidget(line)
    assert " · ".join(line.describe(progress)) == text


def test_pause_becomes_resume(qtbot: QtBot, theme: Theme) -> None:
    line = StatusLine(theme)
    qtbot.addWidget(line)
    line.show()
    line.show_progress(WORKING)
    with qtbot.waitSignal(line.pause_wanted):
        QTest.mouseClick(line.pause_button, Qt.MouseButton.LeftButton)
    line.show_progress(replace(WORKING, phase=Phase.PAUSED))
    with qtbot.waitSignal(line.resume_wanted):
        QTest.mouseClick(line.pause_button, Qt.MouseButton.LeftButton)
    line.show_progress(Progress())
    assert not line.pause_button.isVisible()


def test_failed_files_are_listed_with_reason_and_tried_again(qtbot: QtBot, theme: Theme) -> None:
    page = FailedPage(theme)
    qtbot.addWidget(page)
    page.show_files([FailedFile(FileId(7), "/photos/a.jpg", "It is empty.", None)])
    with qtbot.waitSignal(page.retry_wanted) as asked:
        page.retry_buttons[0].click()
    assert asked.args == [(FileId(7),)]
    page.show_files([])
    assert page.retry_buttons == []


def test_details_tell_the_facts_and_why(
    qtbot: QtBot, theme: Theme, library: LibraryBuilder, reader: CatalogReader, english_numbers: None
) -> None:
    photo_id = library.add(
        "beach.jpg",
        width=4000,
        height=3000,
        format="JPEG",
        camera_make="FUJIFILM",
        camera_model="X-T30",
        iso=400,
        f_number=2.8,
        exposure_s=1 / 250,
        focal_mm=35.0,
        taken_wall=int(datetime(2019, 7, 14, 18, 30).timestamp() - datetime(1970, 1, 1).timestamp()),
        town="Lisbon",
        country="Portugal",
    )
    panel = DetailsPanel(theme)
    qtbot.addWidget(panel)
    details = reader.details(photo_id)
    assert details is not None
    hit = Hit(photo_id, 0.27, reasons=(Reason("dog", MatchedIn.PICTURE, 0.8),))
    panel.show_photo(details, hit)
    said = "\n".join(panel.texts())
    for part in ("beach.jpg", "4000 × 3000", "12 MP", "FUJIFILM X-T30", "1/250 s", "f/2.8", "ISO 400", "Lisbon"):
        assert part in said
    assert "2019" in said
    assert "0.27" in said
    assert "“dog” in the picture" in said
    panel.show_several(3, is_search=True)
    assert panel.texts()[0] == "3 photos selected"
    assert panel.findChild(QPushButton, "more") is not None


def test_details_without_a_photo_say_how_many_there_are_and_what_to_do(
    qtbot: QtBot, theme: Theme, english_numbers: None
) -> None:
    panel = DetailsPanel(theme)
    qtbot.addWidget(panel)
    panel.show_nothing(1200)
    assert panel.texts()[:2] == ["1,200 photos", "Select one to see when, where and how it was taken."]
    assert "Space" in panel.texts()
    panel.show_nothing(1, is_search=True)
    assert panel.texts()[0] == "1 result"
    assert "More like this" in panel.texts()
    panel.show_nothing(0)
    assert panel.texts()[0] == "No photos"


def test_details_tell_what_the_model_sees_in_the_picture(
    qtbot: QtBot, theme: Theme, library: LibraryBuilder, reader: CatalogReader
) -> None:
    details = reader.details(library.add("beach.jpg"))
    assert details is not None
    panel = DetailsPanel(theme)
    qtbot.addWidget(panel)
    panel.show_photo(details, None)
    assert "Seen in the picture" not in panel.texts()
    panel.show_photo(replace(details, labels=("beach", "dog")), None)
    said = panel.texts()
    at = said.index("Seen in the picture")
    assert said[at + 1 : at + 3] == ["beach", "dog"]


@pytest.mark.parametrize(("seconds", "text"), [(1 / 250, "1/250 s"), (0.5, "0.5 s"), (30.0, "30 s")])
def test_exposures_read_as_photographers_write_them(seconds: float, text: str) -> None:
    assert photo_facts.exposure_time(seconds) == text


@contextmanager
def look_with_font(qapp: QApplication, points: int) -> Iterator[Theme]:
    """The look where the system's font is of so many points."""
    before, owner = qapp.font(), QObject()
    large = QFont(before)
    large.setPointSize(points)
    qapp.setFont(large)
    try:
        yield Theme(qapp, ThemeMode.LIGHT, owner)
    finally:
        qapp.setFont(before)
        qapp.setStyleSheet("")


@pytest.mark.parametrize("width", [320, 400, 480, 560, 700])
@pytest.mark.parametrize("points", [10, 18])
def test_the_title_of_the_header_is_read_whole(qtbot: QtBot, qapp: QApplication, width: int, points: int) -> None:
    with look_with_font(qapp, points) as theme:
        header = HeaderRow(theme)
        qtbot.addWidget(header)
        header.resize(width, 60)
        header.show()
        header.show_order(Order.RELEVANCE, is_search=True)
        header.say("Results", "5, and 55 less certain")
        qapp.processEvents()
        labels = [one for one in header.findChildren(QLabel) if one.isVisible()]
        whole = [one.width() >= one.sizeHint().width() for one in labels]
        assert whole[0], "the title gives way last"


@pytest.mark.parametrize("points", [10, 18, 26])
def test_the_buttons_of_the_details_stay_inside_them(qtbot: QtBot, qapp: QApplication, points: int) -> None:
    with look_with_font(qapp, points) as theme:
        panel = DetailsPanel(theme)
        qtbot.addWidget(panel)
        panel.resize(panel.width(), 700)
        panel.show_several(3, is_search=True)
        panel.show()
        qapp.processEvents()
        buttons = [one for one in panel.findChildren(QAbstractButton) if one.isVisible()]
        assert {"more", "less"} <= {one.objectName() for one in buttons}
        for one in buttons:
            assert panel.rect().contains(QRect(one.mapTo(panel, QPoint(0, 0)), one.size())), one.objectName()
