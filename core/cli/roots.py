"""`eidetic roots`: the folders of the library."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.engines import ask, catalog_reader, must_exist, writing_engine
from core.cli.index import checked
from core.cli.job_view import show_job
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import count, note, path_fields, say, say_json
from core.cli.progress_view import ProgressView
from core.values.errors import EideticError, UsageError
from core.values.paths import escaped, shown

if TYPE_CHECKING:
    from core.catalog.roots import RemovalEffect

_STEP_SECONDS = 0.1


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="The folders of the library: list, add, remove.")
    group.command("list")(list_roots)
    group.command("add")(add)
    group.command("remove")(remove)
    exclude = typer.Typer(no_args_is_help=True, help="Folders and patterns that stay out: list, add, remove.")
    exclude.command("list")(list_exclusions)
    exclude.command("add")(add_exclusions)
    exclude.command("remove")(remove_exclusions)
    group.add_typer(exclude, name="exclude")
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
        say(f"{escaped(root.path)}\t{count(root.photos, 'photo')}{offline}")


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


Patterns = Annotated[
    list[str],
    typer.Argument(
        metavar="FOLDER|PATTERN...",
        show_default=False,
        help="A folder, or a pattern such as '*.tif', 'export' or 'cache/*': compared with names, or with a slash "
        "with the path in the library's folder.",
    ),
]


def list_exclusions(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the folders and patterns of your choice. `eidetic status --left-out` shows all that is left out."""
    with catalog_reader(paths_of(context, library)) as reader:
        patterns = reader.exclusions()
    if as_json:
        say_json(list(patterns))
        return
    for pattern in patterns:
        say(shown(pattern))


def add_exclusions(context: typer.Context, patterns: Patterns, library: LibraryOption = None) -> None:
    """Leave folders or files out. What is in the library of them leaves it; your tags and stars are kept for them."""
    from core.engine.protocol import ChangeExclusions

    wanted = tuple(_whole(pattern) for pattern in patterns)
    with writing_engine(paths_of(context, library), index=False) as engine:
        taken = ask(engine, ChangeExclusions(add=wanted))
    for pattern in wanted:
        say(shown(pattern))
    say(f"{count(taken, 'file')} left the library.")


def remove_exclusions(context: typer.Context, patterns: Patterns, library: LibraryOption = None) -> None:
    """Let folders or files in again; the next `eidetic index` finds them."""
    from core.engine.protocol import ChangeExclusions

    paths = paths_of(context, library)
    with catalog_reader(paths) as reader:
        known = set(reader.exclusions())
    wanted = tuple(pattern if pattern in known else _whole(pattern) for pattern in patterns)
    unknown = [pattern for pattern in wanted if pattern not in known]
    if unknown:
        raise UsageError(f"{shown(unknown[0])} is not kept out. `eidetic roots exclude list` shows what is.")
    with writing_engine(paths, index=False) as engine:
        ask(engine, ChangeExclusions(remove=wanted))


def _whole(pattern: str) -> str:
    """Return a folder by its whole path, and a pattern as it is."""
    return os.path.abspath(pattern) if os.path.isdir(pattern) else pattern


def remove(
    context: typer.Context,
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Drop favourites, ratings and tags for good instead of keeping them.")
    ] = False,
    library: LibraryOption = None,
) -> None:
    """Remove folders and the photos that are only in them. No file is touched.

    Favourites, ratings and tags are kept: add the folder again, and they are back.
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
        wanted = {folder: known[os.path.normpath(folder.absolute())] for folder in folders}
        for folder, root_id in wanted.items():
            note(f"{shown(folder)}: {_taken(reader.removal_effect(root_id), forget)}")
    if not yes:
        _confirm()
    with writing_engine(paths, index=False) as engine:
        for root_id in wanted.values():
            ask(engine, RemoveRoot(root_id, forget))
        with ProgressView() as view:
            while not engine.wait_for_jobs(_STEP_SECONDS):
                for job in engine.jobs()[:1]:
                    show_job(view, job)


def _taken(effect: "RemovalEffect", forget: bool) -> str:
    said = [
        count(number, word)
        for number, word in ((effect.favourites, "favourite"), (effect.ratings, "rating"), (effect.tags, "tag"))
        if number
    ]
    text = ", ".join([count(effect.photos, "photo"), *said])
    if not said:
        return f"{text}. No file is deleted."
    return f"{text}: " + ("dropped for good" if forget else "kept for when the folder comes back")


def _confirm() -> None:
    """Ask; raises where nobody can answer, or the answer is no."""
    if not sys.stdin.isatty():
        raise UsageError("Removing a folder needs a yes, and nobody can be asked here. Add --yes.")
    if not typer.confirm("Remove from the library?", err=True):
        raise EideticError("Nothing was removed.")
