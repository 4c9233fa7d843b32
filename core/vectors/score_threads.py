"""Threads that compare very many vectors together. They start with the first need of them, and stay for the next."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class ScoreThreads:
    """As many threads as the machine has cores. After `close` the caller's own thread does the work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    def map(self, function: Callable[[T], R], parts: Sequence[T]) -> list[R]:
        """Return what `function` makes of each part, in their order."""
        with self._lock:
            if not self._closed and self._pool is None:
                self._pool = ThreadPoolExecutor(os.cpu_count(), "score")
            futures = None if self._pool is None else [self._pool.submit(function, part) for part in parts]
        return [function(part) for part in parts] if futures is None else [future.result() for future in futures]

    def close(self) -> None:
        """End the threads, once what is in hand is done."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()
