"""Where whole pictures stand in rows of one width: pure arithmetic over arrays, for a hundred thousand at once.

Pictures of a section fill row after row; a row's height follows from the shapes in it. The last row of a section is not
stretched. Lengths are device-independent pixels.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

NARROWEST, WIDEST = 0.5, 3.0
"""Shapes are held between these, width by height; what is beyond is cut."""
HIGHEST = 1.25
"""A row is at most this many times as high as wanted."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Box:
    """Where one picture stands."""

    x: int
    y: int
    width: int
    height: int

    def contains(self, x: float, y: float) -> bool:
        """Tell whether a point lies in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Layout:
    """n pictures in r rows of s sections.

    Attributes:
        width: of a row.
        gap: between rows and between the pictures of one.
        shapes: width by height as they are shown; shape (n,).
        section_first: the first picture of each section, and n; shape (s + 1,).
        section_y: the upper edge of what leads each section; shape (s,).
        leads: how high that is; shape (s,).
        row_first: the first picture of each row, and n; shape (r + 1,).
        row_y, row_height: of each row; shape (r,).
        row_is_full: the row reaches from edge to edge; shape (r,).
        height: of all.
    """

    width: int
    gap: int
    shapes: Floats
    section_first: Ints
    section_y: Ints
    leads: Ints
    row_first: Ints
    row_y: Ints
    row_height: Ints
    row_is_full: npt.NDArray[np.bool_]
    height: int

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self.shapes)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.row_y)

    def row_of(self, place: int) -> int:
        """Return the row that a picture stands in."""
        return int(np.searchsorted(self.row_first, place, "right")) - 1

    def section_of(self, place: int) -> int:
        """Return the section that a picture stands in."""
        return int(np.searchsorted(self.section_first, place, "right")) - 1

    def row_at(self, y: float) -> int:
        """Return the last row that begins at or above `y`; -1 above all."""
        return int(np.searchsorted(self.row_y, y, "right")) - 1

    def section_end(self, section: int) -> int:
        """Return where the next section begins, or all ends."""
        return int(self.section_y[section + 1]) if section + 1 < len(self.section_y) else self.height

    def section_at(self, y: float) -> int:
        """Return the section at `y`, its lead included; the first above all."""
        return max(0, int(np.searchsorted(self.section_y, y, "right")) - 1)

    def edges(self, row: int) -> list[int]:
        """Return the left edges of a row's pictures, and where one more would stand."""
        first, end = int(self.row_first[row]), int(self.row_first[row + 1])
        if self.row_is_full[row]:
            shapes = self.shapes[first:end]
            scale = (self.width - self.gap * (end - first - 1)) / float(shapes.sum())
        else:
            shapes, scale = self.shapes[first:end], float(self.row_height[row])
        ends = np.cumsum(shapes * scale) + self.gap * np.arange(1, end - first + 1)
        return [0, *np.rint(ends).astype(int).tolist()]

    def boxes(self, row: int) -> list[Box]:
        """Return where the pictures of a row stand."""
        edges, y, height = self.edges(row), int(self.row_y[row]), int(self.row_height[row])
        return [Box(left, y, max(1, right - left - self.gap), height) for left, right in pairwise(edges)]

    def box(self, place: int) -> Box:
        """Return where a picture stands."""
        row = self.row_of(place)
        return self.boxes(row)[place - int(self.row_first[row])]

    def at(self, x: float, y: float) -> int | None:
        """Return the picture at a point; None between them."""
        row = self.row_at(y)
        if row < 0 or y >= self.row_y[row] + self.row_height[row]:
            return None
        edges = self.edges(row)
        place = bisect_right(edges, x) - 1
        inside = 0 <= place < len(edges) - 1 and x < edges[place + 1] - self.gap
        return int(self.row_first[row]) + place if inside else None

    def nearest_in_row(self, row: int, x: float) -> int:
        """Return the picture of a row whose middle is nearest to `x`."""
        middles = [box.x + box.width / 2 for box in self.boxes(row)]
        return int(self.row_first[row]) + min(range(len(middles)), key=lambda place: abs(middles[place] - x))

    def rows_between(self, top: float, bottom: float) -> range:
        """Return the rows of which something lies between two heights."""
        first = max(0, self.row_at(top))
        if first < self.rows and self.row_y[first] + self.row_height[first] <= top:
            first += 1
        return range(first, int(np.searchsorted(self.row_y, bottom, "left")))

    def sections_between(self, top: float, bottom: float) -> range:
        """Return the sections of which something, the lead included, lies between two heights."""
        return range(self.section_at(top), int(np.searchsorted(self.section_y, bottom, "left")))

    def within(self, left: float, top: float, right: float, bottom: float) -> list[tuple[int, int]]:
        """Return the pictures that a rectangle touches, as ranges of places: one a row, as the eye sees it."""
        found = []
        for row in self.rows_between(top, bottom):
            first = int(self.row_first[row])
            touched = [place for place, box in enumerate(self.boxes(row)) if box.x < right and box.x + box.width > left]
            if touched:
                found.append((first + touched[0], first + touched[-1] + 1))
        return found


