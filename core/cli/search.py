"""`eidetic search` and `eidetic similar`. They only read: they work while the window has the library open."""

from dataclasses import replace
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
    from core.query.parser import Parsed

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
    query = query_of(text, paths)
    query = replace(query, terms=(*query.terms, *(example(picture) for picture in like or [])))
    if order is not None:
        query = replace(query, order=order)
    if strictness is not None:
        query = replace(query, strictness=strictness)
    answer(paths, query, limit=limit, explain=explain, as_json=as_json)


def similar(
    context: typer.Context,
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A picture, in the library or not.")],
    limit: LimitOption = 20,
    explain: ExplainOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find photos that look like a picture."""
    answer(paths_of(context, library), Query(terms=(example(image),)), limit=limit, explain=explain, as_json=as_json)


def query_of(text: str, paths: LibraryPaths) -> Query:
    """Return the query that `text` means, with the library's settings; what could not be understood is told."""
    from datetime import date

    from core.query import parser
    from core.settings import store

    parsed: Parsed = parser.parse(shown(text), date.today())
    for problem in parsed.problems:
        note(f"note: {shown(str(problem))}")
    settings = store.load(paths.settings).search
    return replace(parsed.query, strictness=settings.strictness, fold=settings.fold)


def example(picture: Path) -> ExampleFile:
    """Return the picture file as part of a query. Raises `UsageError` when there is no such file."""
    if not picture.exists():
        raise UsageError(f"There is no file {shown(picture)}. Check the name.")
    if not picture.is_file():
        raise UsageError(f"{shown(picture)} is not a file. Name a picture.")
    return ExampleFile(str(picture.absolute()))


def answer(paths: LibraryPaths, query: Query, *, limit: int, explain: bool, as_json: bool) -> None:
    """Search and print."""
    from core.engine.protocol import Search

    with reading_engine(paths) as engine:
        result = ask(engine, Search(query, limit=limit))
        if as_json:
            say_json(hits_as_json(result, engine.reader, explain=explain))
        else:
            print_hits(result, engine.reader, explain=explain)
