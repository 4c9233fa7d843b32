"""`make bench-catalog`: what a window asks of a catalog of 50,000 photos at each refresh, and what is written at once.

Milliseconds, the median of some runs in one process; the budgets stand beside them.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks import report
from benchmarks.large_library import fill
from core.catalog import annotations, database
from core.catalog.reader import CatalogReader
from core.catalog.transaction import Transactions
from core.settings.paths import LibraryPaths
from core.values.photo import PhotoId
from core.values.scope import Scope, ScopeKind

_RUNS = 15
_FAVOURITES = 5_000
_BUDGETS = {"all ids": 10.0, "5,000 favourites": 15.0, "5,000 ratings": 15.0}


def main() -> None:
    """Fill a library, measure, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=50_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="eidetic-catalog-") as work:
        paths = LibraryPaths.inside(Path(work, "library"))
        paths.create()
        fill(paths, options.photos, "eidetic-base", Path(work, "photos"))
        figures = {
            name: {"median, ms": median_ms(run), "budget, ms": _BUDGETS.get(name)}
            for name, run in (*reading(paths), *writing(paths, min(_FAVOURITES, options.photos)))
        }
    report.write("catalog", {"photos": options.photos, **figures}, options.out)


def reading(paths: LibraryPaths) -> list[tuple[str, Callable[[], object]]]:
    """Return what is read at a refresh."""
    reader = CatalogReader.open(paths.catalog)
    everything, today = Scope(ScopeKind.ALL), date(2020, 1, 1)
    return [
        ("all ids", lambda: reader.scope_ids(everything, today)),
        ("all ids, oldest first", lambda: reader.scope_ids(everything, today, oldest_first=True)),
        ("counts of states", reader.counts),
        ("counts of scopes", lambda: reader.scope_counts(today)),
        ("folders", reader.folders),
    ]


def writing(paths: LibraryPaths, count: int) -> list[tuple[str, Callable[[], object]]]:
    """Return what the user changes of many photos at once, until it is committed."""
    transactions = Transactions(database.open_for_writing(paths.catalog))
    photo_ids = [PhotoId(number) for number in range(1, count + 1)]
    state = {"favourite": False, "rating": 0}

    def favourites() -> None:
        state["favourite"] = not state["favourite"]
        with transactions.begin() as transaction:
            annotations.set_favourite(transaction, photo_ids, bool(state["favourite"]))

    def ratings() -> None:
        state["rating"] = (state["rating"] + 1) % 6
        with transactions.begin() as transaction:
            annotations.set_rating(transaction, photo_ids, int(state["rating"]))

    return [("5,000 favourites", favourites), ("5,000 ratings", ratings)]


def median_ms(run: Callable[[], object]) -> float:
    """Return how long a call takes when it was made once before."""
    run()
    return 1000 * statistics.median(report.seconds_of(run) for _ in range(_RUNS))


if __name__ == "__main__":
    main()
