"""Chooses light or dark, following the system unless the user says otherwise, and applies it to the program."""

from importlib.resources import files
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from desktop_app.theme.colours import DARK, LIGHT, Colours, ThemeMode

_SIZES = {"tiny": 11, "small": 12, "base": 13, "box": 14, "section": 15, "heading": 20, "title": 28}
"""The type scale in pixels where the system's own size is `BASE_PX`; it grows with that."""
BASE_PX = 13
USUAL_LINE_PX = 17
"""How high a line of the system's font usually is; lengths are written for it."""
PREFERRED_FAMILY = "Inter"


class Theme(QObject):
    """The look in force.

    Signals:
        changed: colours are different now; who draws by hand repaints, who has icons makes them again.

    Attributes:
        by_keyboard: whether the last that was pressed was a key; who draws its own focus shows it only then.
    """

    changed = Signal()

    def __init__(self, app: QApplication, mode: ThemeMode, parent: QObject) -> None:
        super().__init__(parent)
        self.by_keyboard = False
        self._app = app
        self._mode = mode
        self._font = QFont(app.font())
        # A font that is given in pixels has no points of its own.
        self._points = QFontInfo(self._font).pointSizeF()
        if PREFERRED_FAMILY in QFontDatabase.families():
            self._font.setFamily(PREFERRED_FAMILY)
        # Digits of one width: numbers that change must not move what stands beside them.
        self._font.setFeature(QFont.Tag("tnum"), 1)
        self._colours: Colours | None = None
        app.setStyle("Fusion")
        app.setFont(self._font)
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return self._colours or LIGHT

    @property
    def is_dark(self) -> bool:
        return self.colours is DARK

    def use(self, mode: ThemeMode) -> None:
        """Follow the system, or do not."""
        self._mode = mode
        self._apply()

    def font(self, size: str, *, bold: bool = False) -> QFont:
        """Return the program's font at a step of the type scale: tiny, small, base, box, section, heading or title."""
        font = QFont(self._font)
        font.setPointSizeF(self._points * _SIZES[size] / BASE_PX)
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def high(self, pixels: int) -> int:
        """Return the height of what holds one line: as written, or as much more as the system's font is higher."""
        return pixels + max(0, QFontMetrics(self._font).height() - USUAL_LINE_PX)

    def wide(self, pixels: int) -> int:
        """Return the width of what holds text: it grows half as much as the system's font, to leave room for photos."""
        growth = QFontMetrics(self._font).height() / USUAL_LINE_PX - 1
        return pixels + max(0, round(pixels * growth / 2))

    def icon_px(self, pixels: int) -> int:
        """Return the side of an icon beside text: it grows as the system's font does."""
        return max(pixels, round(pixels * QFontMetrics(self._font).height() / USUAL_LINE_PX))

    def _apply(self) -> None:
        system_is_dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = system_is_dark if self._mode is ThemeMode.SYSTEM else self._mode is ThemeMode.DARK
        colours = DARK if dark else LIGHT
        if colours is self._colours:
            return
        self._colours = colours
        self._app.setPalette(_palette(colours))
        self._app.setStyleSheet(self._style_sheet(colours))
        self.changed.emit()

    def _style_sheet(self, colours: Colours) -> str:
        folder = files("resources").joinpath("styles")
        sizes = {f"font_{name}": f"{self._points * pixels / BASE_PX:.2f}pt" for name, pixels in _SIZES.items()}
        which = "dark" if colours is DARK else "light"
        pictures = {name: str(folder.joinpath(f"{name}-{which}.svg")).replace("\\", "/") for name in ("check", "down")}
        source = folder.joinpath("window.qss").read_text("utf-8")
        return Template(source).substitute(colours.tokens() | sizes | pictures)


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, colours.panel),
        (role.WindowText, colours.text),
        (role.Base, colours.canvas),
        (role.AlternateBase, colours.panel),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.Light, colours.raised),
        (role.Mid, colours.line),
        (role.Dark, colours.outline),
    ):
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.tile_text))
    return palette
