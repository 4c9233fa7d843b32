"""The photos of the grid: which, in what order, and what is known of those in view. Knows no pixels."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale, QObject

from core.values.paths import shown
from core.values.photo import PhotoId, PhotoState
from core.values.photo_facts import Ids
from core.values.query import Hit
from desktop_app.grid.known_photos import KnownPhotos
from desktop_app.grid.listing import EMPTY, Listing
from desktop_app.grid.marks import Marks, clock, marks_of
from desktop_app.grid.row_cache import Catalog, RowCache
from desktop_app.grid.sections import title

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow


class PhotoModel(QObject):
    """A `Listing` as the user made it: its line where it was dragged to, stacks unfolded.

    Attributes:
        listing: what is shown.
        rows: of photos in view.
        known: the facts of all photos, for who makes listings.
    """

    def __init__(self, catalog: Catalog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.listing = EMPTY
        self.rows = RowCache(catalog, self)
        self.known = KnownPhotos()
        self._given = EMPTY
        self._line: int | None = None
        self._unfolded: set[PhotoId] = set()

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return len(self.listing.facts)

    def show(self, listing: Listing, *, same_question: bool) -> bool:
        """Show another listing. Returns whether its tiles, or where they belong, changed.

        `same_question`: it is a newer answer to the same; a dragged line and unfolded stacks stay.
        """
        if not same_question:
            self._line = None
            self._unfolded.clear()
        self._given = listing
        return self._make()

    def move_line(self, place: int | None) -> bool:
        """Draw the line after so many tiles as they are shown now; None: where the search drew it."""
        if place is None:
            self._line = None
        else:
            shown_above = self.listing.ids[:place]
            self._line = int(np.isin(shown_above, self._given.ids).sum()) if self._unfolded else place
        return self._make()

    def toggle_stack(self, top: PhotoId) -> bool:
        """Unfold a stack, or fold it again."""
        self._unfolded ^= {top}
        return self._make()

    def stack_of(self, photo_id: PhotoId) -> int:
        """Return how many photos lie in the stack that a photo is on top of; 0 for no stack."""
        hit = self._given.hits.get(photo_id)
        return len(hit.stack) + 1 if hit is not None and hit.stack else 0

    def is_unfolded(self, top: PhotoId) -> bool:
        """Tell whether a stack lies open."""
        return top in self._unfolded

    def stack_members(self) -> frozenset[PhotoId]:
        """Return the photos that are shown because their stack lies open, and those on top of it."""
        tops = [self._given.hits[top] for top in self._unfolded if top in self._given.hits]
        return frozenset(photo for hit in tops for photo in (hit.photo_id, *hit.stack))

    def photo_at(self, place: int) -> PhotoId | None:
        """Return the photo at a place; None outside."""
        return PhotoId(int(self.listing.ids[place])) if 0 <= place < self.count else None

    def place_of(self, photo_id: PhotoId) -> int | None:
        """Return where a photo stands, from 0, or None."""
        return self.listing.place_of(photo_id)

    def ids(self, places: slice) -> list[PhotoId]:
        """Return the photos at some places."""
        return [PhotoId(photo) for photo in self.listing.ids[places].tolist()]

    def row_at(self, place: int) -> "PhotoRow | None":
        """Return what is known of the photo at a place."""
        photo_id = self.photo_at(place)
        return None if photo_id is None else self.rows.get(photo_id)

    def marks_at(self, place: int) -> Marks:
        """Return what is marked on the tile at a place."""
        photo_id = self.photo_at(place)
        if photo_id is None:
            return Marks()
        unfolded = photo_id in self._unfolded
        return marks_of(self.rows.get(photo_id), self.stack_of(photo_id), is_unfolded=unfolded)

    def hit_of(self, photo_id: PhotoId) -> Hit | None:
        """Return what was found, of a search."""
        return self.listing.hits.get(photo_id)

    def chosen(self, ids: Ids) -> Sequence[PhotoId]:
        """Return ids as photos."""
        return [PhotoId(photo) for photo in ids.tolist()]

    def name_at(self, place: int) -> str:
        """Return the name of the file at a place, as far as it is known."""
        row = self.row_at(place)
        return "" if row is None else shown(PurePath(row.path).name)

    def describe(self, place: int) -> str:
        """Return what a screen reader says of the photo at a place: its name, when, and what is marked on it."""
        day = title(int(self.listing.facts.days[place]), by_month=False)
        row = self.row_at(place)
        if row is None:
            return day
        parts = [self.name_at(place), day]
        marks = self.marks_at(place)
        parts += [self.tr("favourite")] * marks.favourite
        parts += [self.tr("%Ln star(s)", "", row.stars)] * (row.stars > 0)
        parts += [self.tr("video, %1").replace("%1", clock(row.duration_ms or 0))] * bool(marks.length)
        parts += [self.tr("RAW")] * marks.raw
        parts += [self.tr("live photo")] * marks.live
        if marks.stack:
            parts.append(self.tr("stack of %1").replace("%1", QLocale().toString(marks.stack)))
        if row.state is PhotoState.WAITING:
            parts.append(self.tr("not read yet"))
        parts += [self.tr("offline")] * marks.offline
        return ", ".join(parts)

    def _make(self) -> bool:
        line, before = self._line, self.listing
        listing = self._given if line is None else self._given.with_line(line)
        self.listing = listing = listing.unfolded(self._unfolded)
        return not (
            listing.above == before.above
            and listing.has_line == before.has_line
            and listing.by_date == before.by_date
            and np.array_equal(listing.ids, before.ids)
            and np.array_equal(listing.facts.days, before.facts.days)
            and np.array_equal(listing.facts.aspects, before.facts.aspects)
        )
