"""Loads models in the background, so that the engine serves before torch is imported; joins each with its vectors.

Two models can be in use: while photos are embedded again for a new one, the old one goes on answering searches.
Whatever happens while one is loaded, it ends in a status.
"""

import gc
import logging
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from core.catalog import models
from core.catalog.changes import Changes
from core.catalog.models import ModelRow
from core.catalog.transaction import Transactions
from core.embedding.protocol import Encoder
from core.engine.ending import MODEL_THREAD
from core.engine.protocol import ModelStatus
from core.search.loaded_model import LoadedModel
from core.search.searcher import Searcher
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, SearchSettings
from core.values.errors import EideticError
from core.vectors.store import VectorStore

log = logging.getLogger(__name__)

_WARM_WORDS = "a photo"
_CLOSE_SECONDS = 2.0
"""How long closing waits for a model that is being loaded."""

LoadEncoder = Callable[[str, Path, ModelSettings], Encoder]
"""Loads a model by its id from the folder of models; see `core.embedding.runtime.load`."""


def load_encoder(model_id: str, folder: Path, settings: ModelSettings) -> Encoder:
    """Load a model; imports torch."""
    from core.embedding.runtime.load import load

    return load(model_id, folder, settings)


class ModelHost:
    """The model that is requested: loading, loaded, or why not. Tells the searcher which one answers.

    One thread loads, one model at a time, and always the one requested last. `on_change` is called from it after each
    change of status.
    """

    def __init__(
        self,
        paths: LibraryPaths,
        transactions: Transactions,
        searcher: Searcher,
        on_change: Callable[[ModelStatus], None],
        search: SearchSettings,
        *,
        load: LoadEncoder = load_encoder,
    ) -> None:
        """`search`: how vectors are compared and found; see `use_search`. `load`: where encoders come from."""
        self._paths = paths
        self._transactions = transactions
        self._searcher = searcher
        self._on_change = on_change
        self._search = search
        self._load_encoder = load
        self._applying = threading.Lock()
        self._lock = threading.Condition()
        self._requested: ModelSettings | None = None
        self._requests = 0
        self._answered = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=MODEL_THREAD, daemon=True)
        self._status = ModelStatus("", "", ready=False)
        self._embedding: LoadedModel | None = None
        self._answering: LoadedModel | None = None
        transactions.feed.subscribe("The change of the model", self._after_commit)

    @property
    def status(self) -> ModelStatus:
        """The state of the model that is requested."""
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
            return self._requests > 0 and not self._status.ready and self._status.problem is None

    def load(self, settings: ModelSettings) -> None:
        """Begin to load a model; returns at once. One that is still being loaded is dropped when it arrives."""
        with self._lock:
            if self._closed:
                return
            self._requests += 1
            self._requested = settings
            self._status = ModelStatus(settings.id, _title(settings.id), ready=False)
            self._lock.notify_all()
            if self._thread.ident is None:
                self._thread.start()

    def use_search(self, search: SearchSettings) -> None:
        """Compare and find vectors as these settings say, from now on."""
        with self._lock:
            self._search = search
        self._apply_search()

    def wait(self, timeout: float | None) -> ModelStatus:
        """Wait until the requested model has loaded or failed and listeners know; return its status."""
        with self._lock:
            self._lock.wait_for(lambda: self._answered == self._requests > 0, timeout)
            return self._status

    def close(self) -> None:
        """Save the vectors. A model that is still being loaded after two seconds is left behind: nothing comes of it.

        Native code may then be running, which must not be torn down; see `core.engine.ending`.
        """
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        if self._thread.ident is not None:
            self._thread.join(_CLOSE_SECONDS)
        for vectors in self.vectors():
            vectors.close()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._closed or self._answered != self._requests)
                number, settings = self._requests, self._requested
            if self._closed or settings is None:
                return
            self._answer(number, settings)

    def _answer(self, number: int, settings: ModelSettings) -> None:
        """Load a model and tell how that went."""
        status, loaded = self._try_to_load(settings)
        if self._is_overtaken(number):
            self._release([loaded])
            return
        before = (self._embedding, self._answering)
        answering = self._answering_beside(loaded, settings)
        with self._lock:
            is_overtaken = self._closed or number != self._requests
            if not is_overtaken:
                self._embedding, self._answering = loaded, answering
        if is_overtaken:
            self._release([loaded, answering])
            return
        try:
            self._apply_search()
            if answering is not None:
                self._searcher.use_model(answering.vectors, answering.encoder)
        except Exception as error:
            status = replace(status, ready=False, problem=_problem_of(error, settings.id))
        self._release(before)
        with self._lock:
            if number == self._requests:
                self._status = status
        try:
            self._on_change(status)
        except Exception:
            log.exception("the status of the model %s could not be told", settings.id)
        with self._lock:
            self._answered = number
            self._lock.notify_all()
        # What torch and its friends brought stays: a full collection need not look at 400,000 objects again, which
        # would hold up the search that sets it off.
        gc.collect()
        gc.freeze()

    def _try_to_load(self, settings: ModelSettings) -> tuple[ModelStatus, LoadedModel | None]:
        status = ModelStatus(settings.id, _title(settings.id), ready=False)
        try:
            loaded = self._loaded(settings)
            return _described(status, loaded.encoder), loaded
        except Exception as error:
            return replace(status, problem=_problem_of(error, settings.id)), None

    def _is_overtaken(self, number: int) -> bool:
        with self._lock:
            return self._closed or number != self._requests

    def _loaded(self, settings: ModelSettings) -> LoadedModel:
        encoder = self._load_encoder(settings.id, self._paths.models, settings)
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
        opened = VectorStore(self._paths.vectors, self._transactions.engine, row, search.metric, kind=search.index)
        for vectors in self.vectors():
            if vectors.path == opened.path:
                vectors.retire()  # a model of the same name, trained anew, has the file from now on
        return opened

    def _release(self, former: Sequence[LoadedModel | None]) -> None:
        """Close the vectors of models that are not in use any more, or never came to be."""
        used = self.vectors()
        for vectors in {id(one.vectors): one.vectors for one in former if one is not None}.values():
            if vectors not in used:
                vectors.close()

    def _apply_search(self) -> None:
        """Let all vectors in use follow the settings, which may have changed while a model was loaded."""
        with self._applying:
            search = self._search
            for vectors in self.vectors():
                vectors.use(search.metric, search.index)

    def _answering_beside(self, loaded: LoadedModel | None, settings: ModelSettings) -> LoadedModel | None:
        """Return the model that answers: the active one of the catalog, where it can be had."""
        before = self.answering()
        try:
            with self._transactions.engine.connect() as connection:
                active = models.active(connection)
        except EideticError as error:
            log.warning("the model that answers could not be asked for: %s", error)
            return before or loaded
        if before is not None and active is not None and before.row.id == active.id:
            return loaded if loaded is not None and loaded.row.id == active.id else before
        if active is None or active.name == settings.id or (loaded is not None and loaded.row.id == active.id):
            return loaded
        return self._former(active, settings) or loaded

    def _former(self, active: ModelRow, settings: ModelSettings) -> LoadedModel | None:
        """Load the active model of the catalog, if it still is here."""
        try:
            old = self._loaded(settings.model_copy(update={"id": active.name}))
        except Exception as error:
            problem = _problem_of(error, active.name)
            log.info("the model %s, whose vectors the library has, cannot answer: %s", active.name, problem)
            return None
        if old.row.id == active.id:
            return old
        self._release([old])
        return None

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
        self._searcher.use_model(new.vectors, new.encoder)
        with self._lock:
            if self._embedding is not new:
                return
            self._answering = new
        if old is None:
            return
        if old.vectors.path == new.vectors.path:
            old.vectors.retire()
        else:
            old.vectors.discard()


def _problem_of(error: Exception, model_id: str) -> str:
    """Return what to tell the user; a bug is logged whole."""
    if isinstance(error, EideticError):
        return str(error)
    last = traceback.format_exception_only(error)[-1].strip()
    if isinstance(error, MemoryError) or "out of memory" in last.lower() or "can't allocate memory" in last.lower():
        return f"There is not enough memory for the model {model_id}. Close other programs, or choose a smaller model."
    log.error("the model %s could not be loaded", model_id, exc_info=error)
    return f"The model {model_id} could not be loaded: {last}"


def _title(model_id: str) -> str:
    from core.embedding.models import registry

    entry = registry.find(model_id)
    return model_id if entry is None else entry.title


def _described(status: ModelStatus, encoder: Encoder) -> ModelStatus:
    return replace(
        status,
        ready=True,
        problem=None,
        device=encoder.precision.device,
        precision=encoder.precision.dtype,
        batch_size=encoder.precision.batch_size,
    )
