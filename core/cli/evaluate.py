"""`eidetic evaluate`: how well and how fast searches are answered, measured on captioned photos."""

import sys
import tempfile
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from core.cli.options import LibraryOption, paths_of
from core.cli.output import note, say
from core.values.comparing import IndexKind, Metric
from core.values.errors import EideticError, UsageError
from core.values.paths import shown

T = TypeVar("T")

_NOTE_EVERY = 500


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(evaluate)


def evaluate(
    context: typer.Context,
    captions: Annotated[
        Path,
        typer.Argument(
            metavar="CAPTIONS", help="A table with the columns image, caption and, if wanted, language; photos beside."
        ),
    ],
    models: Annotated[
        list[str] | None, typer.Option("--model", metavar="MODEL", help="May be repeated; default: the one in use.")
    ] = None,
    metrics: Annotated[
        list[Metric] | None, typer.Option("--metric", help="May be repeated; default: the one in use.")
    ] = None,
    indexes: Annotated[
        list[IndexKind] | None, typer.Option("--index", help="May be repeated; default: the one in use.")
    ] = None,
    queries: Annotated[int | None, typer.Option("--queries", min=1, help="Ask only so many of the captions.")] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw the figures too: a PNG, SVG or PDF.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write all figures as JSON too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")] = False,
    library: LibraryOption = None,
) -> None:
    """Measure recall, precision, ranks, latency and memory of searches on captioned photos.

    Every combination of the models, metrics and indexes that are named is measured.
    """
    from core.embedding.models.locate import locate
    from core.embedding.runtime.load import load
    from core.evaluation import plot as drawing
    from core.evaluation.evaluate import Plan
    from core.evaluation.evaluate import evaluate as measure
    from core.media.reader import read
    from core.settings import store

    paths = paths_of(context, library)
    settings = store.load(paths.settings)
    chosen = _each_once(models or [settings.model.id])
    for model in chosen:
        locate(model, paths.models)
    if plot is not None:
        drawing.check(plot)
    for file in (plot, out):
        _check_folder(file)
    with tempfile.TemporaryDirectory(prefix="eidetic-evaluate-") as folder:
        report = measure(
            Plan(
                captions=captions,
                models=chosen,
                load=lambda model: load(model, paths.models, settings.model.model_copy(update={"id": model})),
                read=read,
                folder=Path(folder),
                metrics=_each_once(metrics or [settings.search.metric]),
                indexes=_each_once(indexes or [settings.search.index]),
                queries=queries,
                progress=_tell,
            )
        )
    if out is not None:
        try:
            out.write_text(report.to_json(), "utf-8")
        except OSError as error:
            raise EideticError(f"The figures cannot be written to {shown(out)}: {error.strerror}.") from error
    if plot is not None:
        drawing.save(report, plot)
    if as_json:
        say(report.to_json().rstrip())
        return
    from rich.console import Console

    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200)
    for table in report.tables():
        console.print(table)


def _each_once(names: list[T]) -> list[T]:
    return list(dict.fromkeys(names))


def _check_folder(file: Path | None) -> None:
    if file is not None and not file.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {shown(file.absolute().parent)} to write {file.name} into.")


def _tell(what: str, done: int, whole: int) -> None:
    if done % _NOTE_EVERY == 0 or done == whole:
        note(f"{what}: {done:,} of {whole:,}")
