"""`make bench-filters`: what filters and completion ask of the catalog at each key, at 50,000 and 100,000 photos.

Milliseconds, the median of some runs in one process. "before" is the way that reads every photo, in the same run.
"""

import argparse
import random
import statistics
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, func, insert, select

from benchmarks import report
from core.catalog import database
from core.catalog.library_values import CatalogValues
from core.catalog.schema import Photo
from core.query.completion import Completer
from core.query.context import Context, here
from core.query.parser import parse
from core.search.library import SearchLibrary
from core.values.case_folding import bare
from core.values.filters import CameraFilter, Filter, LensFilter, PlaceFilter
from core.values.photo import PhotoState

_RUNS = 15
_CAMERAS = [(f"Maker {number % 5}", f"Model {number}") for number in range(30)]
_LENSES = [f"{focal} mm F2.8" for focal in (12, 24, 35, 50, 85, 200)]
_BUDGET_MS = 5.0


def main() -> None:
    """Measure each size, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, nargs="*", default=[50_000, 100_000])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    figures: dict[str, report.Figure] = {"budget of a filter, ms": _BUDGET_MS}
    for photos in options.photos:
        with tempfile.TemporaryDirectory(prefix="eidetic-filters-") as work:
            catalog = database.open_for_writing(Path(work, "catalog.sqlite"))
            fill(catalog, photos)
            runs = (*filters(catalog), *completions(catalog), *language())
            figures[f"{photos} photos, ms"] = {name: median_ms(run) for name, run in runs}
            catalog.dispose()
    report.write("filters", figures, options.out)


def fill(catalog: Engine, photos: int) -> None:
    """Add photos of thirty cameras and a thousand places, each as wide as a real row."""
    draw = random.Random(7)
    places = [(f"Town {number}", f"Region {number % 60}", f"Country {number % 20}") for number in range(1000)]
    rows = []
    for number in range(photos):
        make, model = draw.choice(_CAMERAS)
        town, region, country = draw.choice(places)
        rows.append(
            {
                "state": PhotoState.READY,
                "sort_at": number,
                "taken_wall": number,
                "taken_until": number,
                "added_at": 0,
                "camera_make": make,
                "camera_model": model,
                "lens": draw.choice(_LENSES),
                "town": town,
                "region": region,
                "country": country,
                "caption": "words " * 20,
            }
        )
    with catalog.begin() as connection:
        connection.execute(insert(Photo), rows)


def filters(catalog: Engine) -> Iterator[tuple[str, Callable[[], object]]]:
    """Count what a filter lets through, and the same as it was done before."""
    asked: tuple[tuple[str, Filter], ...] = (
        ("camera:model 7", CameraFilter("model 7")),
        ("lens:35", LensFilter("35")),
        ("place:town 77", PlaceFilter("town 77")),
        ("place:country 1", PlaceFilter("country 1")),
    )
    for name, part in asked:
        yield name, partial(count, catalog, part)
        yield f"{name}, before", partial(count_by_reading_all, catalog, part)


def count(catalog: Engine, part: Filter) -> int:
    """Count what passes a filter, with nothing kept from before."""
    library = SearchLibrary(catalog)
    try:
        return library.count(((part,), ()))
    finally:
        library.close()


def count_by_reading_all(catalog: Engine, part: Filter) -> int:
    """Count by the different values of all rows, and by the values of each row put together."""
    columns = {
        CameraFilter: (Photo.camera_make, Photo.camera_model),
        LensFilter: (Photo.lens,),
        PlaceFilter: (Photo.town, Photo.region, Photo.country),
    }[type(part)]
    assert isinstance(part, CameraFilter | LensFilter | PlaceFilter)
    with catalog.connect() as connection:
        rows = [tuple(row) for row in connection.execute(select(*columns).distinct())]
        fitting = ["\x1f".join(row) for row in rows if bare(part.text) in bare(" ".join(row))]
        together = columns[0] + ""
        for column in columns[1:]:
            together = together + "\x1f" + column
        query = select(func.count()).where(Photo.state != PhotoState.MISSING, together.in_(fitting))
        return connection.execute(query).scalar_one()


def completions(catalog: Engine) -> Iterator[tuple[str, Callable[[], object]]]:
    """Complete a filter: the first key, which reads the values, and those that follow."""
    kept = CatalogValues(catalog)
    for text in ("camera:mod", "lens:3", "place:tow"):
        yield f"complete {text}, first", partial(_complete_anew, catalog, text)
        yield f"complete {text}, then", partial(Completer(kept).complete, text)


def _complete_anew(catalog: Engine, text: str) -> object:
    return Completer(CatalogValues(catalog)).complete(text)


def language() -> Iterator[tuple[str, Callable[[], object]]]:
    """Parse what is typed, beside the thousand places of a library."""
    context: Context = here(frozenset(f"Town {number}" for number in range(1000)))
    for text in ("dog", "photos of dogs on a beach without people from last summer in Town 7 tag:a OR tag:b"):
        yield f"parse {len(text)} characters", partial(parse, text, context)


def median_ms(run: Callable[[], object]) -> float:
    """Return how long a call takes when it was made once before."""
    run()
    return 1000 * statistics.median(report.seconds_of(run) for _ in range(_RUNS))


if __name__ == "__main__":
    main()
