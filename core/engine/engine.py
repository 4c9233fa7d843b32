"""The engine: opens a library for writing, joins the rooms, answers requests, tells what happens.

The front ends' only way to change a library. Knows no pipe and no screen.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from core.catalog import annotations, database, integrity
from core.catalog.reader import CatalogReader
from core.catalog.safekeeping import Safekeeping
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.embedding.models.locate import locate
from core.engine.event_coalescer import EventCoalescer
from core.engine.example_reading import ExampleReader
from core.engine.foreground import Foreground
from core.engine.jobs import JobRunner
from core.engine.lock import LibraryLock
from core.engine.logs import SessionLog
from core.engine.model_host import ModelHost
from core.engine.place_naming import PlaceNamer
from core.engine.protocol import (
    AddRoot,
    ChangeExclusions,
    ChangeTags,
    EngineStatus,
    Event,
    ForgetSearches,
    GetStatus,
    JobChanged,
    ModelChanged,
    ModelStatus,
    Notice,
    Pause,
    ReadPicture,
    ReloadSettings,
    RememberSearch,
    RemoveRoot,
    Request,
    Rescan,
    Resume,
    RetryFailed,
    Search,
    SetFavourite,
    SetRating,
    StopJob,
    UseModel,
)
from core.enrichment.service import EnrichmentService
from core.indexing.indexer import Indexer
from core.indexing.scan.taking_out import library_folders
from core.places.gazetteer import Gazetteer
from core.search.searcher import Searcher
from core.settings import store
from core.settings.paths import LibraryPaths
from core.values.enrichment import EnrichmentKind
from core.values.errors import CatalogDamagedError, EideticError, UsageError
from core.values.jobs import JobId, JobKind, JobStatus
from core.values.photo import RootId
from core.values.progress import Phase, Progress
from core.values.query import SearchResult


class Engine:
    """One library, open for writing. Thread-safe; `handle` may be called from several threads at once.

    Attributes:
        reader: of the catalog.
        repaired: what became of a damaged catalog when it was opened; None: it was whole.
    """

    def __init__(
        self,
        paths: LibraryPaths,
        on_event: Callable[[Event], None],
        opened: ExitStack,
        on_damage: Callable[[], None] = lambda: None,
    ) -> None:
        """Use `open`. `opened`: what must be let go of, in turn, at the end."""
        self._paths = paths
        self._on_event = on_event
        self._opened = opened
        self._settings = store.load(paths.settings)
        self.repaired: str | None = None
        self._damage: CatalogDamagedError | None = None
        self._on_damage = on_damage
        opened.callback(self._note_clean_end)
        catalog = database.open_for_writing(paths.catalog, on_repaired=self._tell_repaired, on_damage=self._damaged)
        opened.callback(catalog.dispose)
        thumbnails = ThumbnailStore(paths.thumbnails, read_only=False)
        opened.callback(thumbnails.close)
        self.reader = CatalogReader(catalog)
        self._transactions = Transactions(catalog)
        self._safekeeping = Safekeeping(paths.catalog, self._transactions, self._warn, self._damaged)
        opened.callback(self._safekeeping.close)
        examples = ExampleReader(self._settings.indexing)
        opened.callback(examples.close)
        gazetteer = Gazetteer(paths.places)
        opened.callback(gazetteer.close)
        self._examples = examples
        self._searcher = Searcher(catalog, examples.read, gazetteer.find, self._transactions.feed)
        opened.callback(self._searcher.close)
        self._models = ModelHost(paths, self._transactions, self._searcher, self._model_changed, self._settings.search)
        opened.callback(self._models.close)
        self._events = EventCoalescer(on_event, self.progress)
        self._indexer = Indexer(
            self._transactions,
            thumbnails,
            self._models.encoder,
            self._models.vectors,
            self._settings.indexing,
            self._events,
            encoder_is_coming=self._models.is_coming,
            place_of=PlaceNamer(gazetteer),
            library_folders=library_folders(paths.data, paths.cache, paths.logs),
        )
        opened.callback(self._events.close)
        opened.callback(self._transactions.feed.close)
        opened.callback(self._indexer.stop)
        self._foreground = Foreground()
        self._jobs = JobRunner(
            self._transactions,
            {JobKind.REMOVE_ROOT: self._indexer.removal},
            self._foreground,
            lambda status: on_event(JobChanged(status)),
        )
        opened.callback(self._jobs.close)
        self._enrichment = EnrichmentService(
            self._transactions,
            self._models.answering,
            paths.vectors,
            lambda: self.progress().phase is Phase.IDLE,
            self._settings.indexing,
        )
        opened.callback(self._enrichment.close)

    @classmethod
    def open(
        cls,
        paths: LibraryPaths,
        on_event: Callable[[Event], None],
        *,
        program: str = "Eidetic",
        log_to_file: bool = False,
        index: bool = True,
        watch: bool = True,
        on_damage: Callable[[], None] = lambda: None,
    ) -> Self:
        """Open the library at `paths`, and begin to load the model and to index.

        Args:
            paths: of the library; made when there is none.
            on_event: called from threads of the engine; must return soon.
            program: names the front end to one who wants the same library.
            log_to_file: write the log of this process to the library's logs.
            index: compare the folders and read what is new; else only requests are served, and no model is loaded.
            watch: go on following the folders' changes.
            on_damage: called, from any thread, when the catalog shows damage: the engine must be closed and opened
                again, which repairs it.

        Raises:
            LibraryInUseError, LibraryUnwritableError, CatalogTooNewError: the library cannot be opened.
        """
        with ExitStack() as opened:
            lock = LibraryLock(paths, program)
            opened.callback(lock.release)
            if log_to_file:
                session_log = SessionLog(paths.logs)
                opened.callback(session_log.close)
            engine = cls(paths, on_event, opened, on_damage)
            if index:
                engine._models.load(engine._settings.model)
                engine._events.start()
                engine._indexer.start(watch)
                engine._enrichment.start()
            engine._jobs.start()
            engine._safekeeping.start()
            engine._opened = opened.pop_all()
        return engine

    def handle(self, request: Request[object]) -> object:
        """Answer one request; see `core.engine.protocol` for the answers.

        Raises:
            EideticError: it cannot be done, for a reason that the message tells.
        """
        with self._foreground.request():
            return self._answer(request)

    def _answer(self, request: Request[object]) -> object:  # noqa: PLR0911
        match request:
            case Search():
                return self._search(request)
            case ReadPicture(path, longest):
                return self._examples.view(path, longest)
            case GetStatus():
                return self._status()
            case AddRoot() | ChangeExclusions() | Rescan():
                return self._change_folders(request)
            case RemoveRoot() | StopJob():
                return self._change_jobs(request)
            case Pause():
                self._indexer.pause()
            case Resume(regardless):
                self._indexer.resume(regardless)
            case RetryFailed(file_ids):
                return self._indexer.retry_failed(file_ids)
            case SetFavourite() | SetRating() | ChangeTags() | RememberSearch() | ForgetSearches():
                self._annotate(request)
            case UseModel(model_id):
                self._use_model(model_id)
            case ReloadSettings():
                self._reload_settings()
            case _:
                raise TypeError(f"the engine does not know {type(request).__name__}")
        return None

    def progress(self) -> Progress:
        """Return how far indexing is."""
        return self._indexer.progress()

    def model_status(self) -> ModelStatus:
        """Return the state of the model."""
        return self._models.status

    def indexing_problem(self) -> str | None:
        """Return why photos are not read any more, None while they are."""
        return self._indexer.problem

    def wait_for_model(self, timeout: float | None = None) -> ModelStatus:
        """Wait until the model is loaded or cannot be."""
        return self._models.wait(timeout)

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until nothing is left to do that can be done, for at most `timeout` seconds; tell whether that is so."""
        idle = self._indexer.wait_until_idle(timeout)
        if self._damage is not None:
            raise self._damage
        return idle

    def enrichment_to_come(self) -> dict[EnrichmentKind, int]:
        """Return for how many photos labels, and text in them, are still to be found out."""
        return self._enrichment.to_come()

    def wait_until_enriched(self, timeout: float) -> bool:
        """Wait until that is done, where it can be done now. False if it took longer."""
        self._models.wait(timeout)
        return not self._models.is_coming() and self._enrichment.wait_until_done(timeout)

    def hindrance(self) -> EideticError | None:
        """Return what indexing waits for now, e.g. space on the disk; None while it can go on."""
        return self._indexer.hindrance

    def jobs(self) -> tuple[JobStatus, ...]:
        """Return the jobs that are not done, the one being done first."""
        return self._jobs.unfinished()

    def wait_for_jobs(self, timeout: float | None = None) -> bool:
        """Wait until no job is left that can be done; tell whether that is so."""
        return self._jobs.wait(timeout)

    def close(self) -> None:
        """Finish the batch in hand, save the vectors, let go of the library."""
        self._opened.close()

    def _search(self, request: Search) -> SearchResult:
        with self._enrichment.searching():
            result = self._searcher.search(request.query, request.limit)
        if request.remember is not None:
            with self._transactions.begin() as transaction:
                annotations.remember_search(transaction, request.remember)
        return result

    def _status(self) -> EngineStatus:
        answering = self._models.answering()
        followed = self._indexer.followed()
        return EngineStatus(
            progress=self.progress(),
            model=self.model_status(),
            vectors=0 if answering is None else len(answering.vectors),
            index_bytes=0 if answering is None else answering.vectors.file_bytes(),
            watching=followed.watching,
            polling=followed.polling,
            jobs=self.jobs(),
        )

    def _warn(self, text: str) -> None:
        self._on_event(Notice(text, is_problem=True))

    def _tell_repaired(self, text: str) -> None:
        self.repaired = text
        self._warn(text)

    def _damaged(self, error: CatalogDamagedError) -> None:
        if self._damage is None:
            self._damage = error
            self._warn(f"{error} It is being repaired.")
            self._on_damage()

    def _note_clean_end(self) -> None:
        if self._damage is None:
            integrity.note_whole(self._paths.catalog)

    def _model_changed(self, status: ModelStatus) -> None:
        self._indexer.wake()
        self._enrichment.model_changed()
        self._on_event(ModelChanged(status))

    def _change_jobs(self, request: RemoveRoot | StopJob) -> JobId | None:
        if isinstance(request, StopJob):
            self._jobs.stop(request.job_id)
            return None
        self._safekeeping.before_removal()
        job_id = self._indexer.begin_removal(request.root_id, forget=request.forget)
        self._jobs.wake()
        return job_id

    def _change_folders(self, request: AddRoot | ChangeExclusions | Rescan) -> RootId | int | None:
        match request:
            case AddRoot(path):
                return self._add_root(path)
            case ChangeExclusions(add, remove):
                return self._indexer.change_exclusions(add, remove)
            case Rescan(root_id):
                self._indexer.rescan(root_id)
        return None

    def _add_root(self, path: str) -> RootId:
        folder = Path(path)
        if not folder.is_absolute():
            raise UsageError(f"A folder is added by its whole path, not {path}.")
        return self._indexer.add_root(path)

    def _annotate(self, request: SetFavourite | SetRating | ChangeTags | RememberSearch | ForgetSearches) -> None:
        with self._transactions.begin() as transaction:
            match request:
                case SetFavourite(photo_ids, favourite):
                    annotations.set_favourite(transaction, photo_ids, favourite)
                case SetRating(photo_ids, rating):
                    annotations.set_rating(transaction, photo_ids, rating)
                case ChangeTags(photo_ids, add, remove, by_user):
                    annotations.change_tags(transaction, photo_ids, add, remove, by_user=by_user)
                case RememberSearch(text):
                    annotations.remember_search(transaction, text)
                case ForgetSearches(text):
                    annotations.forget_searches(transaction, text)

    def _use_model(self, model_id: str) -> None:
        locate(model_id, self._paths.models)
        settings = self._settings.model_copy(update={"model": self._settings.model.model_copy(update={"id": model_id})})
        store.save(self._paths.settings, settings)
        self._settings = settings
        self._models.load(settings.model)

    def _reload_settings(self) -> None:
        before, self._settings = self._settings, store.load(self._paths.settings)
        self._models.use_search(self._settings.search)
        self._enrichment.use(self._settings.indexing)
        self._indexer.use(self._settings.indexing)
        if self._settings.model != before.model:
            self._models.load(self._settings.model)
