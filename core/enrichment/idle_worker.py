"""Does what is good to have while nothing else is to be done: labels, text in pictures. One thread, small steps."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from core.media.priority import lower_thread
from core.values.errors import EideticError

log = logging.getLogger(__name__)

Step = Callable[[], bool]
"""Does a little and tells whether more is to be done."""

_LOOK_AGAIN_S = 1.0
_RETRY_S = 300.0
"""How often work is looked for unasked: what could not be done may be possible now."""
_AFTER_SEARCH_S = 1.0


class IdleWorker:
    """Runs steps while `may_run` says so and nobody searches.

    A kind of work that fails for a reason of the environment is logged and left alone until it is offered again;
    any other error is a bug, is logged as such, and ends that kind of work too.
    """

    def __init__(self, may_run: Callable[[], bool]) -> None:
        """`may_run`: whether indexing is idle; asked before each step."""
        self._may_run = may_run
        self._condition = threading.Condition()
        self._works: list[Step] = []
        self._woken = False
        self._is_done = True
        self._closed = False
        self._searches = 0
        self._searched_at = -_AFTER_SEARCH_S
        self._thread = threading.Thread(target=self._run, name="idle-work", daemon=True)

    def start(self) -> None:
        """Begin; nothing runs until something is offered."""
        self._thread.start()

    def offer(self, works: Sequence[Step]) -> None:
        """Do these kinds of work from now on, the first before the second, in place of those before."""
        with self._condition:
            self._works = list(works)
            self._woken = True
            self._is_done = False
            self._condition.notify_all()

    def wake(self) -> None:
        """Look again whether there is work: photos were added."""
        with self._condition:
            self._woken = True
            self._is_done = False
            self._condition.notify_all()

    def wait_until_done(self, timeout: float) -> bool:
        """Wait until nothing is left to do that can be done now. False if it took longer."""
        with self._condition:
            return self._condition.wait_for(lambda: self._is_done or self._closed, timeout)

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Hold work back while somebody waits for an answer, and a moment longer."""
        with self._condition:
            self._searches += 1
        try:
            yield
        finally:
            with self._condition:
                self._searches -= 1
                self._searched_at = time.monotonic()

    def close(self) -> None:
        """End after the step in hand."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        lower_thread()
        while self._wait_for_turn():
            with self._condition:
                works = list(self._works)
                self._woken = False
            if any(self._does_some(work) for work in works):
                self.wake()
                continue
            with self._condition:
                if not self._woken:
                    self._is_done = True
                    self._condition.notify_all()

    def _does_some(self, work: Step) -> bool:
        try:
            return work()
        except EideticError as error:
            log.warning("Left for later: %s", error)
        except Exception:
            log.exception("work done while idle failed")
        with self._condition:
            self._works = [other for other in self._works if other is not work]
        return False

    def _wait_for_turn(self) -> bool:
        """Wait until a step may be made; False when it is time to end."""
        while True:
            with self._condition:
                if not self._condition.wait_for(lambda: self._closed or self._woken, _RETRY_S) and not self._works:
                    continue
                if self._closed:
                    return False
                quiet = time.monotonic() - self._searched_at
                if self._searches or quiet < _AFTER_SEARCH_S:
                    self._condition.wait(_LOOK_AGAIN_S)
                    continue
            if self._may_run():
                return True
            with self._condition:
                self._condition.wait_for(lambda: self._closed, _LOOK_AGAIN_S)
