"""Puts the commands together."""

from typing import Annotated

import typer

from core.cli import annotate, backup, evaluate, failed, index, models, roots, search, settings, shell, status
from core.cli.options import LibraryOption
from core.cli.output import say

app = typer.Typer(
    name="eidetic",
    help="Find photos on this computer by describing them, or by showing a similar one. Nothing leaves the machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"eidetic {version('eidetic')}")
        raise typer.Exit


def _check_health(wanted: bool) -> None:
    if wanted:
        from core.engine.healthcheck import healthcheck

        healthcheck(say)
        raise typer.Exit


@app.callback()
def _before(
    context: typer.Context,
    library: LibraryOption = None,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_show_version, is_eager=True)
    ] = False,
    _healthcheck: Annotated[
        bool,
        typer.Option("--healthcheck", help="Check this installation and end.", callback=_check_health, is_eager=True),
    ] = False,
) -> None:
    context.obj = library


for _add_commands in (
    index.add_to,
    search.add_to,
    status.add_to,
    failed.add_to,
    shell.add_to,
    roots.add_to,
    models.add_to,
    settings.add_to,
    evaluate.add_to,
    annotate.add_to,
    backup.add_to,
):
    _add_commands(app)
