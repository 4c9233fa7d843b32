"""Finds what the grid shows: asks the catalog or the engine for each question. The latest question wins."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.engine.protocol import LibraryChanged, Search
from core.query.context import Context, here
from core.query.understanding import Understanding
from core.values.errors import EideticError, EngineGoneError
from core.values.query import ExactWords, Order, SearchResult
from core.values.scope import ScopeKind
from desktop_app.backend.catalog import CatalogLink
from desktop_app.backend.engine import EngineLink
from desktop_app.backend.tasks import LatestOnly
from desktop_app.grid.known_photos import KnownPhotos
from desktop_app.grid.listing import EMPTY, Listing
from desktop_app.search.state import SearchState, is_search, resolved

if TYPE_CHECKING:
    from core.catalog.reader import CatalogReader

TYPING_MS = 170
"""Wait this long after a key for the next."""
REFRESH_MS = 700
"""Look at most this often whether what is shown has changed."""
MOST_HITS = 1_000
MOST_FILTERED = 20_000


class SearchRunner(QObject):
    """Answers one question at a time.

    At most one is on its way. While it is, newer ones replace each other, so that fast typing costs two searches and
    never shows an old answer.

    Signals:
        found: with a `Listing`, and whether to keep the place: the same question gave another answer.
        understood: with the `Understanding` of what is typed, for chips and messages.
        answered: with the `SearchResult` of the listing, or None when nothing was searched for.
        failed: with a message for the user.
    """

    found = Signal(object, bool)
    understood = Signal(object)
    answered = Signal(object)
    failed = Signal(str)

    def __init__(
        self, catalog: CatalogLink, engine: EngineLink, known: KnownPhotos, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._engine = engine
        self._known = known
        self._question = SearchState()
        self._shown: SearchState | None = None
        self._asking = LatestOnly(self._begin)
        self._places: frozenset[str] = frozenset()
        self._understood: tuple[tuple[SearchState, Context], Understanding] | None = None
        self._debounce = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._debounce.timeout.connect(self._find)
        self._refresh = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._refresh.timeout.connect(self._find)
        catalog.opened.connect(self._find)
        engine.ready.connect(self._find)
        engine.library_changed.connect(self._library_changed)

    @property
    def question(self) -> SearchState:
        """What is asked now."""
        return self._question

    def ask(self, question: SearchState, *, at_once: bool = False) -> None:
        """Ask something; if it is only being typed, wait for the end of it."""
        if question == self._question:
            return
        self._question = question
        self.understood.emit(self.understand())
        if at_once or not question.text:
            self._debounce.stop()
            self._find()
        else:
            self._debounce.start()

    def submit(self) -> None:
        """Search at once."""
        self._debounce.stop()
        self._find()

    def use_places(self, places: frozenset[str]) -> None:
        """Understand these names of places from now on."""
        self._places = places
        self.understood.emit(self.understand())

    def again(self) -> None:
        """Ask the same again, e.g. because a model came."""
        self._find()

    @property
    def context(self) -> Context:
        """What texts are read against now."""
        return here(self._places)

    def understand(self) -> Understanding:
        """Return what is asked now; it is parsed once."""
        asked = (self._question, self.context)
        if self._understood is None or self._understood[0] != asked:
            self._understood = (asked, resolved(*asked))
        return self._understood[1]

    def _find(self) -> None:
        if self._question.scope.kind is not ScopeKind.FAILED:
            self._asking.ask(self._question)

    def _begin(self, question: SearchState) -> None:
        understood = self.understand()
        if is_search(understood):
            limit = MOST_HITS if understood.query.terms else MOST_FILTERED
            self._engine.ask(
                Search(understood.query, limit),
                partial(self._searched, question, understood),
                partial(self._search_failed, question),
            )
        elif self._catalog.is_open:
            self._catalog.read(
                partial(_browse, question, self._known),
                partial(self._browsed, question),
                partial(self._search_failed, question),
            )
        else:
            # `opened` asks again.
            self._asking.finished(go_on=False)

    def _searched(self, question: SearchState, understood: Understanding, result: SearchResult) -> None:
        if self._catalog.is_open:
            # What the hits look like as tiles is known from the catalog alone.
            self._catalog.read(
                partial(_listing_of, result, understood, self._known),
                partial(self._laid_out, question, result),
                partial(self._search_failed, question),
            )
        else:
            self._is_stale(question)

    def _laid_out(self, question: SearchState, result: SearchResult, listing: Listing) -> None:
        if not self._is_stale(question):
            self.answered.emit(result)
            self._show(question, listing)

    def _search_failed(self, question: SearchState, error: Exception) -> None:
        if self._is_stale(question) or isinstance(error, EngineGoneError):
            # `ready` asks again.
            return
        if not isinstance(error, EideticError):
            raise error
        self.answered.emit(None)
        self._show(question, EMPTY)
        self.failed.emit(str(error))

    def _browsed(self, question: SearchState, listing: Listing) -> None:
        if not self._is_stale(question):
            self.answered.emit(None)
            self._show(question, listing)

    def _is_stale(self, question: SearchState) -> bool:
        """Tell whether the answer is to an older question; then ask the newer one, unless it is still being typed."""
        waited = self._asking.finished(go_on=False)
        if question == self._question:
            if waited:
                # The library changed meanwhile: look again, but not at once.
                self._refresh.start()
            return False
        if not self._debounce.isActive():
            self._find()
        return True

    def _show(self, question: SearchState, listing: Listing) -> None:
        same = question == self._shown
        self._shown = question
        self.found.emit(listing, same)

    def _library_changed(self, change: LibraryChanged) -> None:
        self._known.mark_stale()
        if (change.order_changed or is_search(self.understand())) and not self._refresh.isActive():
            self._refresh.start()


def _browse(question: SearchState, known: KnownPhotos, reader: "CatalogReader") -> Listing:
    ids = reader.scope_ids(question.scope, date.today(), oldest_first=question.taste.order is Order.OLDEST)
    return Listing.of_ids(ids, known.fresh(reader))


def _listing_of(
    result: SearchResult, understood: Understanding, known: KnownPhotos, reader: "CatalogReader"
) -> Listing:
    query = understood.query
    has_line = any(not isinstance(term, ExactWords) for term in query.terms)
    return Listing.of_hits(result.hits, known.fresh(reader), query.order, has_line=has_line)
