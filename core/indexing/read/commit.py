"""Writes what was read: thumbnails first, then everything else of a file in one transaction.

So a photo that is ready always has its thumbnail, and a kill at any moment leaves a file either waiting or whole.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from core.catalog import edited_dates, folders, pairing, queue, readings
from core.catalog.queue import WaitingFile
from core.catalog.readings import Place, Reading, Stamp, Vector, photos_of
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.media.request import ReadResult
from core.values.errors import LibraryUnwritableError
from core.values.file_times import in_range
from core.values.photo import ContentKey, GeoPoint


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file after reading. `vectors`: None when there was no encoder."""

    file: WaitingFile
    result: ReadResult
    vectors: tuple[Vector, ...] | None = None


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read, and why."""

    file: WaitingFile
    reason: str


@dataclass(frozen=True, slots=True)
class GoneFile:
    """A file that was not there any more."""

    file: WaitingFile


Outcome = ReadFile | FailedFile | GoneFile


class Committer:
    """Stores outcomes.

    Attributes:
        place_of: names the place of a position; None when nobody can.
        look_again: called with a file that changed on disk between its listing and its reading.
    """

    def __init__(
        self,
        transactions: Transactions,
        thumbnails: ThumbnailStore,
        *,
        place_of: Callable[[GeoPoint], Place | None],
        look_again: Callable[[WaitingFile], None],
    ) -> None:
        self._transactions = transactions
        self._thumbnails = thumbnails
        self._place_of = place_of
        self._look_again = look_again

    def commit(self, outcomes: Sequence[Outcome], *, model_id: int | None) -> None:
        """Store outcomes in one transaction.

        Raises:
            LibraryUnwritableError: nothing of it was stored in the catalog; the call can be made again.
        """
        self._put_thumbnails(thumbnails_in(outcomes))
        self._rekey_thumbnails(outcomes)
        readings_of = {
            outcome.file.file_id: self._reading(outcome)
            for outcome in outcomes
            if isinstance(outcome, ReadFile) and not outcome.result.is_known
        }
        stale = {outcome.file.file_id for outcome in outcomes if _is_stale(outcome)}
        with self._transactions.begin() as transaction:
            for outcome in outcomes:
                file = outcome.file
                if file.file_id in stale or readings.stamp_of(transaction, file.file_id) != _listed(file):
                    # It is compared again, and then read again.
                    queue.release(transaction, [file.file_id])
                elif file.file_id in readings_of:
                    reading = readings_of[file.file_id]
                    readings.save_read_result(transaction, file.file_id, reading, model_id=model_id)
                elif isinstance(outcome, ReadFile):
                    readings.mark_known_content(
                        transaction, file.file_id, outcome.result.content, outcome.result.legacy
                    )
                elif isinstance(outcome, FailedFile):
                    readings.mark_failed(transaction, file.file_id, outcome.reason)
                else:
                    folders.mark_missing(transaction, [file.file_id])
            file_ids = [outcome.file.file_id for outcome in outcomes]
            pairing.settle(transaction, file_ids)
            edited_dates.inherit(transaction, file_ids)
        self._restore_thumbnails(outcomes)
        for outcome in outcomes:
            if outcome.file.file_id in stale or isinstance(outcome, GoneFile):
                self._look_again(outcome.file)

    def _reading(self, outcome: ReadFile) -> Reading:
        result = outcome.result
        position = result.metadata.position
        return Reading(
            content=result.content,
            kind=result.kind,
            format=result.format,
            width=result.width,
            height=result.height,
            metadata=result.metadata,
            perceptual_hash=result.perceptual_hash,
            duration_ms=result.duration_ms,
            is_screenshot=result.is_screenshot,
            is_panorama=result.is_panorama,
            flaw=result.flaw,
            legacy=result.legacy,
            place=None if position is None else self._place_of(position),
            vectors=outcome.vectors,
        )

    def _restore_thumbnails(self, outcomes: Sequence[Outcome]) -> None:
        """Make good what was forgotten between `put` and the commit, because the last photo of a content just went."""
        made = dict(thumbnails_in(outcomes))
        contents = {outcome.result.content for outcome in outcomes if isinstance(outcome, ReadFile)}
        lost = self._thumbnails.missing(contents)
        self._put_thumbnails([(key, made[key]) for key in lost if key in made])
        photo_ids = [photo_id for key in lost if key not in made for photo_id in self._photos_of(key)]
        if photo_ids:
            with self._transactions.begin() as transaction:
                queue.read_again(transaction, photo_ids)

    def _photos_of(self, key: ContentKey) -> Sequence[int]:
        with self._transactions.engine.connect() as connection:
            return photos_of(connection, key)

    def _rekey_thumbnails(self, outcomes: Sequence[Outcome]) -> None:
        with _writing_thumbnails():
            self._thumbnails.copy(
                (outcome.file.legacy, outcome.result.content)
                for outcome in outcomes
                if isinstance(outcome, ReadFile) and outcome.result.is_known and outcome.file.legacy is not None
            )

    def _put_thumbnails(self, made: Sequence[tuple[ContentKey, bytes]]) -> None:
        if not made:
            return
        with _writing_thumbnails():
            self._thumbnails.put(made)


@contextmanager
def _writing_thumbnails() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise LibraryUnwritableError(
            f"Thumbnails cannot be written: {error}. Free some space, or check that the disk is connected."
        ) from error


def thumbnails_in(outcomes: Sequence[Outcome]) -> list[tuple[ContentKey, bytes]]:
    """Return the thumbnails that were made, by content."""
    return [
        (outcome.result.content, outcome.result.thumbnail)
        for outcome in outcomes
        if isinstance(outcome, ReadFile) and outcome.result.thumbnail is not None
    ]


def _listed(file: WaitingFile) -> Stamp:
    return Stamp(file.size, file.mtime_ns, file.ctime_ns, file.sidecar_mtime_ns)


def _is_stale(outcome: Outcome) -> bool:
    """Whether the file is not what was listed any more, so that nobody knows which of the two was read."""
    if isinstance(outcome, GoneFile):
        return False
    file = outcome.file
    try:
        status = os.stat(file.path)
    except OSError:
        return isinstance(outcome, ReadFile) and not os.path.lexists(file.path)
    if file.ctime_ns > 0 and in_range(status.st_ctime_ns) != file.ctime_ns:
        return True
    return (status.st_size, in_range(status.st_mtime_ns)) != (file.size, file.mtime_ns)
