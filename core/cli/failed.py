"""`eidetic failed`: the files that could not be read, or not whole, each with its reason."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.engines import ask, catalog_reader, must_exist, writing_engine
from core.cli.index import follow, teller
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import Json, count, note, path_fields, say, say_json
from core.cli.progress_view import ProgressView
from core.settings.paths import LibraryPaths
from core.values.paths import escaped
from core.values.reasons import Reason

if TYPE_CHECKING:
    from core.catalog.reader import FailedFile


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(failed)


def failed(
    context: typer.Context,
    retry: Annotated[bool, typer.Option("--retry", help="Read them all again first.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the files that could not be read, and those that are shown in part, and why."""
    paths = paths_of(context, library)
    must_exist(paths)
    if retry:
        _retry(paths, quiet=as_json)
    with catalog_reader(paths) as reader:
        files, flawed = reader.failed_files(), reader.flawed_files()
    if as_json:
        say_json(
            [*(_fields(file, is_shown=False) for file in files), *(_fields(file, is_shown=True) for file in flawed)]
        )
        return
    for file in files:
        say(f"{escaped(file.path)}\t{file.reason}")
    if flawed:
        note("-- shown as far as they are there --")
    for file in flawed:
        say(f"{escaped(file.path)}\t{file.reason}")
    if not files and not flawed:
        note("Every file could be read.")


def _fields(file: "FailedFile", *, is_shown: bool) -> dict[str, Json]:
    reason = Reason.of(file.reason)
    return {
        **path_fields(file.path),
        "reason": file.reason,
        "kind": None if reason is None else reason.kind.value,
        "shown": is_shown,
        "failed_at": None if file.failed_at is None else file.failed_at.isoformat(),
    }


def _retry(paths: LibraryPaths, *, quiet: bool) -> None:
    from core.engine.protocol import RetryFailed

    with ProgressView(quiet=quiet) as view, writing_engine(paths, index=True, on_event=teller(view)) as engine:
        number = ask(engine, RetryFailed())
        view.tell(f"Reading {count(number, 'file')} again.")
        follow(engine, view)
