"""The thread that compares folders with the catalog, one job after the other."""

import logging
import threading
import time
from collections.abc import Callable

from core.indexing.listener import Listener
from core.indexing.scan.scanner import Outcome, Scanner
from core.indexing.watch.pending_folders import Job, PendingFolders
from core.media.priority import lower_thread
from core.values.errors import EideticError

log = logging.getLogger(__name__)

_UNWRITABLE_REST_S = 5.0


class ScanThread:
    """Takes jobs from `dirty` and has `scanner` do them; `wake` tells the reading thread that files may wait."""

    def __init__(self, scanner: Scanner, dirty: PendingFolders, listener: Listener, wake: Callable[[], None]) -> None:
        self._scanner = scanner
        self._dirty = dirty
        self._listener = listener
        self._wake = wake
        self._ended = threading.Event()
        self._unwritable = False
        self._thread = threading.Thread(target=self._run, name="comparing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; `dirty` must be closed."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        lower_thread()
        while (job := self._dirty.take()) is not None:
            self._listener.progress_changed()
            try:
                self._do(job)
                self._unwritable = False
            except EideticError as error:
                self._again_later(job, error)
            except Exception as error:
                log.exception("comparing %s ended by a bug", job)
                self._listener.notice(f"A folder could not be compared: {type(error).__name__}: {error}", True)
            finally:
                # Before, so that nobody takes the reading thread for idle; after, for what waits for quiet folders.
                self._wake()
                self._dirty.done()
                self._wake()
            self._listener.progress_changed()

    def _do(self, job: Job) -> None:
        for folder in self._compare(job).restless:
            self._dirty.mark(job.root_id, folder)

    def _compare(self, job: Job) -> Outcome:
        if job.folder is None:
            return self._scanner.scan(job.root_id)
        root = self._scanner.known_root(job.root_id)
        if root is None or not self._scanner.check_root(root):
            return Outcome(is_offline=True)
        queued_at = int(time.time())
        if job.below:
            return self._scanner.compare_tree(root, job.folder, queued_at)
        return self._scanner.compare_folder(root, job.folder, queued_at)

    def _again_later(self, job: Job, error: EideticError) -> None:
        if not self._unwritable:
            self._unwritable = True
            self._listener.notice(f"{error} Comparing folders waits for that.", is_problem=True)
        if not self._ended.wait(_UNWRITABLE_REST_S):
            self._dirty.mark_root(job.root_id)
