"""Knows whether somebody waits for an answer, so that long work can give way."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Foreground:
    """Counts the requests that are being answered. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._in_hand = 0
        self._answered_at = float("-inf")

    @contextmanager
    def request(self) -> Iterator[None]:
        """Say that a request is being answered."""
        with self._changed:
            self._in_hand += 1
        try:
            yield
        finally:
            with self._changed:
                self._in_hand -= 1
                self._answered_at = time.monotonic()
                self._changed.notify_all()

    def is_quiet(self, for_seconds: float) -> bool:
        """Tell whether nothing is being answered, and nothing was for so long."""
        with self._changed:
            return self._in_hand == 0 and time.monotonic() - self._answered_at >= for_seconds

    def give_way(self, at_most: float) -> None:
        """Wait until nothing is being answered, for at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._in_hand == 0, at_most)
