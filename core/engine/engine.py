"""The engine: opens a library for writing, joins the rooms, answers requests, tells what happens."""

from collections.abc import Callable
from typing import Self

from sqlalchemy import Engine as Catalog

from core.catalog import database
from core.catalog.reader import CatalogReader
from core.engine.lock import LibraryLock
from core.engine.logs import SessionLog
from core.engine.protocol import EngineStatus, Event, GetStatus, ModelStatus, Request
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import Settings
from core.values.progress import Progress


class Engine:
    """One library, open for writing."""

    def __init__(
        self,
        paths: LibraryPaths,
        lock: LibraryLock,
        *,
        log: SessionLog | None,
        catalog: Catalog,
        settings: Settings,
        on_event: Callable[[Event], None],
    ) -> None:
        """Use `open`."""
        self._paths = paths
        self._lock = lock
        self._log = log
        self._catalog = catalog
        self._settings = settings
        self._on_event = on_event
        self._reader = CatalogReader(catalog)

    @classmethod
    def open(
        cls,
        paths: LibraryPaths,
        on_event: Callable[[Event], None],
        *,
        program: str = "Eidetic",
        log_to_file: bool = False,
    ) -> Self:
        lock = LibraryLock(paths, program)
        try:
            log = SessionLog(paths.logs) if log_to_file else None
            catalog = database.open_for_writing(paths.catalog)
        except BaseException:
            lock.release()
            raise
        return cls(paths, lock, log=log, catalog=catalog, settings=store.load(paths.settings), on_event=on_event)

    def handle(self, request: Request[object]) -> object:
        """Answer one request."""
        match request:
            case GetStatus():
                return EngineStatus(Progress(), ModelStatus(self._settings.model.id, "", False), 0, 0)
            case _:
                raise NotImplementedError(type(request).__name__)

    def close(self) -> None:
        self._catalog.dispose()
        if self._log is not None:
            self._log.close()
        self._lock.release()
