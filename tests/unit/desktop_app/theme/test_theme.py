"""Light and dark: both can be read, follow the system or the user, and every icon is a picture."""

from importlib.resources import files

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from desktop_app.system.english import EnglishPlurals
from desktop_app.theme.colours import DARK, LIGHT, Colours, ThemeMode
from desktop_app.theme.icons import app_icon, pixmap
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    made = QColor(colour)
    parts = (made.redF(), made.greenF(), made.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(colours: Colours) -> None:
    pairs = [(ink, ground) for ink in (colours.text, colours.muted) for ground in (colours.canvas, colours.panel)] + [
        (colours.on_accent, colours.accent),
        (colours.accent_text, colours.accent_soft),
        (colours.text, colours.warning_soft),
        (colours.text, colours.problem_soft),
        (colours.problem, colours.problem_soft),
        (colours.accent_text, colours.warning_soft),
    ]
    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < 4.5} == {}


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
