"""The two sets of colours. Greys are neutral so that they take nothing from the photos; one accent, used sparingly."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class ThemeMode(StrEnum):
    """Which colours the user wants; written as such in the settings."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour there is, as `#rrggbb`.

    Attributes:
        canvas: behind the photos.
        panel: sidebar, details, status line.
        raised: what lies on top: the search box, menus, chips.
        hover, pressed: of what can be clicked, on panel and canvas.
        line: separators and quiet borders.
        edge: borders that must be seen, e.g. of the search box.
        muted: text that is read second; still 4.5:1 on panel and canvas.
        accent, on_accent: the one main thing; text on it.
        accent_soft: behind a chosen row or a chip.
        tile: where a photo is not drawn yet.
    """

    canvas: str
    panel: str
    raised: str
    hover: str
    pressed: str
    line: str
    edge: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    accent_text: str
    tile: str
    tile_text: str
    heart: str
    star: str
    info_soft: str
    warning: str
    warning_soft: str
    problem: str
    problem_soft: str

    def tokens(self) -> dict[str, str]:
        """Return the colours by name, for the style sheet."""
        return asdict(self)


LIGHT = Colours(
    canvas="#ffffff",
    panel="#f5f6f7",
    raised="#ffffff",
    hover="#eaecee",
    pressed="#dfe2e5",
    line="#e6e8ea",
    edge="#d3d7db",
    text="#1a1d20",
    muted="#626a72",
    accent="#0b766f",
    accent_hover="#095f5a",
    on_accent="#ffffff",
    accent_soft="#dff0ee",
    accent_text="#08605b",
    tile="#eceef0",
    tile_text="#7c848c",
    heart="#e5484d",
    star="#b06f00",
    info_soft="#e8f3f2",
    warning="#8a5a00",
    warning_soft="#fdf3dc",
    problem="#b3261e",
    problem_soft="#fdebe9",
)

DARK = Colours(
    canvas="#131516",
    panel="#1a1c1e",
    raised="#24272a",
    hover="#282b2e",
    pressed="#33373b",
    line="#2a2d30",
    edge="#3b4045",
    text="#e9ebed",
    muted="#9ca4ac",
    accent="#3fb8ac",
    accent_hover="#5ccbc0",
    on_accent="#06231f",
    accent_soft="#173633",
    accent_text="#7fd9cf",
    tile="#202326",
    tile_text="#7b838b",
    heart="#ff6369",
    star="#f5b83d",
    info_soft="#162b29",
    warning="#f2c161",
    warning_soft="#322811",
    problem="#ff8b82",
    problem_soft="#3a1d1b",
)
