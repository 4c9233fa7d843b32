"""Every pair of colours that may meet, at the contrast of WCAG 2.2: 4.5 for text, 3 for outlines and marks."""

import pytest
from PySide6.QtGui import QColor

from desktop_app.theme.colours import DARK, LIGHT, VIEWER, Colours

TEXTS = {
    "text": ("canvas", "panel", "raised", "hover", "pressed", "accent_soft", "warning_soft", "problem_soft"),
    "muted": ("canvas", "panel", "raised", "hover", "accent_soft", "sea", "land"),
    "accent": ("canvas",),
    "on_accent": ("accent", "accent_hover"),
    "accent_text": ("accent_soft", "canvas", "panel", "raised", "warning_soft"),
    "tile_text": ("tile",),
    "problem": ("canvas", "problem_soft"),
    "warning": ("canvas",),
    "toast_text": ("toast",),
    "toast_link": ("toast",),
}
MARKS = {
    "outline": ("canvas", "panel", "raised"),
    "accent": ("accent_soft", "canvas", "panel", "raised"),
    "weaker": ("canvas",),
    "heart": ("canvas",),
    "star": ("canvas",),
    "problem": ("problem_soft",),
    "warning": ("warning_soft",),
}
BADGE, BADGE_SHARE = "#0f1214", 0.72


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(colour: str, share: float, ground: str) -> str:
    """Return what a half transparent colour looks like over another."""
    top, below = QColor(colour), QColor(ground)
    pairs = ((top.red(), below.red()), (top.green(), below.green()), (top.blue(), below.blue()))
    return QColor(*(round(share * one + (1 - share) * other) for one, other in pairs)).name()


def too_weak(colours: Colours, pairs: dict[str, tuple[str, ...]], least: float) -> dict[tuple[str, str], float]:
    named = colours.tokens()
    found = {(ink, ground): contrast(named[ink], named[ground]) for ink, grounds in pairs.items() for ground in grounds}
    return {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_read_and_marks_are_seen_on_all_they_may_lie_on(colours: Colours) -> None:
    assert too_weak(colours, TEXTS, 4.5) == {}
    assert too_weak(colours, MARKS, 3.0) == {}


def test_badges_are_read_over_white_photos_and_hints_on_the_viewer() -> None:
    assert contrast("#ffffff", over(BADGE, BADGE_SHARE, "#ffffff")) >= 6.5
    assert contrast("#ffffff", over(BADGE, 0.6, "#ffffff")) >= 4.5
    assert contrast(DARK.muted, VIEWER) >= 4.5


def test_the_ratios_are_those_of_the_standard() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
