"""A lock that goes to whoever has waited longest.

`threading.Lock` may be taken again at once by the thread that lets go of it: a job that writes in short transactions
would keep a favourite waiting for all of them.
"""

import threading
from collections import deque
from types import TracebackType


class FairLock:
    """Not reentrant. Use it with `with`."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._is_held = False
        self._waiting: deque[threading.Lock] = deque()

    def waiting(self) -> int:
        """Return how many threads wait for it now."""
        with self._mutex:
            return len(self._waiting)

    def __enter__(self) -> None:
        with self._mutex:
            if not self._is_held:
                self._is_held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            turn.acquire()  # let go of by the holder, who thereby hands the lock over
        except BaseException:
            with self._mutex:
                was_handed_over = turn not in self._waiting
                if not was_handed_over:
                    self._waiting.remove(turn)
            if was_handed_over:
                self._hand_over()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hand_over()

    def _hand_over(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_held = False
