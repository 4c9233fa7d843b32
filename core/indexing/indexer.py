"""Keeps a library equal to its folders. The one entry of this room; see `docs/architecture.md`.

Threads: one compares folders, one reads and commits, the watcher's only mark what must be compared.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence

from core.catalog import jobs, left_out, queue, roots
from core.catalog.jobs import StoredJob
from core.catalog.queue import WaitingFile
from core.catalog.reader import CatalogReader
from core.catalog.readings import Place
from core.catalog.roots import KnownRoot
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.indexing.housekeeping import Housekeeping
from core.indexing.listener import EncoderProvider, Listener, ReadPool, VectorsProvider
from core.indexing.rate_meter import RateMeter
from core.indexing.read.batches import Batches
from core.indexing.read.commit import Committer
from core.indexing.read.edit_resolver import EditResolver
from core.indexing.read.pipeline import Pipeline
from core.indexing.read.reads import Reads
from core.indexing.removal import RootRemoval
from core.indexing.scan.exclusions import Exclusions, normalised
from core.indexing.scan.scan_thread import ScanThread
from core.indexing.scan.scanner import Scanner
from core.indexing.scan.taking_out import take_out
from core.indexing.subscribers import ListenerSubscriber, ThumbnailSubscriber, VectorSubscriber
from core.indexing.throttle import IndexingThrottle
from core.indexing.watch.pending_folders import PendingFolders
from core.indexing.watch.watcher import Followed, Watcher
from core.media.pool import DecodePool
from core.settings.schema import IndexingSettings
from core.values.errors import EideticError, UsageError
from core.values.jobs import JobId, JobKind
from core.values.paths import is_printable, shown
from core.values.photo import FileId, GeoPoint, RootId
from core.values.progress import Phase, Progress

log = logging.getLogger(__name__)

_COUNTS_FOR_S = 0.25


class Indexer:
    """Finds, reads, embeds and follows the photos of a library."""

    def __init__(  # noqa: PLR0917 (the six rooms that meet here)
        self,
        transactions: Transactions,
        thumbnails: ThumbnailStore,
        encoder_provider: EncoderProvider,
        vectors_provider: VectorsProvider,
        settings: IndexingSettings,
        listener: Listener,
        *,
        encoder_is_coming: Callable[[], bool] = lambda: False,
        place_of: Callable[[GeoPoint], Place | None] = lambda _: None,
        pool: ReadPool | None = None,
        library_folders: tuple[bytes, ...] = (),
    ) -> None:
        """Take what is needed; nothing begins before `start`.

        Args:
            transactions: the library's one writer.
            thumbnails: open for writing.
            encoder_provider: gives the model that new photos are embedded with.
            vectors_provider: gives the open vector indexes.
            settings: workers, limits, grace period.
            listener: is told what happens.
            encoder_is_coming: True while a model is being loaded: reading waits for it.
            place_of: names the place of a position.
            pool: reads the files; `DecodePool` with the limits of the settings when None.
            library_folders: absolute folders of the library's own files, which are nobody's photos.
        """
        self._catalog = transactions.engine
        self._listener = listener
        self._settings = settings
        self._transactions = transactions
        transactions.feed.report_to(lambda text: listener.notice(text, is_problem=True))
        # In this order: whoever is told of photos finds their vectors in the index.
        transactions.feed.subscribe("The vector index", VectorSubscriber(vectors_provider))
        transactions.feed.subscribe("The store of thumbnails", ThumbnailSubscriber(transactions, thumbnails))
        transactions.feed.subscribe("What is shown", ListenerSubscriber(listener))
        self._vectors = vectors_provider
        self._thumbnails = thumbnails
        self._reader = CatalogReader(transactions.engine)
        self._gate = IndexingThrottle(pause_on_battery=settings.pause_on_battery, notice=listener.notice)
        self._pace = RateMeter()
        self._dirty = PendingFolders()
        self._stopping = threading.Event()
        self._workers = settings.workers or os.cpu_count() or 1
        self._pool: ReadPool = pool or DecodePool(
            self._workers, settings.file_seconds, settings.worker_megabytes, gives_way=True
        )
        self._library_folders = library_folders
        self._scanner = Scanner(self._transactions, listener, self._stopping.is_set, self._exclusions)
        self._batches = Batches(
            Reads(self._transactions, self._pool),
            Committer(self._transactions, thumbnails, place_of=place_of, look_again=self._look_again),
            thumbnails,
            workers=self._workers,
            pace=self._pace,
            is_reachable=self._is_reachable,
        )
        self._pipeline = Pipeline(
            self._transactions,
            thumbnails,
            self._batches,
            encoder=encoder_provider,
            encoder_is_coming=encoder_is_coming,
            housekeeping=Housekeeping(transactions, thumbnails, grace_days=settings.missing_grace_days),
            gate=self._gate,
            pace=self._pace,
            listener=listener,
            is_quiet=self._dirty.is_quiet,
            successions=EditResolver(transactions, self._dirty, self._reachable_roots),
        )
        self._comparing = ScanThread(self._scanner, self._dirty, listener, self._pipeline.wake)
        self._watcher = Watcher(
            self._dirty,
            listener,
            known_roots=self._known_roots,
            check_root=self._scanner.check_root,
            poll_seconds=settings.poll_seconds,
        )
        self._counted = threading.Lock()
        self._counted_at = 0.0
        self._progress = Progress()

    def add_root(self, path: str) -> RootId:
        """Add a folder and compare it; one that is known, or inside one that is, is compared again.

        Raises:
            UsageError: there is no such folder.
        """
        absolute = os.path.abspath(path)
        if not os.path.isdir(absolute):
            raise UsageError(f"{shown(path)} is not a folder.")
        stored = os.fsencode(absolute)
        with self._catalog.connect() as connection:
            holder = roots.holding(connection, stored)
        if holder is not None:
            self._dirty.mark_root(holder.root_id)
            return holder.root_id
        with self._transactions.begin() as transaction:
            root_id = roots.add(transaction, stored)
        self._listener.roots_changed()
        self._dirty.mark_root(root_id)
        self._watcher.roots_changed()
        return root_id

    def begin_removal(self, root_id: RootId, *, forget: bool = False) -> JobId:
        """Begin to remove a folder and the photos that are only in it; `removal` does it. Files are not touched.

        What the user said of the photos is kept for when they come back, unless `forget`.

        Raises:
            UsageError: there is no such folder.
        """
        with self._transactions.begin() as transaction:
            if root_id not in {root.root_id for root in roots.all_roots(transaction.connection)}:
                raise UsageError(f"There is no folder {root_id} in the library.")
            files = roots.begin_removal(transaction, root_id, forget=forget)
            job_id = jobs.add(transaction, JobKind.REMOVE_ROOT, root_id, files)
        self._dirty.forget(root_id)
        self._listener.roots_changed()
        self._watcher.roots_changed()
        return job_id

    def removal(self, job: StoredJob) -> RootRemoval:
        """Go on with the removal of a folder."""
        return RootRemoval(self._transactions, job, self._removal_ended)

    def change_exclusions(self, add: Sequence[str], remove: Sequence[str]) -> int:
        """Change what the user wants to be left out. Returns how many files that takes out of the library at once.

        What is let in again turns up with the comparison that this begins.

        Raises:
            UsageError: a pattern cannot be written down.
        """
        for pattern in add:
            if not is_printable(pattern):
                raise UsageError(f"{shown(pattern)} is no text: use a pattern with ? for the odd characters.")
        with self._transactions.begin() as transaction:
            for pattern in normalised(remove):
                left_out.remove_pattern(transaction, pattern)
            for pattern in normalised(add):
                left_out.add_pattern(transaction, pattern)
        taken = take_out(self._transactions, self._exclusions())
        self.rescan()
        return taken

    def use(self, settings: IndexingSettings) -> None:
        """Follow changed settings, as far as they concern which folders are compared."""
        before, self._settings = self._settings, settings
        if settings.skip_noimage != before.skip_noimage:
            self.rescan()

    def start(self, watch: bool) -> None:
        """Begin: compare all folders, read what waits; `watch`: follow changes from now on."""
        with self._transactions.begin() as transaction:
            set_aside = queue.recover(transaction)
        if set_aside:
            self._listener.notice(f"{set_aside} files were set aside: the program ended each time it read them.")
        self._comparing.start()
        self._pipeline.start()
        self.rescan()
        if watch:
            self._watcher.start()

    def rescan(self, root_id: RootId | None = None) -> None:
        """Compare a folder with the catalog now, or all of them."""
        for root in self._known_roots():
            if root_id is None or root.root_id == root_id:
                self._dirty.mark_root(root.root_id)

    def pause(self) -> None:
        """Read nothing more until `resume`. Folders are still compared."""
        self._gate.pause()
        self._listener.progress_changed()

    def resume(self, regardless: bool = False) -> None:
        """Go on; `regardless`: on battery too."""
        self._gate.resume(regardless)
        self._pipeline.wake()
        self._listener.progress_changed()

    def retry_failed(self, file_ids: Sequence[FileId] | None = None) -> int:
        """Read failed files again: these, or all. Returns how many."""
        with self._transactions.begin() as transaction:
            count = queue.retry(transaction, file_ids)
        self._pipeline.wake()
        return count

    def progress(self) -> Progress:
        """Return how far indexing is. The counts are of one moment, at most a quarter of a second ago."""
        with self._counted:
            now = time.monotonic()
            if now - self._counted_at >= _COUNTS_FOR_S:
                self._counted_at = now
                self._progress = self._count()
            return self._progress

    def wait_until_idle(self, timeout: float | None = None) -> bool:
        """Wait until folders are compared and everything reachable is read, embedded and in the vector index.

        False if it took longer.
        """
        idle = self._pipeline.wait_until_idle(timeout, self._dirty.is_quiet)
        if idle:
            self._transactions.feed.flush(timeout)
        with self._counted:
            self._counted_at = 0.0
        return idle

    @property
    def hindrance(self) -> EideticError | None:
        """What reading waits for now, e.g. space on the disk."""
        return self._pipeline.hindrance

    def wake(self) -> None:
        """The encoder arrived or changed: look what there is to do."""
        self._pipeline.wake()

    @property
    def problem(self) -> str | None:
        """Why nothing is read any more until the next start; None while it is."""
        return self._pipeline.problem

    def followed(self) -> Followed:
        """Return which folders are followed, and how."""
        return self._watcher.followed()

    def stop(self) -> None:
        """Commit what is in hand and end all threads and workers."""
        self._stopping.set()
        self._watcher.stop()
        self._dirty.close()
        self._comparing.stop()
        self._pipeline.stop()
        self._pool.close()
        self._transactions.feed.flush()
        for sink in self._vectors():
            sink.save()

    def _count(self) -> Progress:
        counts = self._reader.counts()
        if not self._gate.is_open() and counts.waiting:
            phase = Phase.PAUSED
        elif self._dirty.is_working():
            phase = Phase.SCANNING
        elif self._pipeline.is_idle or self._pipeline.problem is not None:
            phase = Phase.IDLE
        else:
            phase = Phase.INDEXING
        return Progress(
            phase=phase,
            found=counts.found,
            done=counts.ready,
            failed=counts.failed,
            waiting=counts.waiting,
            rate=self._pace.rate(),
            seconds_left=self._pace.seconds_left(counts.waiting) if phase is not Phase.PAUSED else None,
            current=self._batches.current,
        )

    def _removal_ended(self, root_id: RootId, is_gone: bool) -> None:
        if not is_gone:
            self._dirty.mark_root(root_id)
        self._listener.roots_changed()
        self._watcher.roots_changed()
        self._pipeline.wake()

    def _exclusions(self) -> Exclusions:
        with self._catalog.connect() as connection:
            patterns = left_out.patterns(connection)
        return Exclusions(patterns, self._settings.skip_noimage, self._library_folders)

    def _known_roots(self) -> list[KnownRoot]:
        with self._catalog.connect() as connection:
            return roots.all_roots(connection)

    def _reachable_roots(self) -> list[RootId]:
        return [root.root_id for root in self._known_roots() if root.offline is None]

    def _look_again(self, file: WaitingFile) -> None:
        self._dirty.mark(file.root_id, file.folder)

    def _is_reachable(self, root_id: RootId) -> bool:
        root = self._scanner.known_root(root_id)
        return root is not None and self._scanner.check_root(root)
