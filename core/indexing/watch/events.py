"""File events of the system, through watchdog: where something happened, never what. See `watcher` for the rest."""

import ctypes
import errno
import logging
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from core.catalog.roots import KnownRoot
from core.values.photo import RootId

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver, ObservedWatch

log = logging.getLogger(__name__)

Mark = Callable[[RootId, bytes, bool], None]

EVENT_DELAY_S = 1.0
"""How late an event may come. watchdog holds those of inotify back for half a second, to pair the two of a move."""

_QUIET_EVENTS = {"opened", "closed_no_write"}
_WATCHDOG_LOGGERS = ("watchdog.observers.inotify_c", "watchdog.observers.inotify")
_OVERFLOW = "queue overflowed"


class EventSource:
    """Watches roots until told otherwise.

    `mark(root_id, folder, below)` is called for each event, from a thread of watchdog; `on_lost` when the system
    dropped events and nobody knows where.
    """

    def __init__(self, mark: Mark, on_lost: Callable[[], None]) -> None:
        self._mark = mark
        self._on_lost = on_lost
        self._observer: BaseObserver | None = None
        self._watches: dict[RootId, ObservedWatch] = {}

    def watch(self, root: KnownRoot) -> None:
        """Begin to watch a root.

        Raises:
            OSError: the system cannot; ENOSPC or EMFILE: its limit is reached.
        """
        if self._observer is None:
            self._observer = Observer()
            self._observer.start()
            for name in _WATCHDOG_LOGGERS:
                logging.getLogger(name).addFilter(self._notice_overflow)
        handler = _Handler(root, self._mark)
        self._watches[root.root_id] = self._observer.schedule(handler, os.fsdecode(root.path), recursive=True)
        if watch_limit_is_reached(root.path):
            self.unwatch(root.root_id)
            raise OSError(errno.ENOSPC, "the system's limit of watched folders is reached")

    def unwatch(self, root_id: RootId) -> None:
        """Stop watching a root."""
        watch = self._watches.pop(root_id, None)
        if watch is not None and self._observer is not None:
            self._observer.unschedule(watch)

    def close(self) -> None:
        """Stop watching."""
        self._watches.clear()
        if self._observer is not None:
            for name in _WATCHDOG_LOGGERS:
                logging.getLogger(name).removeFilter(self._notice_overflow)
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _notice_overflow(self, record: logging.LogRecord) -> bool:
        # WORKAROUND: watchdog 7.1 tells that the kernel dropped events (IN_Q_OVERFLOW) in its log, and nowhere else.
        if _OVERFLOW in record.getMessage():
            self._on_lost()
            return False
        return True


class _Handler(FileSystemEventHandler):
    """Turns the paths of events into folders of a root."""

    def __init__(self, root: KnownRoot, mark: Mark) -> None:
        self._root_id = root.root_id
        self._root = root.path
        self._prefix = os.path.join(root.path, b"")
        self._mark = mark

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in _QUIET_EVENTS or (event.is_directory and event.event_type == "modified"):
            return
        for path in (event.src_path, event.dest_path):
            if path:
                self._at(os.fsencode(path), event.is_directory)

    def _at(self, path: bytes, is_folder: bool) -> None:
        if not path.startswith(self._prefix):
            # The root itself was moved, deleted or mounted over.
            self._mark(self._root_id, b"", True)
            return
        relative = path[len(self._prefix) :]
        self._mark(self._root_id, os.path.dirname(relative), False)
        if is_folder:
            self._mark(self._root_id, relative, True)


def watch_limit_is_reached(path: bytes) -> bool:
    """Whether the system refuses one more watch.

    WORKAROUND: watchdog 7.1 raises only when the top folder of a recursive watch cannot be watched; folders below it
    that are refused (ENOSPC of inotify_add_watch, at fs.inotify.max_user_watches) are left out in silence.
    """
    if not sys.platform.startswith("linux"):
        return False
    system = ctypes.CDLL(None, use_errno=True)
    descriptor = system.inotify_init1(os.O_CLOEXEC)
    if descriptor < 0:
        return ctypes.get_errno() in {errno.EMFILE, errno.ENFILE}
    try:
        watch = system.inotify_add_watch(descriptor, path, 0x00000400)  # IN_DELETE_SELF, rare
        return watch < 0 and ctypes.get_errno() == errno.ENOSPC
    finally:
        os.close(descriptor)
