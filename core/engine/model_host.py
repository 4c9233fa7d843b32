"""Loads models in the background, so that the engine serves before torch is imported; joins each with its vectors.

Two models can be in use: while photos are embedded again for a new one, the old one goes on answering searches.
"""

import gc
import logging
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.catalog import models
from core.catalog.changes import Changes
from core.catalog.models import ModelRow
from core.catalog.transaction import Transactions
from core.embedding.protocol import Encoder
from core.engine.protocol import ModelStatus
from core.search.loaded_model import LoadedModel
from core.search.searcher import Searcher
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, SearchSettings
from core.values.errors import EideticError, ModelUnavailableError
from core.vectors.store import VectorStore

log = logging.getLogger(__name__)

_WARM_WORDS = "a photo"


class ModelHost:
    """The model that is wanted: loading, loaded, or why not. Tells the searcher which one answers.

    `on_change` is called after each change of status, in the thread that caused it.
    """

    def __init__(
        self,
        paths: LibraryPaths,
        transactions: Transactions,
        searcher: Searcher,
        on_change: Callable[[ModelStatus], None],
        search: SearchSettings,
    ) -> None:
        """`search`: how vectors are compared and found; see `use_search`."""
        self._paths = paths
        self._transactions = transactions
        self._searcher = searcher
        self._on_change = on_change
        self._search = search
        self._applying = threading.Lock()
        self._lock = threading.Condition()
        self._wanted = 0
        self._told = 0
        self._threads: list[threading.Thread] = []
        self._status = ModelStatus("", "", ready=False)
        self._embedding: LoadedModel | None = None
        self._answering: LoadedModel | None = None
        transactions.feed.subscribe("The change of the model", self._after_commit)

    @property
    def status(self) -> ModelStatus:
        """The state of the model that is wanted."""
        with self._lock:
            return self._status

    def encoder(self) -> Encoder | None:
        """Return what new photos are embedded with; None while nothing is loaded."""
        with self._lock:
            return None if self._embedding is None else self._embedding.encoder

    def vectors(self) -> Sequence[VectorStore]:
        """Return the vectors of all models in use, each once."""
        with self._lock:
            loaded = {model.row.id: model.vectors for model in (self._embedding, self._answering) if model is not None}
        return tuple(loaded.values())

    def answering(self) -> LoadedModel | None:
        """Return the model that answers searches."""
        with self._lock:
            return self._answering

    def is_coming(self) -> bool:
        """Tell whether a model is being loaded."""
        with self._lock:
            return self._wanted > 0 and not self._status.ready and self._status.problem is None

    def load(self, settings: ModelSettings) -> None:
        """Begin to load a model; returns at once. A model still loading is dropped when it arrives."""
        with self._lock:
            self._wanted += 1
            self._status = ModelStatus(settings.id, _title(settings.id), ready=False)
            thread = threading.Thread(target=self._load, args=(settings, self._wanted), name="model", daemon=True)
            self._threads.append(thread)
        thread.start()

    def use_search(self, search: SearchSettings) -> None:
        """Compare and find vectors as these settings say, from now on."""
        with self._lock:
            self._search = search
        self._apply_search()

    def wait(self, timeout: float | None) -> ModelStatus:
        """Wait until the wanted model is loaded, or cannot be, and all were told; return how it is then."""
        with self._lock:
            self._lock.wait_for(lambda: self._told == self._wanted > 0, timeout)
            return self._status

    def close(self) -> None:
        """Wait for loads in progress (torch must not be torn down while it is imported), and save the vectors."""
        with self._lock:
            self._wanted += 1
            threads = list(self._threads)
        for thread in threads:
            thread.join()
        for vectors in self.vectors():
            vectors.close()

    def _load(self, settings: ModelSettings, number: int) -> None:
        status = replace(self.status, id=settings.id, title=_title(settings.id))
        loaded: LoadedModel | None = None
        try:
            loaded = self._loaded(settings)
            status = _described(status, loaded.encoder)
        except EideticError as error:
            status = replace(status, problem=str(error))
        except Exception as error:
            log.exception("the model %s could not be loaded", settings.id)
            last = traceback.format_exception_only(error)[-1].strip()
            status = replace(status, problem=f"The model {settings.id} could not be loaded: {last}")
        answering = self._answering_beside(loaded, settings)
        with self._lock:
            if number != self._wanted:
                return
            self._embedding, self._status = loaded, status
            self._answering = answering
        self._apply_search()
        if answering is not None:
            self._searcher.use_model(answering.vectors, answering.encoder)
        try:
            self._on_change(status)
        finally:
            with self._lock:
                self._told = number
                self._lock.notify_all()
        # What torch and its friends brought stays: a full collection need not look at 400,000 objects again, which
        # would hold up the search that sets it off.
        gc.collect()
        gc.freeze()

    def _loaded(self, settings: ModelSettings) -> LoadedModel:
        from core.embedding.runtime.load import load

        encoder = load(settings.id, self._paths.models, settings)
        encoder.encode_query(_WARM_WORDS)
        with self._transactions.begin() as transaction:
            row = models.enrol(transaction, encoder.name, encoder.fingerprint, encoder.dimension)
        return LoadedModel(encoder, row, self._vectors_of(row))

    def _vectors_of(self, row: ModelRow) -> VectorStore:
        """Return the vectors in use if there are: what is committed goes to those alone."""
        for vectors in self.vectors():
            if vectors.model_id == row.id:
                return vectors
        search = self._search
        return VectorStore(self._paths.vectors, self._transactions.engine, row, search.metric, kind=search.index)

    def _apply_search(self) -> None:
        """Let all vectors in use follow the settings, which may have changed while a model was loaded."""
        with self._applying:
            search = self._search
            for vectors in self.vectors():
                vectors.use(search.metric, search.index)

    def _answering_beside(self, loaded: LoadedModel | None, settings: ModelSettings) -> LoadedModel | None:
        """Return the model that answers: the active one of the catalog, where it can be had."""
        with self._transactions.engine.connect() as connection:
            active = models.active(connection)
        if active is None or (loaded is not None and loaded.row.id == active.id):
            return loaded
        before = self.answering()
        if before is not None and before.row.id == active.id:
            return before
        if active.name == settings.id:
            return loaded
        try:
            old = self._loaded(settings.model_copy(update={"id": active.name}))
        except ModelUnavailableError as error:
            log.info("the model %s, whose vectors the library has, cannot be loaded: %s", active.name, error)
            return loaded
        return old if old.row.id == active.id else loaded

    def _after_commit(self, _changes: Changes) -> None:
        """Let the new model answer as soon as the catalog says that it has all photos."""
        with self._lock:
            new, old = self._embedding, self._answering
        if new is None or new is old:
            return
        with self._transactions.engine.connect() as connection:
            active = models.active(connection)
        if active is None or active.id != new.row.id:
            return
        with self._lock:
            self._answering = new
        self._searcher.use_model(new.vectors, new.encoder)
        if old is not None and old.vectors.path != new.vectors.path:
            old.vectors.discard()


def _title(model_id: str) -> str:
    from core.embedding.models import registry

    entry = registry.find(model_id)
    return model_id if entry is None else entry.title


def _described(status: ModelStatus, encoder: Encoder) -> ModelStatus:
    from core.embedding.runtime.openclip import OpenClipEncoder

    if not isinstance(encoder, OpenClipEncoder):
        return replace(status, ready=True, problem=None, batch_size=encoder.batch_size)
    return replace(
        status,
        ready=True,
        problem=None,
        device=encoder.precision.device,
        precision=encoder.precision.dtype,
        batch_size=encoder.precision.batch_size,
    )
