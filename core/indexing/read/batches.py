"""Files on their way from the decode workers through the model into the catalog, batch by batch.

Used by one thread. What is in hand stays in hand when a commit fails, and goes in with the next.
"""

import logging
import os
import time
from collections import Counter
from collections.abc import Callable

from core.catalog.models import ModelRow
from core.catalog.queue import WaitingFile
from core.catalog.thumbnails import ThumbnailStore
from core.embedding.protocol import Encoder
from core.indexing.rate_meter import RateMeter
from core.indexing.read import embedder
from core.indexing.read.commit import Committer, FailedFile, GoneFile, Outcome, ReadFile
from core.indexing.read.reads import Answer, Reads, was_cancelled
from core.media.reasons import MediaError
from core.values.errors import UnreadableFileError
from core.values.photo import RootId
from core.values.reasons import Reason

log = logging.getLogger(__name__)

COMMIT_EVERY_S = 1.0
_GATHER_S = 0.25
_WITHOUT_ENCODER = 16
_MOST_UNCOMMITTED = 256
_MOST_AWAY = 5
"""A file that is there whenever it is looked for, and gone each time it is read, is given up after so many times."""
_ENVIRONMENT = {Reason.GONE, Reason.UNREACHABLE, Reason.NO_PERMISSION, Reason.NOT_A_FILE}


class Batches:
    """Reads files, embeds them in batches, commits about once a second.

    Attributes:
        current: path last read, for display.
    """

    def __init__(
        self,
        reads: Reads,
        committer: Committer,
        thumbnails: ThumbnailStore,
        *,
        workers: int,
        pace: RateMeter,
        is_reachable: Callable[[RootId], bool],
    ) -> None:
        self._reads = reads
        self._committer = committer
        self._thumbnails = thumbnails
        self._workers = workers
        self._pace = pace
        self._is_reachable = is_reachable
        self._encoder: Encoder | None = None
        self._model: ModelRow | None = None
        self._read: list[ReadFile] = []
        self._read_since = 0.0
        self._outcomes: list[Outcome] = []
        self._away: Counter[int] = Counter()
        self._committed_at = 0.0
        self.current: str | None = None

    @property
    def outstanding(self) -> int:
        """How many files are between the queue and the commit."""
        return self._reads.outstanding

    def use(self, encoder: Encoder | None, model: ModelRow | None) -> None:
        """Finish what was begun with the encoder before, and go on with this one."""
        self.finish()
        self._encoder = encoder
        self._model = model

    def finish(self) -> None:
        """Embed and commit what the workers have handed over."""
        self._encode()
        self._commit()

    def abandon(self) -> None:
        """Let everything that the workers still have wait again."""
        self._reads.abandon()

    def fill(self) -> int:
        """Keep enough files in flight that neither workers nor model starve.

        Results waiting for commit do not count: they are small.
        """
        batch = _WITHOUT_ENCODER if self._encoder is None else self._encoder.batch_size
        most = 2 * batch + 2 * self._workers
        unread = self._reads.outstanding - len(self._outcomes)
        if unread > most - max(1, batch // 2) or len(self._outcomes) >= _MOST_UNCOMMITTED:
            return 0
        return self._reads.fill(
            most - unread,
            model_id=None if self._model is None else self._model.id,
            model_input=None if self._encoder is None else self._encoder.model_input,
        )

    def fill_legacy(self) -> int:
        """Begin to read or hash some files again that a version before has read; returns how many."""
        return self._reads.fill_legacy(
            _WITHOUT_ENCODER + self._workers, None if self._encoder is None else self._encoder.model_input
        )

    def gather(self, is_stopped: Callable[[], bool]) -> None:
        """Take answers until a batch is full, or none came for a while; then embed, and commit when it is time."""
        batch = 1 if self._encoder is None else self._encoder.batch_size
        frames = sum(len(done.result.frames) for done in self._read)
        until = time.monotonic() + _GATHER_S
        while frames < batch and not is_stopped():
            uncommitted = len(self._read) + len(self._outcomes)
            nothing_comes = uncommitted >= self._reads.outstanding
            answer = self._reads.next_answer(0.0 if nothing_comes else max(0.0, until - time.monotonic()))
            if answer is None:
                break
            self._take(answer)
            frames = sum(len(done.result.frames) for done in self._read)
        in_hand = len(self._read) + len(self._outcomes)
        is_last = in_hand >= self._reads.outstanding
        if frames >= batch or is_last or (self._read and time.monotonic() - self._read_since > COMMIT_EVERY_S):
            self._encode()
        is_due = time.monotonic() - self._committed_at >= COMMIT_EVERY_S or len(self._outcomes) >= _MOST_UNCOMMITTED
        if self._outcomes and (is_last or is_due):
            self._commit()

    def _commit(self) -> None:
        if not self._outcomes:
            return
        model_id = None if self._model is None else self._model.id
        self._committer.commit(self._outcomes, model_id=model_id)
        self._pace.add(len(self._outcomes))
        for outcome in self._outcomes:
            self._reads.finished(outcome.file)
            del self._away[outcome.file.file_id]
        self._outcomes = []
        self._committed_at = time.monotonic()

    def _encode(self) -> None:
        if not self._read:
            return
        encoder = self._encoder
        if encoder is None:
            self._outcomes.extend(self._read)
        else:
            vectors = embedder.embed(encoder, [done.result.frames for done in self._read])
            for done, of_file in zip(self._read, vectors, strict=True):
                self._outcomes.append(ReadFile(done.file, done.result.without_frames(), of_file))
        self._read = []

    def _take(self, answer: Answer) -> None:
        file, future = answer
        if was_cancelled(future):
            return
        error = future.exception()
        self.current = file.path
        if error is None:
            self._take_result(ReadFile(file, future.result()))
        elif isinstance(error, UnreadableFileError):
            self._take_failure(file, error)
        else:
            log.error("reading %s failed by a bug", file.path, exc_info=error)
            self._outcomes.append(FailedFile(file, f"Internal error: {type(error).__name__}: {error}"))

    def _take_result(self, done: ReadFile) -> None:
        result = done.result
        if result.is_known:
            if self._thumbnails.missing([done.file.legacy or result.content]):
                self._reads.again(done.file, None if self._encoder is None else self._encoder.model_input)
            else:
                self._outcomes.append(done)
        elif self._encoder is None or not result.frames:
            self._outcomes.append(done)
        else:
            if not self._read:
                self._read_since = time.monotonic()
            self._read.append(done)

    def _take_failure(self, file: WaitingFile, error: UnreadableFileError) -> None:
        reason = error.reason if isinstance(error, MediaError) else None
        if reason in _ENVIRONMENT and not self._is_reachable(file.root_id):
            self._reads.put_back(file)
        elif reason is Reason.GONE and os.path.exists(file.path) and self._away[file.file_id] < _MOST_AWAY:
            # It was away for a moment: programs save by moving the old file out of the way.
            self._away[file.file_id] += 1
            self._reads.put_back(file)
        elif reason is Reason.GONE and not os.path.lexists(file.path):
            self._outcomes.append(GoneFile(file))
        else:
            self._outcomes.append(FailedFile(file, str(error)))
