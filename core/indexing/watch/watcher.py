"""Follows the roots: by events where the system has them, else by comparing them every now and then, which it says.

Also looks after roots that come and go, and compares everything now and then in case events were lost.
"""

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.catalog.roots import KnownRoot
from core.indexing.listener import Listener
from core.indexing.scan.root_health import file_system_of
from core.indexing.watch.events import EVENT_DELAY_S, EventSource, watch_limit_is_reached
from core.indexing.watch.pending_folders import PendingFolders
from core.values.errors import EideticError
from core.values.paths import shown
from core.values.photo import RootId

log = logging.getLogger(__name__)

TICK_S = 2.0
SAFETY_S = 15 * 60.0
"""How often a watched root is compared whole, in case events were lost."""
LIMIT_CHECK_S = 60.0

_WITHOUT_EVENTS = frozenset(
    {
        "9p", "afpfs", "afs", "ceph", "cifs", "davfs", "drvfs", "fuse.glusterfs", "fuse.jmtpfs", "fuse.rclone",
        "fuse.s3fs", "fuse.sshfs", "fuse.gvfsd-fuse", "ncpfs", "nfs", "nfs4", "prl_fs", "smb3", "smbfs", "vboxsf",
        "virtiofs", "vmhgfs", "webdav", "fuse.vmhgfs-fuse",
    }
)  # fmt: skip
"""File systems that do not tell what others change in them."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Paths of the roots whose changes are seen: at once, or by comparing them every now and then."""

    watching: tuple[str, ...] = ()
    polling: tuple[str, ...] = ()


@dataclass(slots=True)
class _Root:
    root: KnownRoot
    polled: bool
    compared_at: float


class Watcher:
    """Marks folders as dirty when something happens in them. `watched_roots` tells which there are."""

    def __init__(
        self,
        dirty: PendingFolders,
        listener: Listener,
        *,
        known_roots: Callable[[], Sequence[KnownRoot]],
        check_root: Callable[[KnownRoot], bool],
        poll_seconds: float,
        file_system_of: Callable[[bytes], str] = file_system_of,
    ) -> None:
        self._dirty = dirty
        self._listener = listener
        self._known_roots = known_roots
        self._check_root = check_root
        self._poll_s = poll_seconds
        self._file_system_of = file_system_of
        self._events = EventSource(self._mark, self._events_lost)
        self._lock = threading.Lock()
        self._roots: dict[RootId, _Root] = {}
        self._limit_checked_at = time.monotonic()
        self._ended = threading.Event()
        self._theme = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)

    def start(self) -> None:
        """Begin to follow all roots."""
        self._thread.start()

    def roots_changed(self) -> None:
        """A root was added or removed: look soon."""
        self._theme.set()

    def followed(self) -> Followed:
        """Return which roots are followed, and how."""
        with self._lock:
            roots = list(self._roots.values())
        paths = [(shown(os.fsdecode(each.root.path)), each.polled) for each in roots]
        return Followed(
            tuple(path for path, polled in paths if not polled), tuple(path for path, polled in paths if polled)
        )

    def stop(self) -> None:
        """Stop following."""
        self._ended.set()
        self._theme.set()
        if self._thread.is_alive():
            self._thread.join()
        self._events.close()

    def _mark(self, root_id: RootId, folder: bytes, below: bool) -> None:
        self._dirty.mark(root_id, folder, below=below)

    def _events_lost(self) -> None:
        with self._lock:
            watched = [root_id for root_id, each in self._roots.items() if not each.polled]
        for root_id in watched:
            self._dirty.mark_root(root_id)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._tick()
            except EideticError as error:
                log.info("roots are looked at again later: %s", error)
            self._theme.wait(TICK_S)
            self._theme.clear()

    def _tick(self) -> None:
        known = {root.root_id: root for root in self._known_roots()}
        for root_id in set(self._roots) - set(known):
            self._forget(root_id)
        for root in known.values():
            if self._ended.is_set():
                return
            self._look_after(root)
        self._check_limit()

    def _look_after(self, root: KnownRoot) -> None:
        was_offline = root.offline is not None
        if not self._check_root(root):
            self._forget(root.root_id)
            return
        followed = self._roots.get(root.root_id)
        if followed is None:
            self._follow(root)
            if was_offline:
                self._dirty.mark_root(root.root_id)
            return
        now = time.monotonic()
        if now - followed.compared_at >= (self._poll_s if followed.polled else SAFETY_S):
            followed.compared_at = now
            self._dirty.mark_root(root.root_id)

    def _follow(self, root: KnownRoot) -> None:
        path = shown(os.fsdecode(root.path))
        polled = False
        kind = self._file_system_of(root.path)
        if kind in _WITHOUT_EVENTS:
            polled = True
            self._tell_polled(f"The file system of {path} ({kind}) does not tell of changes")
        else:
            try:
                self._events.watch(root)
                self._dirty.expect_events(EVENT_DELAY_S)
            except OSError as error:
                polled = True
                self._tell_polled(_why_not_watched(path, error))
        with self._lock:
            self._roots[root.root_id] = _Root(root, polled, time.monotonic())
        # What happened between the last comparison and the first event.
        self._dirty.mark_root(root.root_id)
        self._listener.roots_changed()

    def _check_limit(self) -> None:
        """Folders made later are watched only while the system's limit allows; watchdog does not say so."""
        now = time.monotonic()
        if now - self._limit_checked_at < LIMIT_CHECK_S:
            return
        self._limit_checked_at = now
        for each in list(self._roots.values()):
            if not each.polled and watch_limit_is_reached(each.root.path):
                self._events.unwatch(each.root.root_id)
                each.polled = True
                path = shown(os.fsdecode(each.root.path))
                self._tell_polled(_why_not_watched(path, OSError(errno.ENOSPC, "")))

    def _forget(self, root_id: RootId) -> None:
        with self._lock:
            followed = self._roots.pop(root_id, None)
        if followed is not None and not followed.polled:
            self._events.unwatch(root_id)

    def _tell_polled(self, why: str) -> None:
        self._listener.notice(f"{why}; it is compared every {self._poll_s:.0f} seconds instead.")


def _why_not_watched(path: str, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"The system's limit of watched folders is reached at {path} (fs.inotify.max_user_watches)"
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return f"The system's limit of watchers is reached at {path} (fs.inotify.max_user_instances)"
    return f"{path} cannot be watched ({error.strerror or error})"
