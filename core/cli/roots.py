"""`eidetic roots`: the folders of the library."""

import os
from pathlib import Path
from typing import Annotated

import typer

from core.cli.engines import ask, catalog_reader, must_exist, writing_engine
from core.cli.index import checked
from core.cli.job_view import JobView
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import count, path_fields, say, say_json
from core.values.errors import UsageError
from core.values.paths import shown

_STEP_SECONDS = 0.1


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="The folders of the library: list, add, remove.")
    group.command("list")(list_roots)
    group.command("add")(add)
    group.command("remove")(remove)
    app.add_typer(group, name="roots")


def list_roots(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the folders."""
    with catalog_reader(paths_of(context, library)) as reader:
        roots = reader.roots()
    if as_json:
        say_json(
            [
                {**path_fields(root.path), "id": int(root.root_id), "photos": root.photos, "offline": root.offline}
                for root in roots
            ]
        )
        return
    for root in roots:
        offline = f"\tOFFLINE: {root.offline}" if root.offline else ""
        say(f"{shown(root.path)}\t{count(root.photos, 'photo')}{offline}")


def add(
    context: typer.Context,
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", show_default=False)],
    library: LibraryOption = None,
) -> None:
    """Add folders without reading them now; the next `eidetic index` does, or the window."""
    from core.engine.protocol import AddRoot

    wanted = checked(folders)
    with writing_engine(paths_of(context, library), index=False) as engine:
        for folder in wanted:
            ask(engine, AddRoot(str(folder)))


def remove(
    context: typer.Context,
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", show_default=False)],
    library: LibraryOption = None,
) -> None:
    """Forget folders and the photos that are only in them. No file is touched.

    Stopped with Ctrl-C, it goes on when the library is opened next.
    """
    from core.engine.protocol import RemoveRoot

    paths = paths_of(context, library)
    must_exist(paths)
    with catalog_reader(paths) as reader:
        known = {os.path.normpath(root.path): root.root_id for root in reader.roots()}
    unknown = [folder for folder in folders if os.path.normpath(folder.absolute()) not in known]
    if unknown:
        raise UsageError(f"{shown(unknown[0])} is no folder of the library. `eidetic roots list` shows them.")
    with writing_engine(paths, index=False) as engine:
        for folder in folders:
            ask(engine, RemoveRoot(known[os.path.normpath(folder.absolute())]))
        with JobView() as view:
            while not engine.wait_for_jobs(_STEP_SECONDS):
                view.show(engine.jobs())
