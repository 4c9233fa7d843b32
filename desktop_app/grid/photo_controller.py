"""Couples the grid with what shows the selected photos: the details, the preview, the menu."""

from pathlib import PurePath

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from core.engine.protocol import LibraryChanged
from core.values.paths import shown
from core.values.photo import PhotoId
from core.values.query import Hit
from desktop_app.backend.session import Session
from desktop_app.details.annotation_controller import AnnotationController
from desktop_app.details.details_panel import DetailsPanel
from desktop_app.grid.drag import MOST_SHOWN, drag_out
from desktop_app.grid.photo_actions import PhotoActions
from desktop_app.grid.photo_grid import PhotoGrid
from desktop_app.grid.trash_controller import TrashController
from desktop_app.system.files import url_of
from desktop_app.viewer.controller import ViewerController


class PhotoController(QObject):
    """Shows the photo in focus, wherever it is looked at.

    Signals:
        similar_wanted: with a `PhotoId`.
        refine_wanted: with `PhotoId`s, and whether more like them are wanted, or less.
        said: with a message for the user.
        done: with what was changed, which can be undone.
        failed: with what went wrong.
        tag_wanted: the line for tags is to be ready to type into.

    Attributes:
        viewer: lies over the whole window.
    """

    similar_wanted = Signal(object)
    refine_wanted = Signal(object, bool)
    said = Signal(str)
    done = Signal(str)
    failed = Signal(str)
    tag_wanted = Signal()

    def __init__(self, window: QWidget, session: Session, grid: PhotoGrid, details: DetailsPanel) -> None:
        super().__init__(window)
        self._session = session
        self._grid = grid
        self._details = details
        self._annotations = AnnotationController(session, details.annotations, self)
        self._actions = PhotoActions(window, session, self._annotations.marking, self._chosen_ids)
        self.viewer = ViewerController(window, session)
        grid.addActions(self._actions.actions())
        for other in (details, self.viewer.viewer):
            other.addActions(self._actions.marking_actions())
        # Many changes of one event are shown once.
        self._details_soon = QTimer(self, singleShot=True, interval=0)
        self._details_soon.timeout.connect(self._show_details)
        grid.current_changed.connect(lambda _photo: self._details_soon.start())
        grid.selection_changed.connect(self._details_soon.start)
        details.installEventFilter(self)
        grid.preview_wanted.connect(self._show_viewer)
        grid.menu_wanted.connect(self._actions.menu)
        grid.drag_wanted.connect(self._drag)
        grid.bar.offer(self._actions.doings())
        self._trash = TrashController(window, session)
        self._trash.said.connect(self.said)
        self._trash.done.connect(self.done)
        self._trash.moved.connect(self.viewer.leave_out)
        self._actions.trash_wanted.connect(self._trash.move)
        details.action_wanted.connect(self._actions.do)
        self._actions.similar_wanted.connect(self.similar_wanted)
        self._actions.refine_wanted.connect(self.refine_wanted)
        self._actions.tag_wanted.connect(self._want_tag)
        self._actions.said.connect(self.said)
        self._annotations.said.connect(self.said)
        self._annotations.done.connect(self.done)
        self._annotations.failed.connect(self.failed)
        details.annotations.line.left.connect(grid.setFocus)
        self.viewer.closed.connect(grid.setFocus)
        self.viewer.shown.connect(self._follow)
        self.viewer.action_wanted.connect(self._actions.do)
        self.viewer.menu_wanted.connect(self._actions.menu)
        self.viewer.said.connect(self.said)
        self.viewer.done.connect(self.done)
        self.viewer.failed.connect(self.failed)
        session.engine.library_changed.connect(self._library_changed)

    def set_among_results(self, among_results: bool) -> None:
        """Say whether the photos were searched for."""
        self._actions.set_among_results(among_results)

    def focus_tag_line(self) -> None:
        """Get ready to type a tag."""
        self._details.annotations.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _chosen_ids(self) -> list[PhotoId]:
        if self.viewer.photo_id is not None:
            return [self.viewer.photo_id]
        return self._grid.chosen_ids()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """What changed while the details were hidden is shown when they are."""
        if watched is self._details and event.type() is QEvent.Type.Show:
            self._details_soon.start()
        return False

    def _show_details(self) -> None:
        if not self._details.isVisible():
            return
        chosen = self._grid.chosen_ids()
        listing = self._session.photos.listing
        is_search = bool(listing.hits)
        details = self._session.catalog.details(chosen[0]) if len(chosen) == 1 else None
        if details is not None:
            hit = listing.hits.get(chosen[0])
            self._details.show_photo(details, None if hit is None else self._named(hit))
        elif len(chosen) > 1:
            self._details.show_several(len(chosen), is_search=is_search)
        else:
            self._details.show_nothing(0 if chosen else len(listing.ids), is_search=is_search)
        self._annotations.show(chosen)

    def _named(self, hit: Hit) -> Hit:
        """Return the hit with the names of the photos it looks like; the engine knows them by number."""
        named = [reason.photo_id for reason in hit.reasons if reason.photo_id is not None]
        rows = self._session.catalog.rows(named)
        names = {photo: shown(PurePath(row.path).name) for photo, row in rows.items()}
        return hit._replace(
            reasons=tuple(
                reason if reason.photo_id not in names else reason._replace(part=names[reason.photo_id])
                for reason in hit.reasons
            )
        )

    def _drag(self, photo_id: PhotoId) -> None:
        chosen = self._grid.selected_ids()
        dragged = chosen if photo_id in chosen else [photo_id]
        rows = self._session.catalog.rows(dragged)
        shown_first = [photo_id, *(other for other in dragged if other != photo_id)]
        contents = [rows[one].content for one in shown_first[:MOST_SHOWN] if one in rows]
        pictures = [picture for one in contents if one and (picture := self._session.cache.peek(one)) is not None]
        drag_out(self._grid, [url_of(rows[one].path) for one in dragged if one in rows], pictures, self._session.theme)

    def _show_viewer(self, photo_id: PhotoId) -> None:
        self.viewer.open(photo_id, self._session.photos.listing)

    def _follow(self, photo_id: PhotoId, _place: int) -> None:
        """Keep the place in the grid: going back, one is where one looked last."""
        if photo_id in self._session.photos.listing.ids:
            self._grid.select(photo_id)

    def _want_tag(self) -> None:
        if self.viewer.photo_id is None:
            self.tag_wanted.emit()

    def _library_changed(self, change: LibraryChanged) -> None:
        self._session.cache.forget_absent()
        everything = change.order_changed and not change.changed
        self._grid.refresh(None if everything else change.changed)
        if not self._details.isVisible():
            # Shown anew when they are seen; forty thousand selected cost nothing before.
            return
        detailed = self._details.photo_id
        if detailed is not None and (everything or detailed in change.changed):
            self._show_details()
        elif detailed is None:
            self._annotations.refresh(None if everything else change.changed)
