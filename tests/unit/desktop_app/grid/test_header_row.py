"""The line above the photos."""

from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.grid.header_row import HeaderRow
from desktop_app.theme.theme import Theme


def test_the_count_stands_beside_a_short_title_also_after_a_long_one(
    qtbot: QtBot, theme: Theme, qapp: QApplication
) -> None:
    header = HeaderRow(theme)
    qtbot.addWidget(header)
    header.resize(900, 44)
    header.show()

    def gap(title: str) -> int:
        header.say(title, "80")
        qapp.processEvents()
        first, second = sorted(header.findChildren(QLabel), key=lambda one: one.x())
        return second.x() - first.fontMetrics().horizontalAdvance(title) - first.x()

    before = gap("2021")
    gap("Holidays by the sea")
    assert gap("2021") == before
