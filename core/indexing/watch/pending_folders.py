"""Gathers which folders must be compared, so that a storm of events becomes one comparison."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from core.values.photo import RootId

QUIET_S = 0.3
"""A folder is compared when nothing has happened in it for so long..."""
LONGEST_S = 1.5
"""...or after so long whatever happens in it."""
MOST_FOLDERS = 64
"""When more folders of a root wait, the root is compared whole: that is cheaper."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to compare. `folder`: None for the whole root. `below`: all below the folder too."""

    root_id: RootId
    folder: bytes | None = None
    below: bool = False


@dataclass(slots=True)
class _Mark:
    first: float
    last: float
    below: bool


class PendingFolders:
    """Folders that wait to be compared. Thread-safe. Marking is cheap and never blocks for long."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._roots: dict[RootId, None] = {}
        self._folders: dict[RootId, dict[bytes, _Mark]] = {}
        self._working = 0
        self._closed = False
        self._events_delay_s = 0.0
        self._disturbed_at = self._compared_at = -math.inf

    def mark_root(self, root_id: RootId) -> None:
        """Compare a whole root, as soon as possible."""
        with self._changed:
            self._roots[root_id] = None
            self._folders.pop(root_id, None)
            self._changed.notify_all()

    def mark(self, root_id: RootId, folder: bytes, *, below: bool = False) -> None:
        """Compare a folder once it has come to rest; `below`: with all below it."""
        with self._changed:
            if root_id in self._roots:
                self._disturbed_at = self._clock()
                return
            now = self._disturbed_at = self._clock()
            marks = self._folders.setdefault(root_id, {})
            mark = marks.get(folder)
            if mark is None:
                if len(marks) >= MOST_FOLDERS:
                    first = min(mark.first for mark in marks.values())
                    marks.clear()
                    marks[b""] = _Mark(first, now, below=True)
                else:
                    marks[folder] = _Mark(now, now, below)
                self._changed.notify_all()
            else:
                mark.last = now
                mark.below |= below

    def forget(self, root_id: RootId) -> None:
        """The root was removed."""
        with self._changed:
            self._roots.pop(root_id, None)
            self._folders.pop(root_id, None)

    def take(self) -> Job | None:
        """Wait for the next job. It counts as work until `done` is called. None after `close`."""
        with self._changed:
            while not self._closed:
                job, wait = self._next()
                if job is not None:
                    self._working += 1
                    return job
                self._changed.wait(wait)
            return None

    def done(self) -> None:
        """The job last taken is finished."""
        with self._changed:
            self._working -= 1
            self._compared_at = self._clock()
            self._changed.notify_all()

    def expect_events(self, delay_s: float) -> None:
        """From now on changes are told, up to so much later than they happen."""
        with self._changed:
            self._events_delay_s = delay_s

    def is_calm(self, since: float | None = None) -> bool:
        """Whether it is quiet, and no event of what happened before can still come.

        `since`: nothing was marked after that moment of `time.monotonic` but whole roots.
        """
        with self._changed:
            if self._working or self._roots or self._folders:
                return False
            if since is not None and self._disturbed_at >= since:
                return False
            return self._clock() - max(self._disturbed_at, self._compared_at) >= self._events_delay_s

    def is_quiet(self) -> bool:
        """Whether nothing is being compared nor waits to be."""
        with self._changed:
            return not (self._working or self._roots or self._folders)

    def is_working(self) -> bool:
        """Whether something is being compared at this moment."""
        with self._changed:
            return self._working > 0

    def close(self) -> None:
        """Let `take` return None from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self) -> tuple[Job | None, float | None]:
        """Return the next job, or how long to wait for it; None: until something is marked."""
        if self._roots:
            root_id = next(iter(self._roots))
            del self._roots[root_id]
            return Job(root_id), None
        now = self._clock()
        soonest: float | None = None
        for root_id, marks in self._folders.items():
            for folder, mark in marks.items():
                due = min(mark.last + QUIET_S, mark.first + LONGEST_S)
                if due <= now:
                    del marks[folder]
                    if not marks:
                        del self._folders[root_id]
                    return Job(root_id, folder, mark.below), None
                soonest = due if soonest is None else min(soonest, due)
        return None, None if soonest is None else max(0.0, soonest - now)
