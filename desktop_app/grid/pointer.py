"""What the mouse does in the grid: look at, select, unfold, drag out, and draw a band around photos."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from desktop_app.grid.photo_grid import PhotoGrid

SCROLL_EDGE = 40
SCROLL_MS = 16


class Part(Enum):
    """What the pointer can be on."""

    NOTHING = auto()
    PHOTO = auto()
    TICK = auto()
    STACK = auto()
    DAY_TICK = auto()
    HEADER = auto()


@dataclass(frozen=True, slots=True)
class Spot:
    """What is under the pointer. `number`: the place of a photo, or the section of a header; -1 for nothing."""

    part: Part = Part.NOTHING
    number: int = -1

    @property
    def place(self) -> int:
        """The photo under the pointer, or -1."""
        return self.number if self.part in {Part.PHOTO, Part.TICK, Part.STACK} else -1

    @property
    def section(self) -> int:
        """The section whose header is under the pointer, or -1."""
        return self.number if self.part in {Part.DAY_TICK, Part.HEADER} else -1


class Pointer:
    """Turns events of the mouse into what the grid does.

    Attributes:
        hover: what is under the pointer.
        band: the rectangle that is being drawn around photos, in the grid's content; else None.
    """

    def __init__(self, grid: "PhotoGrid") -> None:
        self._grid = grid
        self._pressed: Spot | None = None
        self._at = QPoint()
        self._origin = QPointF()
        self._before: npt.NDArray[np.bool_] | None = None
        self._scroll = QTimer(grid, interval=SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_on)
        self.hover = Spot()
        self.band: QRect | None = None

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        grid, spot = self._grid, self._grid.canvas.spot_at(event.position())
        self._pressed, self._at = None, event.position().toPoint()
        shift, ctrl = _modifiers(event)
        match spot.part:
            case Part.DAY_TICK:
                grid.toggle_section(spot.number)
            case Part.STACK:
                grid.toggle_stack(spot.number)
            case Part.TICK | Part.PHOTO if shift or ctrl or spot.part is Part.TICK:
                if shift:
                    grid.selection.extend(spot.number, add=ctrl or spot.part is Part.TICK)
                else:
                    grid.selection.toggle(spot.number)
                grid.selection_made()
            case Part.PHOTO:
                self._pressed = spot
            case _:
                self._pressed = spot
                self._origin = grid.to_content(event.position())
                self._before = grid.selection.mask() if ctrl else np.zeros_like(grid.selection.mask())

    def move(self, event: QMouseEvent) -> None:
        """The pointer moved."""
        at = event.position()
        if not event.buttons() & Qt.MouseButton.LeftButton or self._pressed is None:
            self.look(at)
            return
        far = (at.toPoint() - self._at).manhattanLength() >= QApplication.startDragDistance()
        self._at = at.toPoint() if self.band is not None else self._at
        if self._pressed.part is Part.PHOTO:
            if far:
                place, self._pressed = self._pressed.number, None
                self._grid.drag_out(place)
        elif far or self.band is not None:
            self._at = at.toPoint()
            self._draw_band()
            self._scroll.start()

    def release(self, event: QMouseEvent) -> None:
        """A button went up."""
        pressed, self._pressed = self._pressed, None
        self._scroll.stop()
        if self.band is not None:
            self.band = None
            self._grid.viewport().update()
        elif pressed is not None and event.button() is Qt.MouseButton.LeftButton:
            if pressed.part is Part.PHOTO:
                self._grid.look_at(pressed.number)
            elif len(self._grid.selection):
                self._grid.clear_selection()

    def look(self, at: QPointF | None) -> None:
        """Find out what is under the pointer; None: it left."""
        spot = Spot() if at is None else self._grid.canvas.spot_at(at)
        if spot != self.hover:
            before, self.hover = self.hover, spot
            self._grid.canvas.hover_changed(before, spot)

    def _draw_band(self) -> None:
        grid = self._grid
        corner = grid.to_content(QPointF(self._at))
        self.band = QRect(self._origin.toPoint(), corner.toPoint()).normalized()
        mask = np.zeros_like(grid.selection.mask()) if self._before is None else self._before.copy()
        for first, end in grid.layout_.within(self.band.left(), self.band.top(), self.band.right(), self.band.bottom()):
            mask[first:end] = True
        if not np.array_equal(mask, grid.selection.mask()):
            grid.selection.set_mask(mask)
            grid.selection_made()
        grid.viewport().update()

    def _scroll_on(self) -> None:
        """Scroll while the band is drawn over an edge."""
        height = self._grid.viewport().height()
        over = min(0, self._at.y() - SCROLL_EDGE) + max(0, self._at.y() - height + SCROLL_EDGE)
        bar = self._grid.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + over // 2)
        if bar.value() != before:
            self._draw_band()


def _modifiers(event: QMouseEvent) -> tuple[bool, bool]:
    modifiers = event.modifiers()
    return (
        bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
        bool(modifiers & Qt.KeyboardModifier.ControlModifier),
    )
