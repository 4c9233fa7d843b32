"""How long it takes to see that nothing changed: a rescan of many unchanged files, and how many of them it opens.

The files are empty: a comparison looks at names, sizes and dates only, which the count of opened files shows. The
first scan, which makes names and dates searchable, is timed too.

    python -m benchmarks.bench_rescan [--files 100000]
"""

import argparse
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import text

from benchmarks import report
from core.catalog import database, roots
from core.catalog.transaction import Transactions
from core.indexing.scan.scanner import Scanner
from core.values.photo import PhotoId

_A_FOLDER = 200


class _Deaf:
    """A listener for whom nothing matters."""

    def photos_changed(self, photo_ids: Iterable[PhotoId], order_changed: bool) -> None: ...

    def roots_changed(self) -> None: ...

    def progress_changed(self) -> None: ...

    def notice(self, text: str, is_problem: bool = False) -> None: ...


class _OpenedFiles:
    """Counts the files below a folder that this process opens."""

    def __init__(self, folder: Path) -> None:
        self._prefix = os.fsencode(folder)
        self.count = 0
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            self.count += os.fsencode(arguments[0]).startswith(self._prefix)


def _make(folder: Path, count: int) -> None:
    for first in range(0, count, _A_FOLDER):
        place = folder / f"{first // 10_000:03}" / f"{first:07}"
        place.mkdir(parents=True)
        for number in range(first, min(first + _A_FOLDER, count)):
            (place / f"IMG_{number:07}.jpg").touch()


def measure(files: int) -> dict[str, report.Figure]:
    """Scan and rescan `files` files in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="eidetic-rescan-") as name:
        folder = Path(name)
        _make(folder / "photos", files)
        opened = _OpenedFiles(folder / "photos")
        engine = database.open_for_writing(folder / "catalog.sqlite")
        transactions = Transactions(engine)
        with transactions.begin() as transaction:
            root_id = roots.add(transaction, os.fsencode(folder / "photos"))
        scanner = Scanner(transactions, _Deaf(), threading.Event().is_set)

        started = time.perf_counter()
        found = scanner.scan(root_id).differences
        first_s = time.perf_counter() - started
        with engine.connect() as connection:
            searchable = connection.execute(text("SELECT count(*) FROM photo_text")).scalar_one()
        rescans = []
        for _ in range(3):
            started, cpu = time.perf_counter(), time.process_time()
            assert scanner.scan(root_id).differences == 0
            rescans.append((time.perf_counter() - started, time.process_time() - cpu))
        engine.dispose()
        best = min(rescans)
        return {
            "files": files,
            "found": found,
            "first scan, s": first_s,
            "photos searchable by name after it": int(searchable),
            "rescan, s": best[0],
            "rescan, CPU s": best[1],
            "files opened": opened.count,
            "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def main() -> None:
    """Measure and hand in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    report.write("rescan", measure(parser.parse_args().files))


if __name__ == "__main__":
    main()
