"""How long the window takes: from the start of the process to its first picture, and to a usable grid.

Run with `python -m benchmarks.bench_startup [--photos N] [--runs N]`; headless where there is no display.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import report

PROBE = """
import sys, time
from pathlib import Path
import psutil
# Told by who started us: what the system says of a process's birth is up to a second off.
born = float(sys.argv[3])
from PySide6.QtCore import QEvent, QObject
from core.settings.paths import LibraryPaths
from desktop_app.main import Program, application

class Painted(QObject):
    at = None
    def eventFilter(self, watched, event):
        if self.at is None and event.type() is QEvent.Type.Paint:
            self.at = time.time()
        return False

app = application()
program = Program(app, LibraryPaths.inside(Path(sys.argv[1])), None)
painted = Painted()
program.window.centre.installEventFilter(painted)
program.session.engine.start = lambda: None
program.start()
photos = int(sys.argv[2])
while painted.at is None or program.session.photos.count < photos:
    app.processEvents()
program.window.grid.viewport().grab()
usable = time.time()
memory = psutil.Process().memory_info().rss
print(painted.at - born, usable - born, memory / 1e6)
program.close()
"""


def main() -> None:
    """Fill a library, start the window on it some times, write the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    environment = dict(os.environ)
    if sys.platform == "linux" and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        _fill(library, options.photos)
        runs = []
        for _ in range(options.runs):
            done = subprocess.run(
                [sys.executable, "-c", PROBE, str(library), str(options.photos), str(time.time())],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            runs.append(tuple(float(part) for part in done.stdout.split()))
    first, usable, memory = (statistics.median(column) for column in zip(*runs, strict=True))
    report.write(
        "startup",
        {
            "photos": options.photos,
            "runs": options.runs,
            "first_paint_s": first,
            "usable_grid_s": usable,
            "window_process_mb": memory,
        },
    )


def _fill(library: Path, photos: int) -> None:
    from core.settings.paths import LibraryPaths
    from tests.unit.desktop_app.library_builder import LibraryBuilder

    builder = LibraryBuilder(LibraryPaths.inside(library))
    builder.add_many(photos)
    builder.close()


if __name__ == "__main__":
    main()
