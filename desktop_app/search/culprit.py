"""Finds out which filter made a search empty: the one without which the most photos fit."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.engine.protocol import Search
from core.values.filters import Filter
from core.values.query import Query, SearchResult
from desktop_app.backend.engine import EngineLink

MOST_FILTERS = 6
"""More are not tried one by one: who writes so many knows what they do."""


@dataclass(frozen=True, slots=True)
class Culprit:
    """A filter, and how many photos fit all others."""

    part: Filter
    photos: int


class CulpritFinder(QObject):
    """Asks the engine once for each filter that was typed.

    Signals:
        found: with the `Culprit`; not where it takes two filters or more to have any photo.
    """

    found = Signal(object)

    def __init__(self, engine: EngineLink, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._number = 0
        self._open = 0
        self._best: Culprit | None = None

    def look(self, typed: tuple[Filter, ...], all_filters: tuple[Filter, ...]) -> None:
        """Begin; `found` follows. `all_filters`: those that were typed, and of the part of the library."""
        self.stop()
        if len(typed) > MOST_FILTERS:
            return
        self._open = len(typed)
        for part in typed:
            others = list(all_filters)
            others.remove(part)
            self._engine.ask(
                Search(Query(filters=tuple(others)), 1),
                partial(self._counted, self._number, part),
                partial(self._not_counted, self._number),
            )

    def stop(self) -> None:
        """What is being counted is no longer wanted."""
        self._number += 1
        self._open, self._best = 0, None

    def _counted(self, number: int, part: Filter, result: SearchResult) -> None:
        if number != self._number:
            return
        if result.matching and (self._best is None or result.matching > self._best.photos):
            self._best = Culprit(part, result.matching)
        self._one_less()

    def _not_counted(self, number: int, _error: Exception) -> None:
        if number == self._number:
            self._one_less()

    def _one_less(self) -> None:
        self._open -= 1
        if not self._open and self._best is not None:
            self.found.emit(self._best)
