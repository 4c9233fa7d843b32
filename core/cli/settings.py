"""`eidetic settings`: what can be chosen, what is chosen, and choosing it."""

from typing import Annotated

import typer

from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import note, say, say_json
from core.settings.paths import LibraryPaths
from core.values.errors import UsageError
from core.values.paths import shown

Name = Annotated[str, typer.Argument(metavar="NAME", help="E.g. search.metric; `eidetic settings list` shows all.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="What can be chosen: list, set, reset.")
    group.command("list")(list_settings)
    group.command("set")(set_one)
    group.command("reset")(reset)
    app.add_typer(group, name="settings")


def list_settings(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List all settings; a star marks those that differ from the default."""
    from core.settings import store
    from core.settings.schema import Settings

    settings = store.load(paths_of(context, library).settings)
    if as_json:
        say_json(settings.model_dump(mode="json"))
        return
    values, defaults = store.flat(settings), store.flat(Settings())
    for name, value in values.items():
        section, _, field = name.partition(".")
        says = type(getattr(settings, section)).model_fields[field].description or ""
        sign = " " if value == defaults[name] else "*"
        say(f"{sign} {name} = {_written(value)}" + (f"\t{' '.join(says.split())}" if says else ""))


def set_one(
    context: typer.Context,
    name: Name,
    value: Annotated[str, typer.Argument(metavar="VALUE")],
    library: LibraryOption = None,
) -> None:
    """Choose a value, e.g. `eidetic settings set search.index binary`."""
    _change(context, library, name, value)


def reset(context: typer.Context, name: Name, library: LibraryOption = None) -> None:
    """Go back to the default."""
    from core.settings import store
    from core.settings.schema import Settings

    defaults = store.flat(Settings())
    if name not in defaults:
        raise UsageError(store.no_such(name))
    _change(context, library, name, defaults[name])


def _change(context: typer.Context, library: LibraryOption, name: str, value: object) -> None:
    """Write one setting. Nobody else may have the library: the window keeps the settings it has read."""
    from core.cli.engines import PROGRAM
    from core.engine.lock import LibraryLock
    from core.settings import store

    paths = paths_of(context, library)
    changed = store.changed(store.load(paths.settings), name, value)
    if name == "model.id":
        _must_be_a_model(paths, changed.model.id)
    lock = LibraryLock(paths, PROGRAM)
    try:
        store.save(paths.settings, changed)
    finally:
        lock.release()
    note(f"{name} = {_written(store.flat(changed)[name])}")


def _must_be_a_model(paths: LibraryPaths, model_id: str) -> None:
    from core.embedding.models.locate import installed

    there = [model.entry.id for model in installed(paths.models)]
    if model_id not in there:
        raise UsageError(f"There is no model {shown(model_id)!r} here. There are {', '.join(there)}.")


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) if value != "" else '""'
