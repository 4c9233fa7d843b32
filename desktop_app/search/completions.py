"""What may be typed next, asked of the catalog in a thread of its own. The latest text wins."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.settings.paths import LibraryPaths
from desktop_app.backend.tasks import LatestOnly, TaskRunner

if TYPE_CHECKING:
    from core.catalog.library_values import CatalogValues
    from core.query.completion import Completion

SHORTEST = 2
"""A word of fewer letters may become anything."""
MOST = 8


class Completions(QObject):
    """Answers one text at a time; while it does, newer ones replace each other.

    Asked through its own connection: a long list that is read for the grid must not hold up a key.

    Signals:
        answered: with the text and its tuple of `Completion`.
        places_known: with a frozenset of the names of places in the library, when it is another.
    """

    answered = Signal(str, object)
    places_known = Signal(object)

    def __init__(self, paths: LibraryPaths, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = paths.catalog
        self._tasks = tasks
        self._asking = LatestOnly(self._begin)
        tasks.closed.connect(self._close)
        self._values: CatalogValues | None = None
        self._places: frozenset[str] = frozenset()
        self._changed = False

    def ask(self, text: str) -> None:
        """Ask how a text may go on, with the cursor at its end; `answered` follows, unless a newer text comes first."""
        self._asking.ask(text)

    def library_changed(self) -> None:
        """Answer the next text from what the library has then, not from what it had a moment ago."""
        self._changed = True

    def _close(self) -> None:
        if self._values is not None:
            self._values.close()

    def _begin(self, text: str) -> None:
        self._tasks.run(lambda: self._complete(text), lambda answer: self._answer(text, *answer), self._failed)

    def _complete(self, text: str) -> "tuple[tuple[Completion, ...], frozenset[str]]":
        from core.query.completion import Completer

        if self._values is None:
            from core.catalog.library_values import CatalogValues

            self._values = CatalogValues.open(self._path)
        if self._changed:
            self._changed = False
            self._values.forget()
        words = text.split()
        short = bool(words) and len(words[-1]) < SHORTEST
        return () if short else tuple(Completer(self._values).complete(text, MOST)), self._values.places()

    def _answer(self, text: str, found: "tuple[Completion, ...]", places: frozenset[str]) -> None:
        if places != self._places:
            self._places = places
            self.places_known.emit(places)
        if not self._asking.is_overtaken:
            self.answered.emit(text, found)
        self._asking.finished()

    def _failed(self, error: Exception) -> None:
        from core.values.errors import EideticError

        self._asking.finished()
        # That there is no catalog yet, or that it cannot be used, is told by those who show it.
        if not isinstance(error, EideticError | FileNotFoundError):
            raise error
