"""Takes the user from view to view, and back: knows the history, and where on a page one was."""

from PySide6.QtCore import QObject, Signal

from core.values.photo import PhotoId
from core.values.scope import Scope, ScopeKind
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.library.sidebar import Sidebar
from desktop_app.main_area import MainArea
from desktop_app.navigation.history import History
from desktop_app.navigation.view import Page, View
from desktop_app.search.controller import SearchController
from desktop_app.search.state import SearchState

PHOTOS = {Page.GRID, Page.EMPTY}


class Navigator(QObject):
    """Shows pages and scopes.

    Signals:
        page_changed: another page is shown.
    """

    page_changed = Signal()

    def __init__(self, centre: MainArea, sidebar: Sidebar, search: SearchController, grid: PhotoGrid) -> None:
        super().__init__(centre)
        self._centre = centre
        self._sidebar = sidebar
        self._search = search
        self._grid = grid
        self._history = History()
        self._awaited: tuple[SearchState, PhotoId | None, PhotoId | None] | None = None
        self._restoring = False
        search.asked.connect(self._asked)
        search.submitted.connect(self._history.settle)
        search.finder.found.connect(self._found)
        sidebar.scope_chosen.connect(self.go_to)
        sidebar.scope_gone.connect(lambda: self.go_to(Scope(ScopeKind.ALL)))
        centre.top.back.clicked.connect(lambda: self.step(-1))
        centre.top.forward.clicked.connect(lambda: self.step(1))

    @property
    def view(self) -> View:
        """What is seen now."""
        view = View(self._centre.page, self._search.question)
        if self._centre.page in PHOTOS:
            return view.scrolled_to(self._grid.top_photo(), self._grid.current_photo())
        current = self._history.current
        return view if current is None else view.scrolled_to(current.photo, current.selected)

    def show_page(self, page: Page) -> None:
        """Show a page."""
        if page is not self._centre.page:
            self._leave()
            self._centre.show_page(page)
            self.page_changed.emit()
        if page is not Page.WELCOME:
            self._visit()

    def to_photos(self) -> None:
        """Show the photos, if anything else is shown."""
        if self._centre.page not in PHOTOS:
            self.show_page(Page.GRID)

    def go_to(self, scope: Scope) -> None:
        """Look at another part of the library."""
        self._sidebar.show_scope(scope)
        if scope.kind is ScopeKind.FAILED:
            self._leave()
            self._search.choose_scope(scope)
            self.show_page(Page.FAILED)
        else:
            self._search.choose_scope(scope)
            self.to_photos()

    def step(self, by: int) -> bool:
        """Go back (-1) or forward (1). Returns whether there was anything."""
        self._leave()
        view = self._history.step(by)
        if view is not None:
            self.restore(view)
        return view is not None

    def restore(self, view: View) -> None:
        """Show a view as it was."""
        self._restoring = True
        self._awaited = (view.question, view.photo, view.selected)
        self._centre.show_page(view.page)
        self._sidebar.show_scope(view.question.scope)
        self._search.restore(view.question)
        self._restoring = False
        self._visit()
        self.page_changed.emit()

    def _asked(self) -> None:
        if self._restoring:
            return
        self._leave()
        if self._search.question.scope.kind is not ScopeKind.FAILED and self._centre.page is Page.FAILED:
            self.show_page(Page.GRID)
        self._visit()

    def _leave(self) -> None:
        """Remember how far the view is scrolled that is about to be left."""
        current = self._history.current
        if current is not None and current.page in PHOTOS and self._awaited is None:
            self._history.update(current.scrolled_to(self._grid.top_photo(), self._grid.current_photo()))

    def _visit(self) -> None:
        if not self._restoring and self._centre.page is not Page.WELCOME:
            self._history.visit(View(self._centre.page, self._search.question))
        self._centre.top.show_way(back=self._history.can_go_back, forward=self._history.can_go_forward)

    def _found(self) -> None:
        awaited = self._awaited
        if awaited is None:
            return
        self._awaited = None
        question, photo, selected = awaited
        asked = self._search.question
        if (question.text, question.examples, question.scope) == (asked.text, asked.examples, asked.scope):
            self._grid.return_to(photo, selected)
