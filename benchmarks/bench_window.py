"""The window with many photos: how long a layout, a frame of scrolling, a jump and a refresh with many selected take.

Run with `python -m benchmarks.bench_window [--photos N]`; drives the real window, headless where there is no display.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import report

if TYPE_CHECKING:
    from desktop_app.main import Program

FRAMES = 200
SELECTED = 40_000
SHAPES = ((4000, 3000), (3000, 4000), (6000, 4000), (1920, 1080), (1080, 2400))


def main() -> None:
    """Fill a library, open it, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    options = parser.parse_args()
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder) / "library", options.photos)
        report.write("window", {"photos": options.photos} | _measure(Path(folder) / "library", options.photos))


def _measure(library: Path, photos: int) -> dict[str, report.Figure]:
    import psutil

    from core.catalog.reader import CatalogReader
    from core.settings.paths import LibraryPaths
    from core.values.scope import ALL
    from desktop_app.grid.listing import Listing
    from desktop_app.main import Program, application

    paths = LibraryPaths.inside(library)
    app = application()
    program = Program(app, paths, None)
    # Only what the window does is measured.
    program.session.engine.start = lambda: None  # type: ignore[method-assign]
    start = time.perf_counter()
    program.start()
    _until(app.processEvents, lambda: program.session.photos.count == photos)
    program.window.grid.viewport().grab()
    opened = time.perf_counter() - start
    grid = program.window.grid
    reader = CatalogReader.open(paths.catalog)
    bar = grid.verticalScrollBar()

    def frame(value: int) -> float:
        begun = time.perf_counter()
        bar.setValue(value)
        app.processEvents()
        grid.viewport().repaint()
        return time.perf_counter() - begun

    scrolled = [frame(bar.value() + 40) for _ in range(FRAMES)]
    jumped = [frame(int(value)) for value in np.linspace(0, bar.maximum(), 60)]
    laid_out = [report.seconds_of(partial(grid.set_tile_px, px)) for px in (140, 145, 150, 155)]
    ids = [report.seconds_of(lambda: reader.scope_ids(ALL, date.today())) for _ in range(5)]
    facts = [report.seconds_of(reader.facts) for _ in range(5)]
    listing = Listing.of_ids(reader.scope_ids(ALL, date.today()), reader.facts())
    grid.selection.set_range(0, min(SELECTED, photos), True)
    # One photo comes and goes: all are laid out anew.
    listings = (Listing.of_ids(listing.ids[:-1], reader.facts()), listing)
    refreshed = [report.seconds_of(partial(_refresh, program, listings[turn % 2])) for turn in range(10)]
    figures: dict[str, report.Figure] = {
        "full_grid_s": opened,
        "scroll_frame_ms": _spread(scrolled),
        "jump_frame_ms": _spread(jumped),
        "layout_ms": min(laid_out) * 1000,
        "all_ids_ms": min(ids) * 1000,
        "all_facts_ms": min(facts) * 1000,
        "refresh_with_40000_selected_ms": min(refreshed) * 1000,
        "memory_mb": psutil.Process().memory_info().rss / 1e6,
    }
    reader.close()
    program.close()
    return figures


def _refresh(program: "Program", listing: object) -> None:
    grid = program.window.grid
    grid.show_listing(listing, keep_place=True)  # type: ignore[arg-type]
    grid.refresh(None)
    grid.viewport().repaint()


def _spread(seconds: list[float]) -> dict[str, report.Figure]:
    return {"p50": float(np.percentile(seconds, 50)) * 1000, "p99": float(np.percentile(seconds, 99)) * 1000}


def _until(turn: Callable[[], None], condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the window did not show all photos")
        turn()


def _fill(library: Path, photos: int) -> None:
    from sqlalchemy import insert

    from core.catalog.schema import File, Photo
    from core.settings.paths import LibraryPaths
    from tests.unit.desktop_app.library_builder import LibraryBuilder

    chance = random.Random(1)
    builder = LibraryBuilder(LibraryPaths.inside(library))
    rows, files = [], []
    for number in range(1, photos + 1):
        taken = 1_000_000_000 + int(chance.random() ** 0.5 * 7e8)
        width, height = chance.choice(SHAPES)
        rows.append(
            {
                "id": number,
                "state": "ready",
                "sort_at": taken,
                "taken_wall": taken,
                "taken_until": taken,
                "added_at": 0,
                "width": width,
                "height": height,
                "kind": "video" if number % 15 == 0 else "image",
                "content_size": 1000,
                "content_hash": number.to_bytes(20, "big"),
                "town": "Brest" if number % 3 else "Crozon",
                "region": "Brittany",
            }
        )
        files.append({"photo_id": number, "name": b"photo %d.jpg" % number, "state": "ready"} | _FILE)
    with builder.catalog.begin() as connection:
        connection.execute(insert(Photo), rows)
        connection.execute(insert(File), files)
    builder.close()


_FILE = {"root_id": 1, "folder": b"", "size": 1, "mtime_ns": 0}

if __name__ == "__main__":
    main()
