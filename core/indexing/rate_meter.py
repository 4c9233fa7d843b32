"""How fast indexing is, and when it will be done."""

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 30.0
_SETTLED_S = 3.0


class RateMeter:
    """Counts what was done in the last half minute. Thread-safe.

    Time during which nothing could be done (paused, no waiting photos) does not count.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._done: deque[tuple[float, int]] = deque()
        self._since: float | None = None

    def start(self) -> None:
        """Begin, or go on after a pause."""
        with self._lock:
            if self._since is None:
                self._since = self._clock()

    def stop(self) -> None:
        """Nothing is being done from now on; forget the past, which says nothing about the next run."""
        with self._lock:
            self._since = None
            self._done.clear()

    def add(self, count: int) -> None:
        """`count` photos were done just now."""
        with self._lock:
            self._done.append((self._clock(), count))

    def rate(self) -> float:
        """Return photos per second; 0 when too little is known."""
        with self._lock:
            now = self._clock()
            while self._done and self._done[0][0] < now - WINDOW_S:
                self._done.popleft()
            if self._since is None:
                return 0.0
            span = min(WINDOW_S, now - self._since)
            return 0.0 if span < _SETTLED_S else sum(count for _, count in self._done) / span

    def seconds_left(self, waiting: int) -> float | None:
        """Return how long `waiting` photos will take, or None when nobody can tell."""
        rate = self.rate()
        return waiting / rate if rate > 0 else None
