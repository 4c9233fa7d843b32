"""What keys do in the grid. They belong to the photos: none of them falls into the search box."""

from itertools import pairwise

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent

from desktop_app.grid.justified_layout import Layout
from desktop_app.grid.sections import Sections

Key, Modifier = Qt.Key, Qt.KeyboardModifier

ACTIONS = {
    Key.Key_I: "details",
    Key.Key_Slash: "search",
}
"""Bare keys, and the names of what they do to the window. What they do to photos, `PhotoActions` knows."""
MOVES = frozenset(
    (Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Home, Key.Key_End, Key.Key_PageUp, Key.Key_PageDown)
)


def action_of(event: QKeyEvent) -> str | None:
    """Return the name of what a bare key does; empty for a letter that does nothing; None: no bare key."""
    if event.modifiers() & ~(Modifier.ShiftModifier | Modifier.KeypadModifier):
        return None
    key = Key(event.key())
    if key in ACTIONS:
        return ACTIONS[key]
    return "" if event.text().strip() and event.text().isprintable() else None


def moved(layout: Layout, sections: Sections, place: int | None, keys: QKeyCombination, page: int) -> int | None:
    """Return where a key leads from a place; None where there is no photo. `page`: how high one is."""
    key, last = keys.key(), layout.count - 1
    if place is None or key == Key.Key_Home:
        return 0 if layout.count else None
    if key == Key.Key_End:
        return last
    if key in {Key.Key_Left, Key.Key_Right}:
        return min(max(place + (1 if key == Key.Key_Right else -1), 0), last)
    if keys.keyboardModifiers() & Modifier.ControlModifier:
        return _to_section(layout, sections, place, down=key in {Key.Key_Down, Key.Key_PageDown})
    box, row = layout.box(place), layout.row_of(place)
    if key in {Key.Key_Up, Key.Key_Down}:
        other = row + (1 if key == Key.Key_Down else -1)
        if not 0 <= other < layout.rows:
            return place
    else:
        step = max(page - box.height, box.height)
        other = layout.row_at(box.y + (step if key == Key.Key_PageDown else -step))
        other = min(max(other, row + 1 if key == Key.Key_PageDown else 0), layout.rows - 1)
    return layout.nearest_in_row(other, box.x + box.width / 2)


def _to_section(layout: Layout, sections: Sections, place: int, *, down: bool) -> int:
    """Return the first photo of the next section, or of this one, or of the one before if it is that already."""
    firsts = [int(first) for first, end in pairwise(sections.first) if end > first]
    if down:
        return next((first for first in firsts if first > place), layout.count - 1)
    return next((first for first in reversed(firsts) if first < place), 0)
