"""An indexing process for the tests to kill: `python -m tests.unit.indexing.child LIBRARY PHOTOS threads|processes`.

Prints how many photos are done whenever that changed, and `idle` at the end; then ends.
"""

import sys
from pathlib import Path

from core.catalog import database
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.media.pool import DecodePool
from core.settings.schema import IndexingSettings
from tests.unit.indexing.library import ColourGrid, Heard, InlinePool, Library


def open_library(folder: Path, *, processes: bool, workers: int = 2) -> Library:
    """Open a library as the child does; `processes`: with real decode workers, which take long to start."""
    settings = IndexingSettings(workers=workers, pause_on_battery=False)
    return Library(
        folder,
        Transactions(database.open_for_writing(folder / "catalog.sqlite")),
        ThumbnailStore(folder / "thumbnails.sqlite", read_only=False),
        ColourGrid(),
        Heard(),
        DecodePool(workers, settings.file_seconds, settings.worker_megabytes) if processes else InlinePool(workers),
        settings,
    )


def main(folder: Path, photos: Path, pool: str) -> None:
    library = open_library(folder, processes=pool == "processes")
    library.open_vectors()
    library.indexer.start(watch=False)
    library.indexer.add_root(str(photos))
    told = -1
    while not library.indexer.wait_until_idle(0.02):
        done = library.indexer.progress().done
        if done != told:
            told = done
            print(done, flush=True)  # noqa: T201
    library.close()
    print("idle", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
