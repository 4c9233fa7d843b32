"""Light and dark: both can be read, follow the system or the user, and every icon is a picture."""

from importlib.resources import files

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.system.english import EnglishPlurals
from desktop_app.theme.colours import LIGHT, ThemeMode
from desktop_app.theme.focus_ring import FocusRing
from desktop_app.theme.icons import app_icon, pixmap
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton
from tests.qt.plugin import Wait


def test_the_theme_of_the_user_is_applied_at_once(qapp: QApplication) -> None:
    owner = QObject()
    theme = Theme(qapp, ThemeMode.LIGHT, owner)
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(theme.is_dark))
    theme.use(ThemeMode.DARK)
    theme.use(ThemeMode.DARK)
    theme.use(ThemeMode.LIGHT)
    assert told == [True, False]
    assert qapp.palette().color(QPalette.ColorRole.Base).name() == LIGHT.canvas
    qapp.setStyleSheet("")


def test_what_holds_text_grows_with_a_large_font(qapp: QApplication) -> None:
    before, owner = qapp.font(), QObject()
    try:
        large = QFont(before)
        large.setPixelSize(40)
        qapp.setFont(large)
        theme = Theme(qapp, ThemeMode.LIGHT, owner)
        line = QFontMetrics(theme.font("base")).height()
        assert line >= 40
        assert theme.high(34) >= line + 14
        assert 232 < theme.wide(232) < 232 * theme.high(17) / 17
        assert theme.icon_px(20) == IconButton(theme, "close", "Close").iconSize().width() == round(20 * line / 17)
        small = QFont(before)
        small.setPixelSize(9)
        qapp.setFont(small)
        theme = Theme(qapp, ThemeMode.LIGHT, owner)
        assert (theme.high(34), theme.wide(232), theme.icon_px(20)) == (34, 232, 20)
    finally:
        qapp.setFont(before)
        qapp.setStyleSheet("")


def parts(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_checks_and_radios_are_seen_in_both_themes(
    qtbot: QtBot, qapp: QApplication, mode: ThemeMode, kind: type[QCheckBox] | type[QRadioButton]
) -> None:
    owner = QObject()
    theme = Theme(qapp, mode, owner)
    colours = theme.colours
    choice = kind()
    qtbot.addWidget(choice)
    choice.resize(18, 18)
    choice.show()

    def is_drawn(name: str) -> bool:
        picture, wanted = choice.grab().toImage(), QColor(name)
        found = (picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height()))
        return any(sum(abs(a - b) for a, b in zip(parts(one), parts(wanted), strict=True)) < 12 for one in found)

    assert is_drawn(colours.outline)
    choice.setChecked(True)
    assert is_drawn(colours.accent)
    assert is_drawn(colours.on_accent)
    qapp.setStyleSheet("")


def test_the_focus_is_ringed_after_a_key_and_not_after_the_mouse(qtbot: QtBot, theme: Theme, wait: Wait) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 200)
    first, second = QPushButton("One", window), QPushButton("Two", window)
    first.setGeometry(20, 20, 100, 32)
    second.setGeometry(20, 80, 100, 32)
    ring = FocusRing(theme, window)
    window.show()
    window.activateWindow()
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    first.setFocus()
    wait(first.hasFocus)
    assert not ring.isVisible()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    wait(lambda: second.hasFocus() and ring.isVisible())
    assert ring.geometry() == second.geometry().adjusted(-4, -4, 4, 4)
    second.move(40, 100)
    wait(lambda: ring.geometry().topLeft() == second.pos() - QPoint(4, 4))
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    wait(ring.isHidden)


def test_every_icon_is_drawn_in_the_colour_that_is_asked_for(qapp: QApplication) -> None:
    for file in files("resources").joinpath("icons").iterdir():
        name = file.name.removesuffix(".svg")
        image = pixmap(name, "#12ab34", 24, 2.0).toImage()
        colours = {
            image.pixelColor(x, y).name()
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        }
        assert image.width() == 48
        assert name == "eidetic" or "#12ab34" in colours, name
    assert not app_icon().isNull()


def test_english_has_plurals(qapp: QApplication) -> None:
    plurals = EnglishPlurals()
    assert plurals.translate("Any", "%Ln photo(s)", None, 1) == "%Ln photo"
    assert plurals.translate("Any", "%Ln match(es)", None, 2) == "%Ln matches"
    assert plurals.translate("Any", "Copy the file(s)", None, -1) is None
