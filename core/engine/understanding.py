"""What the engine makes of photos once they can be found: labels from vectors. Only while nothing else is done."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from core.catalog.changes import Changes
from core.catalog.transaction import Transactions
from core.engine.idle_work import IdleWork
from core.engine.model_host import LoadedModel
from core.search.labelling import Labeller


class Understanding:
    """Keeps labels equal to the vectors of the model that answers searches."""

    def __init__(
        self,
        transactions: Transactions,
        answering: Callable[[], LoadedModel | None],
        folder: Path,
        indexing_is_idle: Callable[[], bool],
    ) -> None:
        """Take what is needed; nothing is done before `start`.

        Args:
            transactions: of the catalog.
            answering: gives the model that answers searches.
            folder: for what is derived.
            indexing_is_idle: whether nothing of more use is being done.
        """
        self._transactions = transactions
        self._answering = answering
        self._folder = folder
        self._idle = IdleWork(indexing_is_idle)
        self._lock = threading.Lock()
        self._working_for: LoadedModel | None = None
        transactions.follow(self._after_commit)

    def start(self) -> None:
        """Begin to work as soon as there is a model."""
        self._idle.start()

    def searching(self) -> AbstractContextManager[None]:
        """Hold work back while a search is answered."""
        return self._idle.searching()

    def model_changed(self) -> None:
        """Work for the model that answers now."""
        model = self._answering()
        with self._lock:
            if model is None or model is self._working_for:
                return
            self._working_for = model
        labeller = Labeller(self._transactions, model.row, model.encoder, self._folder)
        self._idle.offer([labeller.step])

    def close(self) -> None:
        """End after what is in hand."""
        self._idle.close()

    def _after_commit(self, changes: Changes) -> None:
        self.model_changed()
        if changes.new_embeddings:
            self._idle.wake()
