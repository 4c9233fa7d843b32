"""What is there again after a restart: where the window was, what it showed, which panels were open. Not settings.

Kept as JSON beside the settings. What is missing, malformed or of a later version is as at the first start.
"""

import base64
import logging
import os
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from pydantic import BaseModel, ConfigDict, ValidationError
from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QStyle, QWidget

from core.values.photo import PhotoId, RootId
from core.values.query import ExamplePhoto, Order
from core.values.scope import Scope, ScopeKind
from desktop_app.navigation.view import Page, View
from desktop_app.search.state import SearchState, ViewOptions

log = logging.getLogger(__name__)

NAME = "window.json"
FIRST_SIZE = QSize(1280, 820)


class SavedScope(BaseModel):
    """A `Scope`, its path as `quoted`."""

    model_config = ConfigDict(frozen=True)

    kind: ScopeKind = ScopeKind.ALL
    root_id: int | None = None
    path: str | None = None


class WindowState(BaseModel):
    """All that is remembered.

    Attributes:
        geometry: as Qt gives it, in base 64.
        sidebar, details: whether the panels are wanted.
        folded: of the sidebar, `quoted`.
        similar: photos that were searched by, as examples.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    geometry: str = ""
    sidebar: bool = True
    details: bool = False
    folded: tuple[str, ...] = ()
    page: Page = Page.GRID
    text: str = ""
    similar: tuple[int, ...] = ()
    scope: SavedScope = SavedScope()
    order: Order = Order.RELEVANCE
    photo: int | None = None
    selected: int | None = None

    @property
    def folds(self) -> tuple[str, ...] | None:
        """Return what was folded and unfolded; None where nothing is remembered."""
        return tuple(unquoted(path) for path in self.folded) if self.geometry else None

    @property
    def view(self) -> View:
        """Return what was seen."""
        root = None if self.scope.root_id is None else RootId(self.scope.root_id)
        question = SearchState(
            self.text,
            tuple(ExamplePhoto(PhotoId(photo)) for photo in self.similar),
            Scope(self.scope.kind, root, None if self.scope.path is None else unquoted(self.scope.path)),
            ViewOptions(self.order),
        )
        return View(self.page, question, _photo(self.photo), _photo(self.selected))

    def showing(self, view: View) -> "WindowState":
        """Return the state with another view. Pictures that were pasted or dropped are not remembered."""
        asked, scope = view.question, view.question.scope
        return self.model_copy(
            update={
                "page": view.page,
                "text": asked.text,
                "similar": tuple(
                    int(one.photo_id) for one in asked.examples if isinstance(one, ExamplePhoto) and not one.feedback
                ),
                "scope": SavedScope(
                    kind=scope.kind,
                    root_id=None if scope.root_id is None else int(scope.root_id),
                    path=None if scope.path is None else quoted(scope.path),
                ),
                "order": asked.taste.order,
                "photo": None if view.photo is None else int(view.photo),
                "selected": None if view.selected is None else int(view.selected),
            }
        )


def geometry_of(window: QWidget) -> str:
    """Return where a window is, to be saved."""
    return base64.b64encode(window.saveGeometry().data()).decode("ascii")


def restore_geometry(window: QWidget, geometry: str) -> None:
    """Put a window where it was; without `geometry`, as it opens first."""
    title_bar = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    window.resize(first_size(window.screen().availableSize(), title_bar))
    if geometry:
        window.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "replace")))


def first_size(available: QSize, title_bar: int) -> QSize:
    """How large a window without a remembered size opens: it and its title bar fit into what the screen has free."""
    return FIRST_SIZE.boundedTo(available - QSize(0, title_bar))


def load(folder: Path) -> WindowState:
    """Return what was saved in the folder of a library."""
    try:
        return WindowState.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        return WindowState()
    except (OSError, ValidationError) as error:
        log.info("the state of the window cannot be used: %s", error)
        return WindowState()


def save(folder: Path, state: WindowState) -> None:
    """Save it, through a temporary file. A failure is no more than a window that opens as at first."""
    path = folder / NAME
    temporary = path.with_suffix(".json.new")
    try:
        temporary.write_text(state.model_dump_json(exclude_defaults=True, indent=1), "utf-8")
        temporary.replace(path)
    except OSError as error:
        log.info("the state of the window cannot be saved: %s", error)


def quoted(path: str) -> str:
    """Return a path as JSON can hold it: names of folders may be no UTF-8."""
    return quote(os.fsencode(path), safe="/\\: ")


def unquoted(text: str) -> str:
    """Return the path that was `quoted`."""
    return os.fsdecode(unquote_to_bytes(text))


def _photo(number: int | None) -> PhotoId | None:
    return None if number is None else PhotoId(number)
