"""Keeps the relevance line where it belongs in the grid, and moves it by hand."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from desktop_app.grid import sections
from desktop_app.grid.relevance_line import NEAREST, RelevanceLine

if TYPE_CHECKING:
    from desktop_app.grid.photo_grid import PhotoGrid


class LineMover(QObject):
    """Couples the relevance line to a grid."""

    def __init__(self, grid: "PhotoGrid", line: RelevanceLine) -> None:
        super().__init__(grid)
        self._grid = grid
        self._line = line
        self._grabbed = 0
        line.automatic.clicked.connect(lambda: grid.move_line(None))
        line.pill.reset.connect(lambda: grid.move_line(None))
        line.pill.stepped.connect(self._step)
        line.pill.grabbed.connect(self._grab)
        line.pill.dragged.connect(self._drag)

    def update(self) -> None:
        """The listing or its layout changed."""
        listing, section = self._grid.model.listing, self._grid.sections.line
        self._line.setVisible(section is not None)
        if section is not None:
            moved = listing.relevant != listing.automatic
            self._line.show_state(listing.photos - listing.photos_above, moved=moved)
            self.show_nearest()
            self.place()

    def place(self) -> None:
        """Put the line where its section stands in the view."""
        section = self._grid.sections.line
        if section is not None:
            y = int(self._grid.layout_.section_y[section]) - self._grid.verticalScrollBar().value()
            self._line.setGeometry(self._grid.margin, y, self._grid.content_width, sections.LINE_BLOCK)

    def show_nearest(self) -> None:
        """Show the first photos below the line, as far as their rows are known."""
        above = self._grid.model.listing.above
        nearest = range(above, min(above + NEAREST, self._grid.model.count))
        rows = [self._grid.model.row_at(place) for place in nearest]
        shapes = self._grid.model.listing.facts.aspects[above : above + NEAREST].clip(0.5, 3.0).tolist()
        contents = [None if row is None else row.content for row in rows]
        self._line.show_nearest(tuple(zip(contents, shapes, strict=True)))

    def _step(self, step: int) -> None:
        whole = self._grid.whole_layout()
        row = int(np.searchsorted(whole.row_first, self._grid.model.listing.above)) + step
        self._grid.move_line(int(whole.row_first[min(max(row, 0), whole.rows)]))

    def _grab(self) -> None:
        section = self._grid.sections.line
        self._grabbed = 0 if section is None else int(self._grid.layout_.section_y[section])

    def _drag(self, far: int) -> None:
        whole = self._grid.whole_layout()
        between = np.append(whole.row_y, whole.height)
        place = int(whole.row_first[int(np.argmin(np.abs(between - (self._grabbed + far))))])
        if place != self._grid.model.listing.above:
            self._grid.move_line(place)
