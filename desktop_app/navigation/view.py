"""What the window shows at one moment, as far as one wants to come back to it. Plain values, no widgets."""

from dataclasses import dataclass, replace
from enum import StrEnum

from core.query.spec import Example
from core.values.photo import PhotoId
from core.values.query import Order
from core.values.scope import Scope
from desktop_app.search.state import SearchState


class Page(StrEnum):
    """What the middle of the window shows. `EMPTY` stands for the photos where there are none."""

    GRID = "grid"
    EMPTY = "empty"
    FAILED = "failed"
    SETTINGS = "settings"
    WELCOME = "welcome"


Key = tuple[Page, str, tuple[Example, ...], Scope, Order]


@dataclass(frozen=True, slots=True)
class View:
    """A page, what is asked on it, and how far it is scrolled.

    Attributes:
        photo: the first one in view.
        selected: the one in focus.
    """

    page: Page
    question: SearchState
    photo: PhotoId | None = None
    selected: PhotoId | None = None

    @property
    def key(self) -> Key:
        """Return what makes it another place than others; not how strict the settings are."""
        page = Page.GRID if self.page is Page.EMPTY else self.page
        asked = self.question
        return page, asked.text.strip(), asked.examples, asked.scope, asked.taste.order

    def goes_on_from(self, other: "View") -> bool:
        """Tell whether this is the same place as another, but for text that is being typed."""
        mine, others = self.key, other.key
        return (mine[0], *mine[2:]) == (others[0], *others[2:]) and bool(mine[1]) and bool(others[1])

    def scrolled_to(self, photo: PhotoId | None, selected: PhotoId | None) -> "View":
        """Return it with another place on the page."""
        return replace(self, photo=photo, selected=selected)
