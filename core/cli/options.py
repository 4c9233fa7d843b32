"""Options that many commands share, and how a command learns which library is meant."""

from pathlib import Path
from typing import Annotated

import typer

from core.settings.paths import LibraryPaths

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        help="Keep the library in this folder instead of the user's own.",
    ),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def paths_of(context: typer.Context, library: Path | None) -> LibraryPaths:
    """Return the library meant: by the option after the command, else by the one before it, else the user's."""
    before = context.obj if isinstance(context.obj, Path) else None
    return LibraryPaths.choose(library or before)
