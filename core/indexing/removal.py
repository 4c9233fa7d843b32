"""Removes a root in transactions so short that others hardly wait for one."""

import time
from collections.abc import Callable

from core.catalog import jobs, roots
from core.catalog.jobs import StoredJob
from core.catalog.transaction import Transactions
from core.values.photo import RootId

_STEP_SECONDS = 0.008
_FEWEST, _MOST = 4, 256


class RootRemoval:
    """The job of removing one root. Interrupted, it goes on with what is left.

    Attributes:
        done: how many files are forgotten.
    """

    def __init__(self, transactions: Transactions, job: StoredJob, on_end: Callable[[RootId, bool], None]) -> None:
        """`on_end`: called when the root is gone (True), or stays after all (False)."""
        self.done = job.done
        self._transactions = transactions
        self._job_id = job.job_id
        self._root_id = RootId(job.subject or 0)
        self._on_end = on_end
        self._limit = 2 * _FEWEST

    def step(self) -> bool:
        """Forget some files, as many as take about 8 ms. False when the root is gone."""
        with self._transactions.begin() as transaction:
            started = time.monotonic()
            removed = roots.remove_some(transaction, self._root_id, self._limit)
            if removed:
                jobs.note_done(transaction, self._job_id, self.done + removed)
            else:
                roots.remove_empty(transaction, self._root_id)
                jobs.forget(transaction, self._job_id)
        took = time.monotonic() - started
        self.done += removed
        if took > _STEP_SECONDS:
            self._limit = max(_FEWEST, self._limit // 2)
        elif removed == self._limit:
            self._limit = min(_MOST, self._limit + _FEWEST)
        if not removed:
            self._on_end(self._root_id, True)
        return removed > 0

    def stop(self) -> None:
        """Let the root stay: what was forgotten already is found again by comparing it."""
        with self._transactions.begin() as transaction:
            roots.set_offline(transaction, self._root_id, None)
            jobs.forget(transaction, self._job_id)
        self._on_end(self._root_id, False)
