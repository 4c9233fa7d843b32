"""What the strip beside the photos shows: years and months, or a histogram of hits. Pure arithmetic over days."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

import numpy as np
import numpy.typing as npt

from core.values.photo_facts import NO_DATE
from desktop_app.grid.sections import EPOCH

LABELS_APART = 24
TICKS_APART = 3
FEWEST_BARS = 2

Days = npt.NDArray[np.int32]


class Unit(Enum):
    """What one bar of a histogram stands for."""

    YEAR = auto()
    MONTH = auto()
    DAY = auto()


@dataclass(frozen=True, slots=True)
class Tick:
    """A month or year on the strip: how far down it begins, from 0 to 1, and its label; empty for a mere tick."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Hits of one year, month or day: its first and last day, and how many are above the line and below."""

    first: date
    last: date
    above: int
    below: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.above + self.below


def ticks(days: Days, height: int) -> list[Tick]:
    """Return the years and months along a strip of so many pixels, placed by their share of photos, not of time.

    `days`: of the photos in order, shape (n,). Labels and ticks that would stand too close are left out.
    """
    dated = days < NO_DATE
    count = len(days)
    if not dated.any() or height <= 0:
        return []
    months = days[dated].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(months)) + 1))
    found: list[Tick] = []
    last_label, last_tick = -np.inf, -np.inf
    year_before: int | None = None
    for start in starts.tolist():
        year, y = 1970 + int(months[start]) // 12, start / count * height
        label = ""
        if year != year_before and y - last_label >= LABELS_APART:
            label, last_label, year_before = str(year), y, year
        if label or y - last_tick >= TICKS_APART:
            found.append(Tick(start / count, label))
            last_tick = y
    return found


def bars(days: Days, above: int) -> tuple[Unit, list[Bar]]:
    """Return the histogram of a search's hits, from the newest: of years, months of one year, or days of one month.

    `days`: of the hits, shape (n,), of which the first `above` stand above the line.
    """
    dated = days < NO_DATE
    if not dated.any():
        return Unit.YEAR, []
    known = days[dated].astype(np.int64)
    is_above = np.arange(len(days))[dated] < above
    months = known.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    years = months // 12
    if years.min() != years.max():
        unit, values = Unit.YEAR, years
    elif months.min() != months.max():
        unit, values = Unit.MONTH, months
    else:
        unit, values = Unit.DAY, known
    first, last = int(values.min()), int(values.max())
    if unit is Unit.MONTH:
        # The whole year: where nothing was found says something too.
        first, last = first // 12 * 12, first // 12 * 12 + 11
    strong = np.bincount(values[is_above] - first, minlength=last - first + 1)
    weak = np.bincount(values[~is_above] - first, minlength=last - first + 1)
    made = [Bar(*_span(unit, first + place), int(strong[place]), int(weak[place])) for place in range(last - first + 1)]
    return unit, made[::-1]


def _span(unit: Unit, value: int) -> tuple[date, date]:
    """Return the first and last day of a year (since 1970), month or day."""
    if unit is Unit.DAY:
        day = EPOCH + timedelta(days=value)
        return day, day
    months = 12 if unit is Unit.YEAR else 1
    first, following = _first_of(value * months), _first_of((value + 1) * months)
    return first, following - timedelta(days=1)


def _first_of(month: int) -> date:
    return date(1970 + month // 12, month % 12 + 1, 1)
