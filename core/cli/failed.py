"""`eidetic failed`: the files that could not be read, each with its reason."""

from typing import Annotated

import typer

from core.cli.engines import ask, catalog_reader, must_exist, writing_engine
from core.cli.index import follow, teller
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import count, note, path_fields, say, say_json
from core.cli.progress_view import ProgressView
from core.settings.paths import LibraryPaths
from core.values.paths import shown


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(failed)


def failed(
    context: typer.Context,
    retry: Annotated[bool, typer.Option("--retry", help="Read them all again first.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the files that could not be read, and why."""
    paths = paths_of(context, library)
    must_exist(paths)
    if retry:
        _retry(paths, quiet=as_json)
    with catalog_reader(paths) as reader:
        files = reader.failed_files()
    if as_json:
        say_json(
            [
                {
                    **path_fields(file.path),
                    "reason": file.reason,
                    "failed_at": None if file.failed_at is None else file.failed_at.isoformat(),
                }
                for file in files
            ]
        )
        return
    for file in files:
        say(f"{shown(file.path)}\t{file.reason}")
    if not files:
        note("Every file could be read.")


def _retry(paths: LibraryPaths, *, quiet: bool) -> None:
    from core.engine.protocol import RetryFailed

    with ProgressView(quiet=quiet) as view, writing_engine(paths, index=True, on_event=teller(view)) as engine:
        number = ask(engine, RetryFailed())
        view.tell(f"Reading {count(number, 'file')} again.")
        follow(engine, view)
