"""Delivers what commits changed to everyone who follows, from one thread, outside the writer lock.

A subscriber that raises is reported, gets the same changes again a little later together with those that came since,
and harms no other. See docs/decisions/0004-after-a-commit.md for who may rely on what.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from core.catalog.changes import Changes, merged

log = logging.getLogger(__name__)

Subscriber = Callable[[Changes], None]

RETRY_SECONDS = (0.1, 1.0, 5.0, 30.0)
"""Waits before a subscriber that raised is tried again; the last one from then on."""
_REMEMBERED = 256
"""Commits that `since` can tell of."""


@dataclass(slots=True)
class _Subscription:
    """One subscriber and what it has not got yet. `tried`: up to which commit it was tried at least once."""

    name: str
    deliver: Subscriber
    pending: list[Changes] = field(default_factory=list)
    failures: int = 0
    retry_at: float = 0.0
    tried: int = 0


class ChangeFeed:
    """Changes in the order of their commits. Thread-safe; the thread starts with the first subscriber."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._published: list[Changes] = []
        self._count = 0
        self._recent: deque[Changes] = deque(maxlen=_REMEMBERED)
        self._subscriptions: list[_Subscription] = []
        self._on_problem: Callable[[str], None] = lambda _: None
        self._hurry = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def report_to(self, on_problem: Callable[[str], None]) -> None:
        """Have `on_problem` called with a text for the user when a subscriber raises for the first time in a row."""
        self._on_problem = on_problem

    def subscribe(self, name: str, subscriber: Subscriber) -> None:
        """Have `subscriber` called after commits that changed something, several taken together when they come fast.

        Subscribers get each batch in the order in which they subscribed. `name`: says in messages what cannot follow.
        """
        with self._changed:
            self._subscriptions.append(_Subscription(name, subscriber, tried=self._count))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="change-feed", daemon=True)
                self._thread.start()

    def publish(self, changes: Changes) -> None:
        """Tell of a commit. Only queues; called by the writer, so that the order is that of the commits."""
        with self._changed:
            self._count += 1
            self._recent.append(changes)
            if self._subscriptions and not self._closed:
                self._published.append(changes)
                self._changed.notify_all()

    def position(self) -> int:
        """Return the number of the last commit published, for `since`."""
        with self._changed:
            return self._count

    def since(self, position: int) -> tuple[int, Changes | None]:
        """Return the newest position, and what changed after `position`; None when that is not remembered any more."""
        with self._changed:
            missed = self._count - position
            if missed > len(self._recent):
                return self._count, None
            later = [self._recent[number] for number in range(len(self._recent) - missed, len(self._recent))]
            return self._count, merged(later)

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until everyone got what was published by now; a subscriber that failed is tried again at once.

        False when that took too long, or a subscriber failed again. Must not be called by a subscriber.
        """
        with self._changed:
            wanted = self._count
            self._hurry = True
            for one in self._subscriptions:
                if one.failures:
                    one.tried = min(one.tried, wanted - 1)
            self._changed.notify_all()
            done = self._changed.wait_for(
                lambda: self._closed or all(one.tried >= wanted for one in self._subscriptions), timeout
            )
            return done and not any(one.failures for one in self._subscriptions)

    def close(self) -> None:
        """Deliver what is left, once, and end. What is published later reaches nobody."""
        with self._changed:
            self._closed = True
            self._hurry = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work, self._seconds_to_retry())
                closed, hurry, self._hurry = self._closed, self._hurry, False
                batch, self._published = self._published, []
                reached = self._count
                for one in self._subscriptions:
                    one.pending.extend(batch)
                    if hurry:
                        one.retry_at = 0.0
                subscriptions = list(self._subscriptions)
            for one in subscriptions:
                self._serve(one)
            with self._changed:
                for one in subscriptions:
                    one.tried = reached
                self._changed.notify_all()
            if closed:
                return

    def _has_work(self) -> bool:
        return bool(self._published) or self._hurry or self._closed

    def _seconds_to_retry(self) -> float | None:
        waits = [one.retry_at - time.monotonic() for one in self._subscriptions if one.pending]
        return max(0.0, min(waits)) if waits else None

    def _serve(self, one: _Subscription) -> None:
        if not one.pending or time.monotonic() < one.retry_at:
            return
        changes = one.pending[0] if len(one.pending) == 1 else merged(one.pending)
        try:
            one.deliver(changes)
        except Exception as error:
            one.pending = [changes]
            wait = RETRY_SECONDS[min(one.failures, len(RETRY_SECONDS) - 1)]
            one.failures += 1
            one.retry_at = time.monotonic() + wait
            if one.failures == 1:
                log.exception("%s did not follow a change; it is tried again", one.name)
                self._on_problem(f"{one.name} did not follow a change ({error}). It is tried again; nothing is lost.")
            return
        if one.failures:
            log.info("%s follows again after %d failures", one.name, one.failures)
        one.pending, one.failures, one.retry_at = [], 0, 0.0