def lay_out(
    aspects: npt.NDArray[np.floating], section_first: Ints, leads: Ints, *, width: int, target: int, gap: int
) -> Layout:
    """Lay out pictures.

    `aspects`: width by height, shape (n,). `section_first`: the first picture of each section, and n, shape (s + 1,);
    sections may be empty. `leads`: what each section is led by is so high, shape (s,). `target`: the height wanted of
    a row.
    """
    width = max(width, 1)
    shapes = np.clip(aspects.astype(np.float64), NARROWEST, WIDEST)
    following = _row_ends(shapes, section_first, width, target, gap)
    row_first = _follow(following, len(shapes))
    sums = np.concatenate(([0.0], np.cumsum(shapes)))
    counts = np.diff(row_first)
    # What the pictures of a row, put side by side, have of width at a height of 1.
    spread = np.maximum(sums[row_first[1:]] - sums[row_first[:-1]], 1e-6)
    fitting = (width - gap * (counts - 1)) / spread
    ends_section = np.zeros(len(shapes) + 1, dtype=bool)
    ends_section[section_first] = True
    row_is_full = (fitting <= target) | ~ends_section[row_first[1:]]
    row_height = np.maximum(1, np.rint(np.where(row_is_full, fitting, target))).astype(np.int64)
    section_row = np.searchsorted(row_first[:-1], section_first)
    below = np.concatenate(([0], np.cumsum(row_height + gap)))
    rows_high = below[section_row[1:]] - below[section_row[:-1]]
    section_y = np.concatenate(([0], np.cumsum(leads + rows_high)))
    # Each row is as far down as the rows before it, and all leads down to its own section's.
    led = np.repeat(np.cumsum(leads), np.diff(section_row))
    return Layout(
        width=width,
        gap=gap,
        shapes=shapes,
        section_first=section_first,
        section_y=section_y[:-1],
        leads=leads,
        row_first=row_first,
        row_y=below[:-1] + led,
        row_height=row_height,
        row_is_full=row_is_full,
        height=int(section_y[-1]),
    )


def _row_ends(shapes: Floats, section_first: Ints, width: int, target: int, gap: int) -> Ints:
    """Return for each picture where the row would end that began with it: of what fills a row, the nearer to `target`.

    For all at once, though few of them begin one: following a chain is then the only loop.
    """
    count = len(shapes)
    run = np.concatenate(([0.0], np.cumsum(shapes * target + gap)))
    sums = np.concatenate(([0.0], np.cumsum(shapes)))
    here = np.arange(count)
    section_end = np.repeat(section_first[1:], np.diff(section_first))
    full = np.searchsorted(run, run[:-1] + (width + gap - 1e-6), "left")
    ends = np.minimum(full, section_end)
    # One picture less makes a higher row, which is sometimes nearer to what is wanted.
    fewer = np.maximum(ends - 1, here + 1)
    low = (width - gap * (ends - here - 1)) / (sums[ends] - sums[here])
    high = (width - gap * (fewer - here - 1)) / (sums[fewer] - sums[here])
    better = (full <= section_end) & (high <= HIGHEST * target) & (high * low < target * target)
    return np.where(better, fewer, ends)


def _follow(following: Ints, count: int) -> Ints:
    chain = following.tolist()
    firsts = [0]
    place = 0
    while place < count:
        place = chain[place]
        firsts.append(place)
    return np.array(firsts if count else [0], dtype=np.int64)
