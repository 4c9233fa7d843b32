"""Annotations photos - favourite, rating, tags - through the engine, each in a way that can be taken back."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal

from core.engine.protocol import ChangeTags, Request, SetFavourite, SetRating
from core.values.photo import PhotoId
from desktop_app.backend.catalog import CatalogLink
from desktop_app.backend.engine import EngineLink
from desktop_app.backend.undo import Undo

MARK = "mark"
"""Its kind of step in `Undo`."""

Requests = tuple[Request[None], ...]

if TYPE_CHECKING:
    from core.catalog.annotation_reader import PhotoAnnotations


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked of the engine, and what undoes it. Photos that are so already take no part."""

    photo_ids: tuple[PhotoId, ...]
    requests: Requests
    back: Requests


Annotations: TypeAlias = "Mapping[PhotoId, PhotoAnnotations]"
Plan = Callable[[Annotations], Change | None]


def favourite(wanted: bool, annotations: Annotations) -> Change | None:
    """Plan to make photos favourites, or none of them."""
    ids = tuple(photo_id for photo_id, one in annotations.items() if one.favourite is not wanted)
    return Change(ids, (SetFavourite(ids, wanted),), (SetFavourite(ids, not wanted),)) if ids else None


def rating(stars: int, annotations: Annotations) -> Change | None:
    """Plan to rate photos. Back goes each to the rating it had, or to the one in its file."""
    before: dict[int | None, list[PhotoId]] = {}
    for photo_id, one in annotations.items():
        if one.rating != stars:
            before.setdefault(one.rating, []).append(photo_id)
    ids = tuple(photo_id for group in before.values() for photo_id in group)
    back = tuple(SetRating(tuple(group), former) for former, group in before.items())
    return Change(ids, (SetRating(ids, stars),), back) if ids else None


def tag(name: str, annotations: Annotations) -> Change | None:
    """Plan to put a tag on photos."""
    ids = tuple(photo_id for photo_id, one in annotations.items() if not any(same_tag(name, had) for had in one.tags))
    return Change(ids, (ChangeTags(ids, add=(name,)),), (ChangeTags(ids, remove=(name,)),)) if ids else None


def no_tag(name: str, annotations: Annotations) -> Change | None:
    """Plan to take a tag off photos. Back it goes to each as what it was: the user's, or a keyword of the file."""
    by_user: dict[bool, list[PhotoId]] = {}
    for photo_id, one in annotations.items():
        if any(same_tag(name, had) for had in one.tags):
            by_user.setdefault(not any(same_tag(name, had) for had in one.file_tags), []).append(photo_id)
    ids = tuple(photo_id for group in by_user.values() for photo_id in group)
    back = tuple(ChangeTags(tuple(group), add=(name,), by_user=user) for user, group in by_user.items())
    return Change(ids, (ChangeTags(ids, remove=(name,)),), back) if ids else None


def same_tag(one: str, other: str) -> bool:
    """Tell whether the catalog takes two names for one tag: it knows the case of the letters a to z only."""
    # `bytes.lower` does just that, as SQLite's NOCASE.
    return one.encode().lower() == other.encode().lower()


class AnnotationEditor(QObject):
    """Does one change after the other: each begins with what the one before it left.

    Signals:
        done, undone: with what was done, or taken back, in words.
        failed: with a message for the user: the change was not made.
    """

    done = Signal(str)
    undone = Signal(str)
    failed = Signal(str)

    def __init__(self, catalog: CatalogLink, engine: EngineLink, undo: Undo, parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._engine = engine
        self._undo = undo
        self._waiting: deque[Callable[[], None]] = deque()
        self._busy = False

    def set_favourite(self, photo_ids: Sequence[PhotoId], wanted: bool) -> None:
        """Make photos favourites, or none of them."""
        text = self.tr("Marked as favourite") if wanted else self.tr("No longer a favourite")
        self._change(photo_ids, partial(favourite, wanted), text)

    def rate(self, photo_ids: Sequence[PhotoId], stars: int) -> None:
        """Rate photos, 0 to 5."""
        text = self.tr("Rated %1").replace("%1", "★" * stars) if stars else self.tr("Rating removed")
        self._change(photo_ids, partial(rating, stars), text)

    def add_tag(self, photo_ids: Sequence[PhotoId], name: str) -> None:
        """Put a tag on photos."""
        self._change(photo_ids, partial(tag, name), self.tr("Tag “%1” added").replace("%1", name))

    def remove_tag(self, photo_ids: Sequence[PhotoId], name: str) -> None:
        """Take a tag off photos."""
        self._change(photo_ids, partial(no_tag, name), self.tr("Tag “%1” removed").replace("%1", name))

    def _change(self, photo_ids: Sequence[PhotoId], plan: Plan, text: str) -> None:
        if self._catalog.is_open:
            ids = tuple(photo_ids)
            self._when_free(
                lambda: self._catalog.read(
                    lambda reader: reader.annotations(ids), partial(self._begin, plan, text), self._not_made
                )
            )

    def _begin(self, plan: Plan, text: str, annotations: Annotations) -> None:
        change = plan(annotations)
        if change is None:
            self._free()
        else:
            self._ask(change.requests, partial(self._made, change, text))

    def _made(self, change: Change, text: str) -> None:
        words = f"{text}: {self.tr('%Ln photo(s)', '', len(change.photo_ids))}"
        undone = self.tr("Undid changes to %Ln photo(s)", "", len(change.photo_ids))

        def step(requests: Requests, say: Callable[[], None]) -> Callable[[], None]:
            return partial(self._when_free, partial(self._ask, requests, say))

        self._undo.add(
            MARK,
            step(change.back, partial(self.undone.emit, undone)),
            step(change.requests, partial(self.done.emit, words)),
        )
        self.done.emit(words)

    def _ask(self, requests: Requests, on_done: Callable[[], None]) -> None:
        """Send requests, one when the one before it is answered; a failure ends it."""
        if not requests:
            on_done()
            self._free()
        else:
            self._engine.ask(requests[0], lambda _: self._ask(requests[1:], on_done), self._not_made)

    def _not_made(self, error: Exception) -> None:
        self.failed.emit(str(error))
        self._free()

    def _when_free(self, work: Callable[[], None]) -> None:
        self._waiting.append(work)
        self._next()

    def _free(self) -> None:
        self._busy = False
        self._next()

    def _next(self) -> None:
        if not self._busy and self._waiting:
            self._busy = True
            self._waiting.popleft()()
