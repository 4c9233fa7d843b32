"""The two sets of colours. Greys are neutral so that they take nothing from the photos; one accent, used sparingly.

Which colours may lie on which, and at what contrast, is listed in `tests/unit/desktop_app/theme/test_contrast.py`.
"""

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
        raised: what lies on top: the search box, menus, cards, bars.
        hover, pressed: of what can be clicked; backgrounds only.
        line: separators and edges of cards, for decoration only.
        outline: edges that must be seen: of the box, buttons, pills, checks; at least 3:1.
        muted: text that is read second; still 4.5:1 on all it may lie on.
        accent, on_accent: the one main thing; text on it.
        accent_soft, accent_text: behind a chosen row or a chip; text on it.
        tile, tile_text: where a photo is not drawn yet; what is said there.
        weaker: hits below the relevance line, as bars.
        toast, toast_text, toast_link: what is said in passing.
        sea, land, coast: of the map.
    """

    canvas: str
    panel: str
    raised: str
    hover: str
    pressed: str
    line: str
    outline: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    accent_text: str
    tile: str
    tile_text: str
    weaker: str
    heart: str
    star: str
    warning: str
    warning_soft: str
    problem: str
    problem_soft: str
    toast: str
    toast_text: str
    toast_link: str
    sea: str
    land: str
    coast: str

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
    outline="#858d95",
    text="#1a1d20",
    muted="#5f676f",
    accent="#0b766f",
    accent_hover="#095f5a",
    on_accent="#ffffff",
    accent_soft="#dff0ee",
    accent_text="#08605b",
    tile="#eceef0",
    tile_text="#626a72",
    weaker="#8c949b",
    heart="#d63a40",
    star="#b87400",
    warning="#8a5a00",
    warning_soft="#fdf3dc",
    problem="#b3261e",
    problem_soft="#fdebe9",
    toast="#24282c",
    toast_text="#ffffff",
    toast_link="#7fd9cf",
    sea="#dbe7ec",
    land="#f7f5ef",
    coast="#b9c3c6",
)

DARK = Colours(
    canvas="#131516",
    panel="#1a1c1e",
    raised="#24272a",
    hover="#282b2e",
    pressed="#33373b",
    line="#2a2d30",
    outline="#727a82",
    text="#e9ebed",
    muted="#9ca4ac",
    accent="#3fb8ac",
    accent_hover="#5ccbc0",
    on_accent="#06231f",
    accent_soft="#173633",
    accent_text="#7fd9cf",
    tile="#202326",
    tile_text="#939ba3",
    weaker="#646c73",
    heart="#ff6369",
    star="#f5b83d",
    warning="#f2c161",
    warning_soft="#322811",
    problem="#ff8b82",
    problem_soft="#3a1d1b",
    toast="#33373b",
    toast_text="#e9ebed",
    toast_link="#7fd9cf",
    sea="#16212a",
    land="#24282b",
    coast="#475059",
)

VIEWER = "#0c0d0e"
"""Behind a photo that is looked at, in both sets."""
