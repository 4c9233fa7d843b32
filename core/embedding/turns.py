"""Who may use the model now: a query goes before picture batches that wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """One call at a time; words first. A picture batch in progress is not interrupted, so batches are kept short."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._words_waiting = 0

    @contextmanager
    def for_words(self) -> Iterator[None]:
        """Wait only for the call in progress."""
        with self._changed:
            self._words_waiting += 1
            try:
                self._changed.wait_for(lambda: not self._busy)
                self._busy = True
            finally:
                self._words_waiting -= 1
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def for_pictures(self) -> Iterator[None]:
        """Wait for the call in progress and for all words that wait."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy and not self._words_waiting)
            self._busy = True
        try:
            yield
        finally:
            self._release()

    def _release(self) -> None:
        with self._changed:
            self._busy = False
            self._changed.notify_all()
