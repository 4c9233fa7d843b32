"""`eidetic tag`, `favourite`, `rate`: what the user says of photos. Kept in the catalog; no file is touched."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.engines import ask, catalog_reader, writing_engine
from core.cli.options import LibraryOption, paths_of
from core.settings.paths import LibraryPaths
from core.values.errors import UsageError
from core.values.paths import shown
from core.values.photo import PhotoId

if TYPE_CHECKING:
    from core.engine.protocol import Request

Photos = Annotated[list[Path], typer.Argument(metavar="PHOTO...", help="Files in the library.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(tag)
    app.command()(favourite)
    app.command()(rate)


def tag(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The tag.")],
    photos: Photos,
    remove: Annotated[bool, typer.Option("--remove", help="Take the tag off.")] = False,
    library: LibraryOption = None,
) -> None:
    """Put a tag on photos."""
    from core.engine.protocol import ChangeTags

    if not name.strip():
        raise UsageError("A tag needs a name.")
    paths = paths_of(context, library)
    ids = _ids(paths, photos)
    _do(paths, ChangeTags(ids, remove=(name,)) if remove else ChangeTags(ids, add=(name,)))


def favourite(
    context: typer.Context,
    photos: Photos,
    remove: Annotated[bool, typer.Option("--remove", help="Unmark them.")] = False,
    library: LibraryOption = None,
) -> None:
    """Mark photos as favourites."""
    from core.engine.protocol import SetFavourite

    paths = paths_of(context, library)
    _do(paths, SetFavourite(_ids(paths, photos), not remove))


def rate(
    context: typer.Context,
    stars: Annotated[int, typer.Argument(min=0, max=5, help="0 to 5.")],
    photos: Photos,
    library: LibraryOption = None,
) -> None:
    """Rate photos with 0 to 5 stars."""
    from core.engine.protocol import SetRating

    paths = paths_of(context, library)
    _do(paths, SetRating(_ids(paths, photos), stars))


def _ids(paths: LibraryPaths, photos: list[Path]) -> tuple[PhotoId, ...]:
    ids: list[PhotoId] = []
    with catalog_reader(paths) as reader:
        for photo in photos:
            photo_id = reader.photo_at(os.fsencode(os.path.abspath(photo)))
            if photo_id is None:
                raise UsageError(f"{shown(photo)} is not in the library. Index its folder first.")
            ids.append(photo_id)
    return tuple(ids)


def _do(paths: LibraryPaths, request: "Request[None]") -> None:
    with writing_engine(paths, index=False) as engine:
        ask(engine, request)
