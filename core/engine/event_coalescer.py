"""Turns what happens inside the engine into few events: progress at most ten times a second, changes gathered."""

import logging
import threading
from collections.abc import Callable, Iterable

from core.engine.protocol import Event, LibraryChanged, Notice, ProgressChanged, RootsChanged
from core.values.photo import PhotoId
from core.values.progress import Phase, Progress

log = logging.getLogger(__name__)

BUSY_SECONDS = 0.1
QUIET_SECONDS = 1.0
MOST_IDS = 2000
"""More photos than that changed at once are told as a change of everything."""


class EventCoalescer:
    """Listens to the indexer and tells a front end, from a thread of its own.

    Attributes:
        ask_progress: returns the newest progress; asked while anything goes on, instead of a flood of news.
    """

    def __init__(self, on_event: Callable[[Event], None], ask_progress: Callable[[], Progress]) -> None:
        self._on_event = on_event
        self.ask_progress = ask_progress
        self._wake = threading.Condition()
        self._changed: set[PhotoId] = set()
        self._order_changed = False
        self._roots_changed = False
        self._progress_dirty = False
        self._closed = False
        self._last_sent = Progress()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def close(self) -> None:
        """Tell what is left, and stop."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join()

    def photos_changed(self, photo_ids: Iterable[PhotoId], order_changed: bool) -> None:
        """Photos changed in the catalog; `order_changed`: some appeared, vanished or got another date."""
        with self._wake:
            self._changed.update(photo_ids)
            self._order_changed |= order_changed
            if len(self._changed) > MOST_IDS:
                self._changed.clear()
                self._order_changed = True
            self._wake.notify()

    def roots_changed(self) -> None:
        """A folder was added, removed, went offline or came back."""
        with self._wake:
            self._roots_changed = True
            self._wake.notify()

    def progress_changed(self) -> None:
        """Something began or ended: look at the progress soon."""
        with self._wake:
            self._progress_dirty = True
            self._wake.notify()

    def notice(self, text: str, is_problem: bool = False) -> None:
        """Tell the user something, at once."""
        log.log(logging.WARNING if is_problem else logging.INFO, "%s", text)
        self._on_event(Notice(text, is_problem))

    def _run(self) -> None:
        while True:
            with self._wake:
                busy = self._last_sent.phase in {Phase.SCANNING, Phase.INDEXING}
                if not (
                    self._closed or self._progress_dirty or self._changed or self._order_changed or self._roots_changed
                ):
                    self._wake.wait(BUSY_SECONDS if busy else QUIET_SECONDS)
                changed, order_changed, roots_changed = self._changed, self._order_changed, self._roots_changed
                self._changed, self._order_changed, self._roots_changed = set(), False, False
                self._progress_dirty = False
                closed = self._closed
            if changed or order_changed:
                self._on_event(LibraryChanged(tuple(sorted(changed)), order_changed))
            if roots_changed:
                self._on_event(RootsChanged())
            progress = self.ask_progress()
            if progress != self._last_sent:
                self._last_sent = progress
                self._on_event(ProgressChanged(progress))
            if closed:
                return
            self._rest()

    def _rest(self) -> None:
        """Let news gather, so that no more than ten rounds a second are made."""
        with self._wake:
            if not self._closed:
                self._wake.wait_for(lambda: self._closed, BUSY_SECONDS)
