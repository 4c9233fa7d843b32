"""Files on their way through the decode workers: taken from the queue in the catalog, a bounded number at a time."""

import queue as queues
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace

from core.catalog import queue
from core.catalog.queue import WaitingFile
from core.catalog.transaction import Transactions
from core.indexing.listener import ReadPool
from core.media.model_input import ModelInput
from core.media.request import ReadRequest, ReadResult

Answer = tuple[WaitingFile, "Future[ReadResult]"]


class Reads:
    """Gives files to the workers and hands back what they answer, in the order in which they do.

    Attributes:
        outstanding: how many files are taken and not yet `finished`.
    """

    def __init__(self, transactions: Transactions, pool: ReadPool) -> None:
        self._transactions = transactions
        self._pool = pool
        self._answers: queues.SimpleQueue[Answer] = queues.SimpleQueue()
        self._taken: dict[int, WaitingFile] = {}

    @property
    def outstanding(self) -> int:
        return len(self._taken)

    def fill(self, count: int, *, model_id: int | None, model_input: ModelInput | None) -> int:
        """Take up to `count` files; returns how many were taken.

        Suspects come when nothing else waits, one alone.
        """
        with self._transactions.begin() as transaction:
            files = queue.take(transaction, count, suspects=False, model_id=model_id)
            if not files and not self.outstanding:
                files = queue.take(transaction, 1, suspects=True, model_id=model_id)
        self._begin(files, model_input)
        return len(files)

    def fill_legacy(self, count: int, model_input: ModelInput | None) -> int:
        """Take up to `count` files that have key or facts of a version before; returns how many were taken."""
        with self._transactions.begin() as transaction:
            files = queue.take_legacy(transaction, count)
        self._begin(files, model_input)
        return len(files)

    def again(self, file: WaitingFile, model_input: ModelInput | None) -> None:
        """Read a file whole that was only recognised."""
        self._submit(file, _request(file, model_input))

    def next_answer(self, timeout: float) -> Answer | None:
        """Wait for the next answer."""
        try:
            return self._answers.get(timeout=timeout) if timeout > 0 else self._answers.get_nowait()
        except queues.Empty:
            return None

    def finished(self, file: WaitingFile) -> None:
        """The outcome of a file is committed, or it waits again."""
        self._taken.pop(file.file_id, None)

    def put_back(self, file: WaitingFile) -> None:
        """Let a file wait again that cannot be reached now."""
        with self._transactions.begin() as transaction:
            queue.release(transaction, [file.file_id])
        self.finished(file)

    def abandon(self) -> None:
        """Let everything outstanding wait again; answers that still come are dropped."""
        with self._transactions.begin() as transaction:
            queue.release(transaction, list(self._taken))
        self._taken.clear()

    def _begin(self, files: Sequence[WaitingFile], model_input: ModelInput | None) -> None:
        for file in files:
            self._taken[file.file_id] = file
            if file.has_old_facts:
                self._submit(file, _request(file, None))
                continue
            request = _request(file, model_input)
            self._submit(file, replace(request, known=file.known, replaces=file.legacy if file.is_alone else None))

    def _submit(self, file: WaitingFile, request: ReadRequest) -> None:
        def answered(future: "Future[ReadResult]") -> None:
            self._answers.put((file, future))

        self._pool.submit(request).add_done_callback(answered)


def _request(file: WaitingFile, model_input: ModelInput | None) -> ReadRequest:
    return ReadRequest(file.path, file.sidecar, model_input, takeout=file.takeout, folders=file.folders)


def was_cancelled(future: "Future[ReadResult]") -> bool:
    """Whether an answer is none, because the workers were stopped."""
    return future.cancelled() or isinstance(future.exception(), CancelledError)
