"""`eidetic models`: what can answer searches, and what of it is on this computer."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.download_view import DownloadView
from core.cli.engines import ask, writing_engine
from core.cli.index import follow, teller
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import note, say, say_json, size
from core.cli.progress_view import ProgressView
from core.settings.paths import LibraryPaths
from core.values.errors import EideticError
from core.values.paths import shown

if TYPE_CHECKING:
    from core.embedding.models.locate import InstalledModel
    from core.embedding.models.registry import ModelEntry

ModelArgument = Annotated[str, typer.Argument(metavar="MODEL", help="As `eidetic models list` names it.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="Models: list, download, import, remove, use.")
    group.command("list")(list_models)
    group.command()(download)
    group.command("import")(import_from)
    group.command()(remove)
    group.command()(use)
    app.add_typer(group, name="models")


def list_models(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the models there are, and which of them are installed and in use."""
    from core.embedding.models.locate import installed
    from core.embedding.models.registry import models
    from core.settings import store

    paths = paths_of(context, library)
    chosen = store.load(paths.settings).model.id
    here = {model.entry.id: model for model in installed(paths.models)}
    entries = [*models(), *(model.entry for model in here.values() if model.entry not in models())]
    if as_json:
        say_json([_as_json(entry, here.get(entry.id), chosen) for entry in entries])
        return
    for entry in entries:
        mark = "*" if entry.id == chosen else " "
        model = here.get(entry.id)
        state = model.source if model is not None else f"download of {size(entry.download_bytes)}"
        say(f"{mark} {entry.id}\t{entry.title}\t{entry.licence}\t{state}")


def download(context: typer.Context, model: ModelArgument, library: LibraryOption = None) -> None:
    """Download a model from the Hugging Face hub; nothing but the names of its files is sent.

    What came so far is kept when it is stopped, and the next attempt goes on from there.
    """
    from core.embedding.models.download import download_model

    paths = paths_of(context, library)
    with DownloadView() as view:
        entry = download_model(model, paths.models, on_progress=view.show)
    note(f"{entry.id} is installed. Use it with: eidetic models use {entry.id}")


def import_from(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="PATH", help="A folder, or a safetensors file with its config.")],
    name: Annotated[str | None, typer.Option("--name", help="What to call it; default: as recognised.")] = None,
    library: LibraryOption = None,
) -> None:
    """Install a model from files on this computer."""
    from core.embedding.models.install import import_model

    paths = paths_of(context, library)
    entry = import_model(source.absolute(), paths.models, name)
    note(f"{entry.id} is installed. Use it with: eidetic models use {entry.id}")


def remove(context: typer.Context, model: ModelArgument, library: LibraryOption = None) -> None:
    """Delete an installed model."""
    from core.embedding.models.install import remove_model

    paths = paths_of(context, library)
    _must_not_be_in_use(paths, model)
    remove_model(model, paths.models)


def use(context: typer.Context, model: ModelArgument, library: LibraryOption = None) -> None:
    """Make a model the one that answers; photos are embedded again from their thumbnails."""
    from core.embedding.models.locate import locate
    from core.engine.protocol import UseModel

    paths = paths_of(context, library)
    locate(model, paths.models)
    with ProgressView() as view, writing_engine(paths, index=True, on_event=teller(view)) as engine:
        ask(engine, UseModel(model))
        status = engine.wait_for_model()
        if status.problem is not None:
            raise EideticError(status.problem)
        follow(engine, view)
    note(f"{model} answers searches now.")


def _must_not_be_in_use(paths: LibraryPaths, model: str) -> None:
    from core.settings import store

    if store.load(paths.settings).model.id == model:
        raise EideticError(f"{shown(model)} is in use. Choose another first: eidetic models use MODEL")


def _as_json(entry: "ModelEntry", model: "InstalledModel | None", chosen: str) -> dict[str, str | int | bool | None]:
    return {
        "id": entry.id,
        "title": entry.title,
        "licence": entry.licence,
        "dimension": entry.dimension,
        "installed": model is not None,
        "bytes": entry.download_bytes if model is None else model.bytes,
        "chosen": entry.id == chosen,
        "note": entry.note,
    }
