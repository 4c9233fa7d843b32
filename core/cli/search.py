"""`eidetic search` and `eidetic similar`. They only read: they work while the window has the library open."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.engines import ask, reading_engine
from core.cli.hits import hits_as_json, print_hits
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import note, say_json
from core.settings.paths import LibraryPaths
from core.values.errors import UsageError
from core.values.paths import shown
from core.values.query import ExampleFile, Order, Query

if TYPE_CHECKING:
    from core.engine.engine import Engine
    from core.engine.read_only import ReadOnlyEngine
    from core.query.context import Context
    from core.query.spec import Defaults

LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many hits.")]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Say how it was answered and why each photo matched.")]
LikeOption = Annotated[
    list[Path] | None, typer.Option("--like", metavar="IMAGE", help="Also like this picture; may be repeated.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(search)
    app.command()(similar)


def search(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help='What to look for, e.g. "a dog on a beach".')
    ] = None,
    like: LikeOption = None,
    limit: LimitOption = 20,
    order: Annotated[Order | None, typer.Option("--order", help="How relevant hits are ordered.")] = None,
    strictness: Annotated[
        float | None,
        typer.Option("--strictness", min=0.0, max=1.0, help="0: all hits, 1: only the surest."),
    ] = None,
    explain: ExplainOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find photos by words, by example (--like), or both.

    Words may carry filters, e.g.  beach -people date:2019 folder:Trips
    """
    paths = paths_of(context, library)
    text = " ".join(words or [])
    if not text.strip() and not like:
        raise UsageError('Say what to look for, e.g.: eidetic search "a dog on a beach"')
    examples = [example(picture) for picture in like or []]
    with reading_engine(paths) as engine:
        defaults = defaults_of(paths, order=order, strictness=strictness)
        query = query_of(text, context_of(engine), defaults, examples)
        answer(engine, query, limit=limit, explain=explain, as_json=as_json)


def similar(
    context: typer.Context,
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A picture, in the library or not.")],
    limit: LimitOption = 20,
    explain: ExplainOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find photos that look like a picture."""
    paths = paths_of(context, library)
    picture = example(image)
    with reading_engine(paths) as engine:
        query = query_of("", context_of(engine), defaults_of(paths), [picture])
        answer(engine, query, limit=limit, explain=explain, as_json=as_json)


def defaults_of(paths: LibraryPaths, *, order: Order | None = None, strictness: float | None = None) -> "Defaults":
    """Return what holds where a text says nothing: the options, then the library's settings."""
    from core.query.spec import Defaults
    from core.settings import store

    settings = store.load(paths.settings).search
    return Defaults(
        order=order or Order.RELEVANCE,
        strictness=settings.strictness if strictness is None else strictness,
        fold=settings.fold,
    )


def context_of(engine: "Engine | ReadOnlyEngine") -> "Context":
    """Return what texts are read against: today, this computer's way to write dates, the places of the library."""
    from core.query.context import here

    return here(engine.reader.place_names())


def query_of(
    text: str, context: "Context", defaults: "Defaults", examples: Sequence[ExampleFile] = (), *, tell: bool = True
) -> Query:
    """Return the query that `text` means; how plain words were read, and what was left out, is told on stderr."""
    from core.query.understanding import understand
    from core.query.writer import label

    found = understand(text, context, examples=examples, defaults=defaults)
    if not tell:
        return found.query
    for problem in found.problems:
        note(f"note: {shown(problem)}")
    if found.readings:
        read = ", ".join(f'"{one.phrase}" as {label(one.part)}' for one in found.readings)
        note(f"read {shown(read)} (in brackets it stays words)")
    if found.suggestions:
        meant = ", ".join(f'"{one.phrase}" may mean {label(one.part)}' for one in found.suggestions)
        note(f"{shown(meant)}; type that to have only those")
    return found.query


def example(picture: Path) -> ExampleFile:
    """Return the picture file as part of a query. Raises `UsageError` when there is no such file."""
    if not picture.exists():
        raise UsageError(f"There is no file {shown(picture)}. Check the name.")
    if not picture.is_file():
        raise UsageError(f"{shown(picture)} is not a file. Name a picture.")
    return ExampleFile(str(picture.absolute()))


def answer(engine: "ReadOnlyEngine", query: Query, *, limit: int, explain: bool, as_json: bool) -> None:
    """Search and print."""
    from core.engine.protocol import Search

    result = ask(engine, Search(query, limit=limit))
    if as_json:
        say_json(hits_as_json(result, engine.reader, explain=explain))
    else:
        print_hits(result, engine.reader, explain=explain)
