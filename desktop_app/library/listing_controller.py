"""Shows what was found: in the grid, in words above it, and as a page that says why where there is nothing."""

from PySide6.QtCore import QObject

from core.values.query import Culprit, SearchResult
from core.values.scope import ScopeKind
from desktop_app.backend.session import Session
from desktop_app.grid.listing import Listing
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.library import listing_words
from desktop_app.library.overview import Overview
from desktop_app.library.status_line import StatusLine
from desktop_app.main_area import MainArea
from desktop_app.navigation.navigator import Navigator
from desktop_app.navigation.view import Page
from desktop_app.search.controller import SearchController


class ListingController(QObject):
    """Couples the answers of the search with the page of photos."""

    def __init__(
        self, session: Session, centre: MainArea, status: StatusLine, search: SearchController, navigator: Navigator
    ) -> None:
        super().__init__(centre)
        self._photos = session.photos
        self._centre = centre
        self._grid: PhotoGrid = centre.grid
        self._status = status
        self._search = search
        self._navigator = navigator
        self._overview: Overview | None = None
        self._folder_coming = False
        session.catalog.absent.connect(self._nothing_yet)
        search.finder.found.connect(self._show)
        navigator.page_changed.connect(self._describe)
        self._grid.line_moved.connect(self._describe)
        centre.empty.action_wanted.connect(self._do_about_nothing)
        self._culprit: Culprit | None = None
        search.finder.answered.connect(self._answered)

    def folder_added(self) -> None:
        """Photos will come: say so until they do."""
        self._folder_coming = True
        if self._centre.page is Page.WELCOME:
            self._centre.empty.say(*listing_words.first_scan())
            self._navigator.show_page(Page.EMPTY)
            self._centre.box.setFocus()

    def show_overview(self, overview: Overview) -> None:
        """The library is so now."""
        before, self._overview = self._overview, overview
        if overview.roots:
            self._folder_coming = False
            if self._centre.page is Page.WELCOME:
                self._navigator.show_page(Page.GRID)
        elif not self._folder_coming and self._centre.page in {Page.GRID, Page.EMPTY, Page.FAILED}:
            self._navigator.show_page(Page.WELCOME)
        if before is None or before.counts != overview.counts:
            self._describe()

    def _nothing_yet(self) -> None:
        if not self._folder_coming:
            self._navigator.show_page(Page.WELCOME)

    def _show(self, listing: Listing, same_question: bool) -> None:
        self._grid.show_listing(listing, keep_place=same_question)
        self._describe()

    def _answered(self, result: SearchResult | None) -> None:
        """Remember what to blame where nothing fits: of what was typed, for the rest cannot be dropped here."""
        typed = {chip.part for chip in self._search.finder.understand().chips}
        culprits = () if result is None else result.culprits
        self._culprit = next((one for one in culprits if one.part in typed), None)

    def _do_about_nothing(self) -> None:
        if self._culprit is None:
            self._search.reset()
        else:
            self._search.drop(self._culprit.part)

    def _describe(self) -> None:
        listing, question = self._photos.listing, self._search.question
        is_search = self._search.is_search
        self._centre.header.say(*listing_words.heading(listing, question.scope, is_search=is_search))
        self._status.show_count(
            listing_words.total(0 if self._overview is None else self._overview.scopes.of(ScopeKind.ALL))
        )
        if self._centre.page not in {Page.GRID, Page.EMPTY} or question.scope.kind is ScopeKind.FAILED:
            return
        if len(listing.ids):
            self._centre.show_page(Page.GRID)
        elif self._overview is not None and (self._overview.roots or self._folder_coming):
            words = listing_words.nothing(question.scope, self._overview, is_search=is_search)
            if is_search and self._culprit is not None:
                words = listing_words.without(self._culprit, self._search.said_of(self._culprit.part))
            self._centre.empty.say(*words)
            self._centre.show_page(Page.EMPTY)
