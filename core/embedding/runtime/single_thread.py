"""A thread whose work in torch stays on one core, beside others that use them all. Imports torch.

A short text is hundreds of small steps, and with several threads every step waits for the last of them. On cores that
are busy with something else that is one turn of the scheduler a step: much longer than the arithmetic.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

T = TypeVar("T")


class SingleThreadExecutor:
    """Runs one piece of work at a time. What else torch does in this process goes on using all cores."""

    def __init__(self) -> None:
        everywhere = torch.get_num_threads()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="one-core", initializer=_stay_on_one_core)
        # How many threads OpenMP takes belongs to the thread that says so, but torch also remembers the last number it
        # was told, for threads that come later: it is told the old one again.
        self._pool.submit(_nothing).result()
        torch.set_num_threads(everywhere)

    def run(self, work: Callable[[], T]) -> T:
        """Do the work and return its outcome, or raise what it raised."""
        return self._pool.submit(work).result()


def _stay_on_one_core() -> None:
    # Until its first loop over numbers a thread has no count of its own and would take torch's then.
    torch.zeros(1 << 16).add_(1)
    torch.set_num_threads(1)


def _nothing() -> None:
    """Have the thread started."""
