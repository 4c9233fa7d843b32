"""Where most of a day's photos were taken, for what stands over the day; asked in a thread when it comes into view."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from core.values.photo_facts import Ids
from desktop_app.backend.tasks import LatestOnly
from desktop_app.grid.row_cache import Catalog

MOST_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Period:
    """The photos of a day, or a month, as far as they tell one from another: first, last and number."""

    first: int
    last: int
    count: int


class DayPlaces(QObject):
    """Places by period.

    Signals:
        arrived: places came that were asked for.
    """

    arrived = Signal()

    def __init__(self, catalog: Catalog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._places: OrderedDict[Period, str] = OrderedDict()
        self._asking = LatestOnly(self._begin)

    def get(self, period: Period) -> str | None:
        """Return the place, empty where there is none in common; None while it is not known."""
        return self._places.get(period)

    def want(self, periods: Sequence[tuple[Period, Ids]]) -> None:
        """Find the places of some periods."""
        if periods:
            self._asking.ask(tuple(periods))

    def forget(self) -> None:
        """Ask anew for what comes into view; photos changed."""
        self._places.clear()

    def _begin(self, periods: tuple[tuple[Period, Ids], ...]) -> None:
        self._catalog.read(
            lambda reader: {period: reader.common_place(ids.tolist()) or "" for period, ids in periods},
            self._take,
            self._failed,
        )

    def _take(self, places: dict[Period, str]) -> None:
        self._places.update(places)
        while len(self._places) > MOST_KEPT:
            self._places.popitem(last=False)
        self._asking.finished()
        self.arrived.emit()

    def _failed(self, _error: Exception) -> None:
        # What is missing is asked for again when it is painted next.
        self._asking.finished()
