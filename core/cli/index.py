"""`eidetic index` and `eidetic watch`: add folders, read their photos, follow their changes."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import left_out
from core.cli.engines import ask, catalog_reader, writing_engine
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import count, duration, note, say, say_json
from core.cli.progress_view import ProgressView, enrichment_line
from core.settings.paths import LibraryPaths
from core.values.errors import EideticError, UsageError
from core.values.paths import shown

if TYPE_CHECKING:
    from core.engine.engine import Engine
    from core.engine.protocol import Event

_STEP_SECONDS = 0.1
_NEWS_SECONDS = 60.0
PATIENCE_SECONDS = 20.0
"""How long a command waits for a disk that is full or away; a window waits as long as it takes."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(index)
    app.command()(watch)


def index(
    context: typer.Context,
    folders: Annotated[list[Path] | None, typer.Argument(metavar="FOLDER...", show_default=False)] = None,
    no_enrichment: Annotated[
        bool, typer.Option("--no-enrichment", help="Leave labels and text in pictures for later.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add folders to the library and read their photos; without a folder, look for changes in all of them.

    Photos can be found as soon as they are read; then it goes on with labels for what they show and the text in them.

    Ctrl-C stops cleanly, the next run goes on from there.
    """
    paths = paths_of(context, library)
    wanted = checked(folders or [])
    if not wanted:
        _must_have_roots(paths)
    started = time.monotonic()
    with ProgressView(quiet=as_json) as view, writing_engine(paths, index=True, on_event=teller(view)) as engine:
        add_folders(engine, wanted)
        follow(engine, view)
        if not no_enrichment:
            enrich(engine, view)
        progress = engine.progress()
        to_come = engine.enrichment_to_come()
        problem = engine.model_status().problem
        bug = engine.indexing_problem()
        skipped = engine.reader.left_out()
    seconds = time.monotonic() - started
    if as_json:
        say_json(
            {
                "found": progress.found,
                "ready": progress.done,
                "failed": progress.failed,
                "waiting": progress.waiting,
                "left_out": left_out.as_json(skipped),
                "to_come": {kind.value: left for kind, left in to_come.items()},
                "seconds": round(seconds, 2),
                "problem": bug or problem,
            }
        )
    else:
        say(f"{count(progress.found, 'photo')}, {progress.done:,} ready to be searched. {duration(seconds)}.")
        if progress.failed:
            say(f"{count(progress.failed, 'photo')} could not be read; `eidetic failed` says why.")
        for line in left_out.summary(skipped):
            say(f"Left out: {line}.")
    if bug is not None:
        raise EideticError(f"Indexing stopped because of an internal error: {bug}. Run the command again to go on.")
    if problem is not None:
        raise EideticError(f"{problem} Names, folders and dates can be searched already.")


def watch(
    context: typer.Context,
    folders: Annotated[list[Path] | None, typer.Argument(metavar="FOLDER...", show_default=False)] = None,
    library: LibraryOption = None,
) -> None:
    """Index folders, then follow their changes until stopped with Ctrl-C."""
    paths = paths_of(context, library)
    wanted = checked(folders or [])
    if not wanted:
        _must_have_roots(paths)
    changed = threading.Event()
    tell = teller(None)

    def listen(event: "Event") -> None:
        changed.set()
        tell(event)

    with writing_engine(paths, index=True, watch=True, on_event=listen) as engine:
        add_folders(engine, wanted)
        told = None
        while True:
            with ProgressView() as view:
                follow(engine, view, patience=None)
            progress = engine.progress()
            summary = (progress.found, progress.done, progress.failed)
            if summary != told:
                told = summary
                say(f"{count(progress.found, 'photo')}, {progress.done:,} ready, {progress.failed:,} could not be read")
                sys.stdout.flush()
            changed.wait(_NEWS_SECONDS)
            changed.clear()


def checked(folders: list[Path]) -> list[Path]:
    """Return the folders as absolute paths. Raises `UsageError` for what is no folder."""
    for folder in folders:
        if not folder.exists():
            raise UsageError(f"There is no folder {shown(folder)}. Check the name.")
        if not folder.is_dir():
            raise UsageError(f"{shown(folder)} is not a folder. Name the folder it is in.")
    return [folder.absolute() for folder in folders]


def add_folders(engine: "Engine", folders: list[Path]) -> None:
    """Add the folders to the library and read what is in them, on battery too: the user is asking for it."""
    from core.engine.protocol import AddRoot, Resume

    for folder in folders:
        ask(engine, AddRoot(str(folder)))
    ask(engine, Resume(regardless=True))


def follow(engine: "Engine", view: ProgressView, *, patience: float | None = PATIENCE_SECONDS) -> None:
    """Show progress until nothing is left to do.

    `patience`: for how long to wait for what hinders it, such as a full disk; None: as long as it takes.

    Raises:
        LibraryUnwritableError, or what else still hinders it then. What is done stays done.
    """
    hindered_since: float | None = None
    while not engine.wait_until_idle(_STEP_SECONDS):
        view.show(engine.progress())
        hindrance = engine.hindrance()
        if hindrance is None:
            hindered_since = None
        elif hindered_since is None:
            hindered_since = time.monotonic()
        elif patience is not None and time.monotonic() - hindered_since > patience:
            raise hindrance


def enrich(engine: "Engine", view: ProgressView) -> None:
    """Show what is still to be found out about the photos until nothing is left that can be done now."""
    while not engine.wait_until_enriched(_STEP_SECONDS):
        view.show_line("finding out more", enrichment_line(engine.enrichment_to_come()))


def teller(view: ProgressView | None) -> "Callable[[Event], None]":
    """Return a listener that prints what concerns the user."""
    from core.engine.protocol import Notice

    def tell(event: "Event") -> None:
        if isinstance(event, Notice):
            (note if view is None else view.tell)(event.text)

    return tell


def _must_have_roots(paths: LibraryPaths) -> None:
    with catalog_reader(paths) as reader:
        if not reader.roots():
            raise UsageError("The library has no folders yet. Name one: eidetic index FOLDER")
