"""`eidetic evaluate`: how well and how fast searches are answered, measured on captioned photos."""

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import LibraryOption, paths_of
from core.cli.output import note, say
from core.values.errors import UsageError

_NOTE_EVERY = 500


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(evaluate)


def evaluate(
    context: typer.Context,
    captions: Annotated[
        Path, typer.Argument(metavar="CAPTIONS", help="A table with the columns image and caption, photos beside it.")
    ],
    models: Annotated[
        list[str] | None, typer.Option("--model", metavar="MODEL", help="May be repeated; default: the one in use.")
    ] = None,
    metrics: Annotated[list[str] | None, typer.Option("--metric", help="May be repeated; default: cosine.")] = None,
    indexes: Annotated[list[str] | None, typer.Option("--index", help="May be repeated; default: exact.")] = None,
    queries: Annotated[int | None, typer.Option("--queries", min=1, help="Ask only so many of the captions.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Draw the figures too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")] = False,
    library: LibraryOption = None,
) -> None:
    """Measure recall, precision, ranks, latency and memory of searches on captioned photos."""
    from core.embedding.load import load
    from core.media.reader import read
    from core.search.evaluation.evaluate import Plan
    from core.search.evaluation.evaluate import evaluate as measure
    from core.settings import store
    from core.vectors.kinds import IndexKind
    from core.vectors.metric import Metric

    paths = paths_of(context, library)
    settings = store.load(paths.settings).model
    with tempfile.TemporaryDirectory(prefix="eidetic-evaluate-") as folder:
        report = measure(
            Plan(
                captions=captions,
                models=models or [settings.id],
                load=lambda model: load(model, paths.models, settings.model_copy(update={"id": model})),
                read=read,
                folder=Path(folder),
                metrics=[Metric(_known(name, [one.value for one in Metric])) for name in metrics or ["cosine"]],
                indexes=[IndexKind(_known(name, [one.value for one in IndexKind])) for name in indexes or ["exact"]],
                queries=queries,
                progress=_tell,
            )
        )
    if plot is not None:
        from core.search.evaluation.plot import save

        save(report, plot)
    if as_json:
        say(report.to_json().rstrip())
        return
    from rich.console import Console

    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200).print(report.table())


def _known(name: str, names: list[str]) -> str:
    if name not in names:
        raise UsageError(f"There is no {name!r}; choose from {', '.join(names)}.")
    return name


def _tell(what: str, done: int, whole: int) -> None:
    if done % _NOTE_EVERY == 0 or done == whole:
        note(f"{what}: {done:,} of {whole:,}")
