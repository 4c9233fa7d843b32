"""`eidetic backup`: list, make and restore backups of the catalog."""

import shutil
from typing import Annotated

import typer

from core.cli.engines import PROGRAM, must_exist
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import note, path_fields, say, say_json, size
from core.values.errors import UsageError
from core.values.paths import shown


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="Backups of what you put in: list, make, restore.")
    group.command("list")(list_backups)
    group.command()(make)
    group.command()(restore)
    app.add_typer(group, name="backup")


def list_backups(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the backups, the newest first."""
    from core.catalog import backups

    found = backups.all_backups(paths_of(context, library).catalog)
    if as_json:
        say_json(
            [
                {
                    **path_fields(str(backup.path)),
                    "kind": backup.kind.value,
                    "made_at": backup.made_at.isoformat(),
                    "bytes": backup.bytes,
                }
                for backup in found
            ]
        )
        return
    for backup in found:
        say(f"{backup.path.name}\t{backup.made_at:%Y-%m-%d %H:%M}\t{backup.kind}\t{size(backup.bytes)}")
    if not found:
        note("There is no backup yet. `eidetic backup make` makes one.")


def make(context: typer.Context, library: LibraryOption = None) -> None:
    """Make a backup now. Works while the window is open."""
    from core.catalog import backups

    paths = paths_of(context, library)
    must_exist(paths)
    made = backups.make(paths.catalog, backups.BackupKind.MANUAL)
    note(f"{shown(made.path)}, {size(made.bytes)}")


def restore(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="BACKUP", help="As `eidetic backup list` names it; the newest by default.")
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Put a backup in the place of the catalog. What is there now becomes a backup first."""
    from core.catalog import annotation_mirror, backups, database
    from core.engine.lock import LibraryLock

    paths = paths_of(context, library)
    if not paths.data.is_dir():
        raise UsageError(f"There is no library at {shown(paths.data)}.")
    lock = LibraryLock(paths, PROGRAM)
    try:
        backup = backups.named(paths.catalog, name)
        before = backups.restore(paths.catalog, backup)
        # They are made again from the thumbnails: ids of vectors may have been given anew since.
        shutil.rmtree(paths.vectors, ignore_errors=True)
        # It is of the catalog that was, and is written anew from this one.
        annotation_mirror.path_of(paths.catalog).unlink(missing_ok=True)
        database.repair_states(paths.catalog)
    finally:
        lock.release()
    note(f"The library is as it was on {backup.made_at:%d %B %Y, %H:%M}. `eidetic index` brings it up to date.")
    if before is not None:
        note(f"What it was before is kept as {before.path.name}.")
