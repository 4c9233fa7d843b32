"""Looks after an open catalog: its second copy, its daily backup, and a look through it where that is called for."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from core.catalog import annotation_mirror, backups, integrity
from core.catalog.annotation_mirror import AnnotationMirror
from core.catalog.backups import BackupKind
from core.catalog.transaction import Transactions
from core.values.errors import CatalogDamagedError, EideticError

log = logging.getLogger(__name__)

_LOOKS_EVERY_S = 600.0


class Safekeeping:
    """One thread beside the engine. `notice` is told, once, when a backup cannot be made."""

    def __init__(
        self,
        path: Path,
        transactions: Transactions,
        notice: Callable[[str], None],
        on_damage: Callable[[CatalogDamagedError], None],
    ) -> None:
        self._path = path
        self._notice = notice
        self._on_damage = on_damage
        self._told: str | None = None
        self._is_whole = integrity.is_known_whole(path)
        integrity.distrust(path)
        self._mirror = AnnotationMirror(annotation_mirror.path_of(path), transactions.engine)
        self._mirror.begin()
        transactions.feed.subscribe("The second copy of favourites, ratings and tags", self._mirror)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="safekeeping", daemon=True)

    def start(self) -> None:
        """Begin to look after it in the background."""
        self._thread.start()

    def before_removal(self) -> None:
        """Make a backup. Where there is no space for one it is told, and nothing is held up by it."""
        self._back_up(BackupKind.REMOVAL)

    def close(self) -> None:
        """Bring the second copy in line, and make the backup that is due. The feed must have ended."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        self._mirror.close()
        if backups.is_due(self._path, time.time()):
            self._back_up(BackupKind.DAILY)

    def _run(self) -> None:
        if not self._is_whole and self._path.stat().st_size > integrity.CHECKED_AT_ONCE_BYTES:
            self._verify()
        while not self._ended.wait(_LOOKS_EVERY_S):
            if backups.is_due(self._path, time.time()):
                self._back_up(BackupKind.DAILY)

    def _verify(self) -> None:
        try:
            integrity.verify(self._path)
        except CatalogDamagedError as error:
            self._on_damage(error)
        except EideticError as error:
            log.info("the catalog could not be looked through: %s", error)

    def _back_up(self, kind: BackupKind) -> None:
        try:
            backups.make(self._path, kind)
            self._told = None
        except CatalogDamagedError as error:
            self._on_damage(error)
        except EideticError as error:
            if str(error) != self._told:
                self._told = str(error)
                self._notice(f"No backup was made. {error}")
