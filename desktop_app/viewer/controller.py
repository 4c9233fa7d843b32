"""Couples the viewer with the library: which photo is seen, its picture, its facts, and what looks like it."""

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale, QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from core.engine.protocol import LibraryChanged, Search
from core.values.photo import MediaKind, PhotoId
from core.values.photo_facts import PhotoFacts
from core.values.query import ExamplePhoto, Hit, Query, SearchResult
from desktop_app.backend.session import Session
from desktop_app.details import photo_facts
from desktop_app.details.annotation_controller import AnnotationController
from desktop_app.grid.listing import EMPTY, Listing
from desktop_app.viewer.filmstrip import Filmstrip
from desktop_app.viewer.picture_loader import LoadedPicture, PictureLoader
from desktop_app.viewer.viewer import Viewer

if TYPE_CHECKING:
    from core.catalog.reader import PhotoDetails, PhotoRow

AROUND = 24
"""Photos that look alike, at most."""


class ViewerController(QObject):
    """Opens photos of a listing in the viewer, and goes through them.

    Signals:
        shown: with the `PhotoId` that is looked at now, and its place in the listing.
        closed: the user goes back to the photos.
        action_wanted: with the name of an action for the photo that is seen, see `Viewer.action_wanted`.
        menu_wanted: with a position on the screen.
        said: with a message for the user.
        done: with what was changed, which can be undone.
        failed: with what went wrong.

    Attributes:
        viewer: the widget.
    """

    shown = Signal(object, int)
    closed = Signal()
    action_wanted = Signal(str)
    menu_wanted = Signal(QPoint)
    said = Signal(str)
    done = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._session = session
        strip, around = (
            Filmstrip(session.theme, session.tasks, session.catalog.rows, session.jpeg_of) for _ in range(2)
        )
        self.viewer = Viewer(session.theme, strip, around, window)
        self._pictures = PictureLoader(session.tasks, session.engine, session.jpeg_of, self)
        self._annotations = AnnotationController(session, self.viewer.info.annotations, self)
        self._listing = EMPTY
        self._place = 0
        self._hits_before: tuple[Listing, int] | None = None
        self._asked_around: PhotoId | None = None
        self._connect()

    @property
    def photo_id(self) -> PhotoId | None:
        """The photo that is looked at; None when the viewer is closed."""
        return self.viewer.photo_id

    def open(self, photo_id: PhotoId, listing: Listing) -> None:
        """Look at a photo of a listing."""
        self._hits_before = None
        self._asked_around = None
        self.viewer.around.show_photos((), None, "", "")
        self._listing = listing
        self._go_to(photo_id)

    def close_viewer(self) -> None:
        """Go back to the photos, if one is looked at."""
        if self.viewer.isVisible():
            self.viewer.close_viewer()

    def step(self, by: int) -> None:
        """Go on in the listing, or back; stays at its ends."""
        place = self._place + by
        if 0 <= place < len(self._listing.ids):
            self._go_to(PhotoId(int(self._listing.ids[place])))

    def leave_out(self, photo_ids: Collection[PhotoId]) -> None:
        """Go on without photos that were moved away: with the next one, or the last; without any, it closes."""
        photo_id = self.photo_id
        if photo_id is None:
            return
        self._listing = self._listing.without(photo_ids)
        if self._hits_before is not None:
            before, place = self._hits_before
            before = before.without(photo_ids)
            self._hits_before = (before, min(place, len(before.ids) - 1)) if len(before.ids) else None
        if not len(self._listing.ids):
            self.close_viewer()
        elif photo_id in photo_ids:
            self._go_to(PhotoId(int(self._listing.ids[min(self._place, len(self._listing.ids) - 1)])))

    def _connect(self) -> None:
        viewer = self.viewer
        viewer.step_wanted.connect(self.step)
        viewer.photo_wanted.connect(self._choose)
        viewer.around_wanted.connect(self._look_around)
        viewer.whole_wanted.connect(self._want_whole)
        viewer.rating_wanted.connect(self._rate)
        viewer.action_wanted.connect(self._act)
        viewer.retry_wanted.connect(self._retry)
        viewer.menu_wanted.connect(self.menu_wanted)
        viewer.closed.connect(self.closed)
        self._session.tasks.closed.connect(viewer.player.close)
        viewer.info_toggled.connect(self._show_details)
        viewer.info.action_wanted.connect(self.action_wanted)
        self._pictures.loaded.connect(self._show_picture)
        self._pictures.failed.connect(viewer.show_failure)
        self._annotations.said.connect(self.said)
        self._annotations.done.connect(self.done)
        self._annotations.failed.connect(self.failed)
        self._session.engine.library_changed.connect(self._library_changed)

    def _go_to(self, photo_id: PhotoId) -> None:
        row = self._row(photo_id)
        places = (self._listing.ids == photo_id).nonzero()[0]
        if row is None or not len(places):
            return
        self._place = int(places[0])
        details = self._session.catalog.details(photo_id)
        self.viewer.show_photo(row, *self._titles(details))
        self.viewer.setFocus()
        self._show_strips()
        self._load(row)
        self._show_details()
        if row.kind is MediaKind.VIDEO and row.offline is None:
            hit = self._hit(photo_id)
            self.viewer.play_video(() if hit is None or hit.moment_ms is None else (hit.moment_ms,))
        self._ask_around(photo_id)
        self.shown.emit(photo_id, self._place)

    def _choose(self, photo_id: PhotoId) -> None:
        if photo_id in self.viewer.around.ids and not (self._listing.ids == photo_id).any():
            self._look_around(True)
        self._go_to(photo_id)

    def _look_around(self, wanted: bool) -> None:
        """Go through what looks like this photo, or back to the photos one came from."""
        if wanted and self._hits_before is None and len(self.viewer.around.ids):
            self._hits_before = (self._listing, self._place)
            around = [photo for photo in self.viewer.around.ids if photo != self.photo_id]
            hits = [Hit(photo, 0.0) for photo in (self.photo_id, *around) if photo is not None]
            self._listing = Listing(PhotoFacts.unknown(np.array([hit.photo_id for hit in hits], np.int64)))
            self._place = 0
            self._show_strips()
        elif not wanted and self._hits_before is not None:
            self._listing, place = self._hits_before
            self._hits_before = None
            self._go_to(PhotoId(int(self._listing.ids[place])))

    def _load(self, row: "PhotoRow") -> None:
        neighbours = [
            PhotoId(int(self._listing.ids[place]))
            for place in (self._place + 1, self._place - 1)
            if 0 <= place < len(self._listing.ids)
        ]
        ahead = list(self._session.catalog.rows(neighbours).values())
        self._pictures.show(row, self.viewer.needed_px(), ahead)

    def _want_whole(self) -> None:
        row = None if self.photo_id is None else self._row(self.photo_id)
        if row is not None and row.kind is not MediaKind.VIDEO:
            self._pictures.want_whole(row)

    def _show_picture(self, photo_id: PhotoId, picture: LoadedPicture) -> None:
        self.viewer.show_picture(photo_id, picture)

    def _retry(self) -> None:
        if self.photo_id is not None and (row := self._row(self.photo_id)) is not None:
            self._pictures.forget(row.photo_id)
            self._go_to(row.photo_id)

    def _show_strips(self) -> None:
        count = len(self._listing.ids)
        position = self.tr("%1 of %2")
        position = position.replace("%1", _number(self._place + 1)).replace("%2", _number(count))
        if self._hits_before is not None:
            title = self.tr("Look around")
        elif self._listing.hits:
            title = self.tr("%Ln photo(s) found", "", count)
        else:
            title = self.tr("%Ln photo(s)", "", count)
        ids = self._listing.ids.tolist()
        self.viewer.strip.show_photos(ids, self._place, title, position)
        self.viewer.show_strips()

    def _ask_around(self, photo_id: PhotoId) -> None:
        """Ask for what looks like a photo, unless one is just going through that."""
        if self._hits_before is not None or self._asked_around == photo_id:
            return
        self._asked_around = photo_id
        query = Query(terms=(ExamplePhoto(photo_id),))
        self._session.engine.ask(
            Search(query, AROUND),
            partial(self._show_around, photo_id),
            lambda _error: self._show_around(photo_id, None),
        )

    def _show_around(self, photo_id: PhotoId, result: SearchResult | None) -> None:
        if photo_id != self.photo_id or self._hits_before is not None:
            return
        ids = [] if result is None else [hit.photo_id for hit in result.hits if hit.photo_id != photo_id]
        self.viewer.around.show_photos(ids, None, self.tr("Look around"), self.tr("similar"))
        self.viewer.show_strips()

    def _show_details(self, _visible: bool = True) -> None:
        if self.photo_id is None or not self.viewer.info.isVisible():
            return
        details = self._session.catalog.details(self.photo_id)
        if details is not None:
            self.viewer.info.show_photo(details, self._hit(self.photo_id))
            self._annotations.show([self.photo_id])

    def _rate(self, stars: int) -> None:
        if self.photo_id is not None:
            self._annotations.marking.rate([self.photo_id], stars)

    def _act(self, name: str) -> None:
        row = None if self.photo_id is None else self._row(self.photo_id)
        if row is None:
            return
        if name == "favourite":
            self._annotations.marking.set_favourite([row.photo_id], not row.favourite)
        elif name == "tag":
            self.viewer.show_info(True)
            self.viewer.info.annotations.line.setFocus()
        else:
            self.action_wanted.emit(name)

    def _library_changed(self, change: LibraryChanged) -> None:
        if self.photo_id is None:
            return
        for strip in (self.viewer.strip, self.viewer.around):
            strip.refresh()
        row = self._row(self.photo_id)
        if row is None:
            self.said.emit(self.tr("This photo is no longer in the library."))
            self.leave_out([self.photo_id])
        elif change.order_changed or self.photo_id in change.changed:
            self.viewer.update_row(row)
            self._show_details()

    def _titles(self, details: "PhotoDetails | None") -> tuple[str, str]:
        position = self.tr("%1 of %2")
        position = position.replace("%1", _number(self._place + 1)).replace("%2", _number(len(self._listing.ids)))
        if details is None:
            return "", position
        title = photo_facts.long_date(details) or photo_facts.name(details)
        return title, " · ".join(part for part in (details.place, position) if part)

    def _hit(self, photo_id: PhotoId) -> Hit | None:
        return self._listing.hits.get(photo_id)

    def _row(self, photo_id: PhotoId) -> "PhotoRow | None":
        return self._session.catalog.rows([photo_id]).get(photo_id)


def _number(value: int) -> str:
    return QLocale().toString(value)
