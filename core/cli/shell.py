"""`eidetic shell`: indexes with a progress bar, then answers typed queries at a prompt."""

import contextlib
import shlex
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.engines import ask, reading_engine, writing_engine
from core.cli.hits import print_hits
from core.cli.index import add_folders, checked, follow, teller
from core.cli.options import LibraryOption, paths_of
from core.cli.output import complain, count, note
from core.cli.progress_view import ProgressView, describe
from core.cli.search import context_of, defaults_of, example, query_of
from core.settings.paths import LibraryPaths
from core.values.errors import EideticError, LibraryInUseError
from core.values.paths import shown
from core.values.photo import PhotoId
from core.values.query import Query

if TYPE_CHECKING:
    from core.engine.engine import Engine
    from core.engine.read_only import ReadOnlyEngine

_HELP = """\
Type what you are looking for, e.g.  a dog on a beach   or   sunset -people date:2019
only the ones with snow / without people / earlier / more like the second   refine what was found
:back                    take the last step back
:similar IMAGE [WORDS]   photos like a picture, and with the words if there are any
:more                    twice as many hits
:status                  how far indexing is
:filters                 all filters
:quit                    end (also Ctrl-D)"""

_FIRST_LIMIT = 10


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(shell)


def shell(
    context: typer.Context,
    folders: Annotated[list[Path] | None, typer.Argument(metavar="FOLDER...", show_default=False)] = None,
    library: LibraryOption = None,
) -> None:
    """Index folders with a progress bar, then answer typed queries."""
    paths = paths_of(context, library)
    wanted = checked(folders or [])
    try:
        _with_indexing(paths, wanted)
    except LibraryInUseError as error:
        note(f"{error} Searching only, for now.")
        with reading_engine(paths) as engine:
            _Prompt(paths, engine).run()


def _with_indexing(paths: LibraryPaths, folders: list[Path]) -> None:
    # Notices between prompts are printed as they come.
    with writing_engine(paths, index=True, watch=True, on_event=teller(None)) as engine:
        add_folders(engine, folders)
        try:
            with ProgressView() as view:
                follow(engine, view)
        except KeyboardInterrupt:
            note("Indexing goes on in the background; :quit ends it.")
        problem = engine.model_status().problem
        if problem is not None:
            note(f"{problem} Until then only names, folders and dates are searched.")
        note(describe(engine.progress()))
        _Prompt(paths, engine).run()


class _Prompt:
    def __init__(self, paths: LibraryPaths, engine: "Engine | ReadOnlyEngine") -> None:
        self._paths = paths
        self._engine = engine
        self._last: Query | None = None
        self._texts: list[str] = []
        self._hits: tuple[PhotoId, ...] = ()
        self._limit = _FIRST_LIMIT

    def run(self) -> None:
        """Answer lines until the user has enough."""
        interactive = sys.stdin.isatty()
        if interactive:
            note(_HELP)
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401  (gives `input` a history and cursor keys)
        while True:
            try:
                line = input("search> " if interactive else "").strip()
            except EOFError:
                return
            except KeyboardInterrupt:
                note("")
                continue
            if line in {":quit", ":q"}:
                return
            if line:
                self._answer_kindly(line)

    def _answer_kindly(self, line: str) -> None:
        try:
            self._answer(line)
        except KeyboardInterrupt:
            note("Stopped.")
        except EideticError as error:
            complain(str(error))

    def _answer(self, line: str) -> None:
        if line == ":help":
            note(_HELP)
        elif line == ":filters":
            from core.query.keys import help_lines

            note("\n".join(help_lines()))
        elif line == ":status":
            note(self._status())
        elif line == ":more" and self._last is not None:
            self._limit *= 2
            self._search(self._last)
        elif line == ":back" and len(self._texts) > 1:
            self._texts.pop()
            note(f"search: {shown(self._texts[-1])}")
            self._search(self._query(self._texts[-1]))
        elif line.startswith(":similar "):
            from core.query.writer import written

            picture, *words = _split(line.removeprefix(":similar "))
            self._ask(" ".join([written(example(Path(picture).expanduser())), *words]))
        elif line.startswith(":"):
            note(f"There is no {line.split(maxsplit=1)[0]} here.\n{_HELP}")
        else:
            self._ask(line)

    def _ask(self, line: str) -> None:
        """Search for a line, or for what it makes of the query before."""
        from core.query.refining import refine

        self._limit = _FIRST_LIMIT
        refined = None
        if self._texts:
            refined = refine(self._texts[-1], line, self._hits, context_of(self._engine), self._first_day())
        if refined is None:
            self._texts = [line]
        else:
            self._texts.append(refined)
            note(f"search: {shown(refined)}")
        self._search(self._query(self._texts[-1]))

    def _first_day(self) -> date | None:
        details = self._engine.reader.details(self._hits[0]) if self._hits else None
        return None if details is None or details.taken_at is None else details.taken_at.wall.date()

    def _query(self, text: str) -> Query:
        return query_of(text, context_of(self._engine), defaults_of(self._paths))

    def _search(self, query: Query) -> None:
        from core.engine.protocol import Search

        self._last = query
        result = ask(self._engine, Search(query, limit=self._limit))
        self._hits = tuple(hit.photo_id for hit in result.hits)
        print_hits(result, self._engine.reader, explain=False)
        sys.stdout.flush()

    def _status(self) -> str:
        counts = self._engine.reader.counts()
        photos = count(counts.found, "photo")
        return f"{photos}, {counts.ready:,} ready, {counts.waiting:,} waiting, {counts.failed:,} failed"


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text) or [text]
    except ValueError:
        return [text]
