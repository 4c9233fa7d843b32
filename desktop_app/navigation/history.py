"""The way back and forward over all that was looked at, as browsers have it. Plain values, no widgets."""

from desktop_app.navigation.view import View

MOST = 100


class History:
    """Views in the order they were visited, and which of them is seen now."""

    def __init__(self) -> None:
        self._views: list[View] = []
        self._at = -1
        self._is_typing = False

    @property
    def current(self) -> View | None:
        """The view that is seen."""
        return self._views[self._at] if self._views else None

    @property
    def can_go_back(self) -> bool:
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        return self._at < len(self._views) - 1

    def visit(self, view: View) -> None:
        """Go on to a view; what lay ahead is forgotten. Text that is still being typed is one view, not many."""
        current = self.current
        if current is not None and view.key == current.key:
            self._views[self._at] = view.scrolled_to(current.photo, current.selected)
            return
        if current is not None and self._is_typing and view.goes_on_from(current):
            self._views[self._at :] = [view]
            return
        self._views[self._at + 1 :] = [view]
        self._views = self._views[-MOST:]
        self._at = len(self._views) - 1
        self._is_typing = True

    def settle(self) -> None:
        """What is typed next is a view of its own: Return was pressed."""
        self._is_typing = False

    def update(self, view: View) -> None:
        """Say more of the view that is seen, e.g. how far it is scrolled."""
        if self._views:
            self._views[self._at] = view

    def step(self, by: int) -> View | None:
        """Go back (-1) or forward (1); None at the ends."""
        if not 0 <= self._at + by < len(self._views):
            return None
        self._at += by
        self._is_typing = False
        return self._views[self._at]
