"""Compares whole roots and single folders with the catalog, and writes the differences. Opens no file.

Mark and sweep: folders that the walk did not meet are swept, except below a folder that could not be listed.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.catalog import differences, folders, left_out, roots
from core.catalog.differences import Difference
from core.catalog.left_out import LeftOutEntry
from core.catalog.roots import KnownRoot
from core.catalog.transaction import Transactions
from core.indexing.listener import Listener
from core.indexing.scan import root_health
from core.indexing.scan.comparison import compare
from core.indexing.scan.exclusions import Exclusions
from core.indexing.scan.listing import Listing, list_folder
from core.values.errors import EideticError
from core.values.paths import shown
from core.values.photo import RootId

log = logging.getLogger(__name__)

_ROWS_A_TRANSACTION = 200
_SAMPLE = 20


@dataclass(slots=True)
class Outcome:
    """What a comparison did.

    Attributes:
        is_offline: the root could not be read; nothing was changed.
        differences: how many files were new, changed, back or gone.
        unlisted: folders, relative to the root, that could not be listed.
        restless: folders in which a file changed just now: they must be compared again.
    """

    is_offline: bool = False
    differences: int = 0
    folders: int = 0
    unlisted: tuple[bytes, ...] = ()
    restless: tuple[bytes, ...] = ()


class Scanner:
    """Compares; used by one thread at a time.

    Attributes:
        is_stopped: asked between folders; True ends the comparison without a sweep.
    """

    def __init__(
        self,
        transactions: Transactions,
        listener: Listener,
        is_stopped: Callable[[], bool],
        exclusions: Callable[[], Exclusions] = Exclusions,
    ) -> None:
        self._transactions = transactions
        self._listener = listener
        self._is_stopped = is_stopped
        self._exclusions = exclusions
        self._told_unlisted: set[bytes] = set()

    def known_root(self, root_id: RootId) -> KnownRoot | None:
        """Return the root as the catalog knows it now."""
        with self._transactions.engine.connect() as connection:
            return next((root for root in roots.all_roots(connection) if root.root_id == root_id), None)

    def check_root(self, root: KnownRoot) -> bool:
        """Find out whether a root can be read, and note it when that changed. Returns whether it can."""
        if root.offline == roots.BEING_REMOVED:
            return False
        with self._transactions.engine.connect() as connection:
            expected = roots.sample_paths(connection, root.root_id, _SAMPLE)
        health = root_health.check(root.path, root.device, expected)
        if health.offline != root.offline:
            with self._transactions.begin() as transaction:
                roots.set_offline(transaction, root.root_id, health.offline)
            if health.offline is not None:
                self._listener.notice(f"{health.offline} Its photos stay in the library.", is_problem=False)
            self._listener.roots_changed()
        return health.offline is None

    def scan(self, root_id: RootId) -> Outcome:
        """Compare a whole root."""
        root = self.known_root(root_id)
        if root is None or not self.check_root(root):
            return Outcome(is_offline=True)
        device = root_health.device_of(root.path)
        outcome = self.compare_tree(root, b"", queued_at=int(time.time()))
        if not self._is_stopped():
            if root.device is not None and not self.check_root(root):
                outcome.is_offline = True
                return outcome
            with self._transactions.begin() as transaction:
                roots.set_scanned(transaction, root_id, device)
        return outcome

    def compare_tree(self, root: KnownRoot, top: bytes, queued_at: int) -> Outcome:
        """Compare the folder `top` of a readable root and all below it."""
        outcome = Outcome()
        met: set[bytes] = set()
        unlisted: list[bytes] = []
        restless: list[bytes] = []
        for folder, listing in self._walk(root, top, self._exclusions()):
            met.add(folder)
            if listing is None:
                unlisted.append(folder)
                continue
            outcome.folders += 1
            if listing.is_restless:
                restless.append(folder)
            try:
                outcome.differences += self._bring_in_line(root, folder, listing, queued_at)
            except Exception as error:
                _raise_of_environment(error)
                self._note_uncompared(root, folder, error)
                unlisted.append(folder)
        outcome.unlisted, outcome.restless = tuple(unlisted), tuple(restless)
        if not self._is_stopped():
            outcome.differences += self._sweep(root, top, met, unlisted, queued_at)
        return outcome

    def compare_folder(self, root: KnownRoot, folder: bytes, queued_at: int) -> Outcome:
        """Compare one folder; subfolders the catalog has not seen are compared with all below them."""
        exclusions = self._exclusions()
        if exclusions.covers(root.path, folder) is not None:
            return self.compare_tree(root, folder, queued_at)
        try:
            listing = list_folder(root.path, folder, exclusions)
        except (FileNotFoundError, NotADirectoryError):
            return self.compare_tree(root, folder, queued_at)
        except OSError as error:
            self._note_unlisted(root, folder, error)
            return Outcome(unlisted=(folder,))
        outcome = Outcome(
            folders=1,
            differences=self._bring_in_line(root, folder, listing, queued_at),
            restless=(folder,) if listing.is_restless else (),
        )
        with self._transactions.engine.connect() as connection:
            known = differences.known_folders(connection, root.root_id, below=folder)
        inside = {os.path.join(folder, name) for name in listing.folders}
        seen = {_child_below(folder, path) for path in known}
        for path in sorted(inside - seen) + sorted(seen - inside):
            below = self.compare_tree(root, path, queued_at)
            outcome.differences += below.differences
            outcome.folders += below.folders
            outcome.restless += below.restless
        return outcome

    def _walk(self, root: KnownRoot, top: bytes, rules: Exclusions) -> Iterator[tuple[bytes, Listing | None]]:
        """Yield each folder with its listing; None for one that is there and cannot be listed."""
        waiting = [] if rules.covers(root.path, top) is not None else [top]
        while waiting and not self._is_stopped():
            folder = waiting.pop()
            try:
                listing = list_folder(root.path, folder, rules)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                self._note_unlisted(root, folder, error)
                yield folder, None
                continue
            yield folder, listing
            waiting.extend(os.path.join(folder, name) for name in reversed(listing.folders))

    def _bring_in_line(self, root: KnownRoot, folder: bytes, listing: Listing, queued_at: int) -> int:
        with self._transactions.engine.connect() as connection:
            known = differences.known_files(connection, root.root_id, folder)
            recorded = left_out.known(connection, root.root_id, folder)
        difference = compare(listing.entries, known, listing.unusable())
        if difference.gone and not self.check_root(root):
            # The drive went just before its folder was listed: what was listed is the empty mount point.
            return 0
        self._record_left_out(root.root_id, folder, recorded, listing.left_out)
        self._apply(root.root_id, folder, difference, queued_at)
        return len(difference.new) + len(difference.changed) + len(difference.back) + len(difference.gone)

    def _apply(self, root_id: RootId, folder: bytes, difference: Difference, queued_at: int) -> None:
        for part in difference.parts(_ROWS_A_TRANSACTION):
            if self._is_stopped():
                return  # the rest is found again next time
            try:
                self._apply_part(root_id, folder, part, queued_at)
            except Exception as error:
                _raise_of_environment(error)
                log.warning("the files of one transaction are taken one by one: %s", error)
                for single in part.parts(1):
                    self._apply_single(root_id, folder, single, queued_at)

    def _apply_part(self, root_id: RootId, folder: bytes, part: Difference, queued_at: int) -> None:
        with self._transactions.engine.connect() as connection:
            candidates = folders.rename_candidates(connection, part.new)
        vanished = {file_id for file_id, path in candidates.items() if not os.path.lexists(path)}
        with self._transactions.begin() as transaction:
            folders.apply_diff(transaction, root_id, folder, part, queued_at=queued_at, vanished=vanished)

    def _apply_single(self, root_id: RootId, folder: bytes, single: Difference, queued_at: int) -> None:
        """Bring one file in line; one that the catalog cannot keep is listed with the reason."""
        try:
            self._apply_part(root_id, folder, single, queued_at)
        except Exception as error:
            _raise_of_environment(error)
            why = f"{type(error).__name__}: {error}".splitlines()[0]
            with self._transactions.begin() as transaction:
                for name in single.names():
                    left_out.note_unusable(transaction, root_id, folder, name, why)

    def _record_left_out(
        self, root_id: RootId, folder: bytes, recorded: tuple[LeftOutEntry, ...], found: tuple[LeftOutEntry, ...]
    ) -> None:
        if set(recorded) != set(found):
            with self._transactions.begin() as transaction:
                left_out.record(transaction, root_id, folder, found)

    def _sweep(self, root: KnownRoot, top: bytes, met: set[bytes], unlisted: list[bytes], queued_at: int) -> int:
        with self._transactions.engine.connect() as connection:
            known = [top, *differences.known_folders(connection, root.root_id, below=top)]
            told = left_out.known_folders(connection, root.root_id)
        self._forget_left_out(root.root_id, top, told, met)
        swept = 0
        for folder in known:
            if folder in met:
                continue
            if any(_is_below(folder, closed) for closed in unlisted):
                continue
            if swept == 0 and not self.check_root(root):
                return 0
            with self._transactions.engine.connect() as connection:
                files = differences.known_files(connection, root.root_id, folder)
            difference = compare((), files)
            swept += len(difference.gone)
            self._apply(root.root_id, folder, difference, queued_at)
        return swept

    def _forget_left_out(self, root_id: RootId, top: bytes, told: list[bytes], met: set[bytes]) -> None:
        gone = [folder for folder in told if (folder == top or _is_below(folder, top)) and folder not in met]
        if gone:
            with self._transactions.begin() as transaction:
                for folder in gone:
                    left_out.record(transaction, root_id, folder, ())

    def _note_uncompared(self, root: KnownRoot, folder: bytes, error: Exception) -> None:
        path = shown(os.fsdecode(os.path.join(root.path, folder)))
        log.error("comparing %s ended by a bug", path, exc_info=error)
        self._listener.notice(f"The folder {path} could not be compared: {type(error).__name__}: {error}", True)

    def _note_unlisted(self, root: KnownRoot, folder: bytes, error: OSError) -> None:
        path = os.path.join(root.path, folder)
        if path not in self._told_unlisted:
            self._told_unlisted.add(path)
            why = error.strerror or str(error)
            self._listener.notice(f"The folder {shown(os.fsdecode(path))} cannot be read: {why}.", is_problem=True)


def _raise_of_environment(error: Exception) -> None:
    """Raise what the environment did wrong again: it concerns everything, not the file at hand."""
    if isinstance(error, EideticError):
        raise error


def _is_below(path: bytes, folder: bytes) -> bool:
    """Whether one relative path lies below another; everything else lies below the root's own, which is empty."""
    return path != folder and (not folder or path.startswith(os.path.join(folder, b"")))


def _child_below(folder: bytes, path: bytes) -> bytes:
    """Return the child of `folder` that `path`, which lies below it, is or is in."""
    rest = path[len(os.path.join(folder, b"")) :] if folder else path
    return os.path.join(folder, rest.split(os.sep.encode(), 1)[0])
