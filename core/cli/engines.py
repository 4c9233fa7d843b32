"""Opens the engine for a command, and closes it cleanly however the command ends."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

from core.cli.output import note
from core.settings.paths import LibraryPaths
from core.values.errors import EideticError
from core.values.paths import shown

if TYPE_CHECKING:
    from core.catalog.reader import CatalogReader
    from core.engine.engine import Engine
    from core.engine.protocol import Event, Request
    from core.engine.read_only import ReadOnlyEngine

R = TypeVar("R")

PROGRAM = "the eidetic command line"


def _ignore(_event: "Event") -> None:
    pass


@contextmanager
def writing_engine(
    paths: LibraryPaths, *, index: bool, watch: bool = False, on_event: "Callable[[Event], None]" = _ignore
) -> "Iterator[Engine]":
    """Open the library for writing.

    Ctrl-C inside ends indexing after what is in hand: everything committed stays, and the next run goes on.

    `index`: load the model and go on with indexing; else only requests are served. `watch`: follow changes too.
    """
    from core.engine.engine import Engine

    engine = Engine.open(paths, on_event, program=PROGRAM, log_to_file=True, index=index, watch=watch)
    try:
        yield engine
        if engine.repaired is not None:
            raise EideticError(engine.repaired)
    except KeyboardInterrupt:
        note("Stopping; what is done stays done.")
        raise
    finally:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        engine.close()
        signal.signal(signal.SIGINT, before)


@contextmanager
def reading_engine(paths: LibraryPaths) -> "Iterator[ReadOnlyEngine]":
    """Open the library for searching only; works while another process writes it."""
    from core.engine.read_only import ReadOnlyEngine

    must_exist(paths)
    engine = ReadOnlyEngine.open(paths)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def catalog_reader(paths: LibraryPaths) -> "Iterator[CatalogReader]":
    """Open the catalog alone; works while another process writes it."""
    from core.catalog.reader import CatalogReader

    must_exist(paths)
    reader = CatalogReader.open(paths.catalog)
    try:
        yield reader
    finally:
        reader.close()


def ask(engine: "Engine | ReadOnlyEngine", request: "Request[R]") -> R:
    """Return the engine's answer."""
    return cast("R", engine.handle(request))


def must_exist(paths: LibraryPaths) -> None:
    """Raise when there is no library yet."""
    if not paths.catalog.exists():
        raise EideticError(f"There is no library at {shown(paths.data)} yet. Make one with: eidetic index FOLDER")
