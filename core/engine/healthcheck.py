"""`eidetic --healthcheck`: does this installation work? Packages are tested by it; fails on any warning.

Imports every module, then does the main job once in a folder of its own: makes a library, reads photos in decode
workers, embeds them with the built-in model, and finds one by words.
"""

import importlib
import logging
import pkgutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.values.errors import EideticError

PATIENCE_S = 300.0
_RUN_BY_ALEMBIC = "core.catalog.migrations"


def healthcheck(say: Callable[[str], None]) -> None:
    """Check the installation; `say` is called with what was done.

    Raises:
        EideticError: something does not work, and what.
    """
    with everything_is_an_error():
        say(f"{import_all('core')} modules")
        with tempfile.TemporaryDirectory(prefix="eidetic-healthcheck-") as folder:
            _do_the_main_job(Path(folder), say)
    say("This installation works.")


def import_all(package: str) -> int:
    """Import every module of a package, and return how many there are."""
    found = importlib.import_module(package)
    names = [module.name for module in pkgutil.walk_packages(found.__path__, f"{package}.")]
    wanted = [name for name in names if not name.startswith(_RUN_BY_ALEMBIC)]
    for name in wanted:
        importlib.import_module(name)
    return len(wanted)


@contextmanager
def everything_is_an_error() -> Iterator[None]:
    """Raise for a warning of Python, and at the end for a warning in the log."""
    kept = _Kept()
    logging.getLogger().addHandler(kept)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # Of other people's modules when they are imported: nothing a user could do about, nothing we rely on.
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            yield
    finally:
        logging.getLogger().removeHandler(kept)
    if kept.messages:
        raise EideticError("This installation warns:\n" + "\n".join(kept.messages))


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.name}: {record.getMessage()}")


def _do_the_main_job(folder: Path, say: Callable[[str], None]) -> None:
    from PIL import Image

    from core.engine.engine import Engine
    from core.engine.protocol import AddRoot, Search
    from core.settings.paths import LibraryPaths
    from core.values.query import ExampleFile, Query, Words

    photos = folder / "photos"
    photos.mkdir()
    for name, colour in (("red.jpg", "red"), ("blue.png", "blue"), ("green.webp", "green")):
        Image.new("RGB", (640, 480), colour).save(photos / name)
    engine = Engine.open(LibraryPaths.inside(folder / "library"), lambda _event: None, watch=False)
    try:
        status = engine.wait_for_model(PATIENCE_S)
        if not status.ready:
            raise EideticError(f"The built-in model cannot be used: {status.problem or 'it took too long to load'}.")
        say(f"{status.title} on {status.device}")
        engine.handle(AddRoot(str(photos)))
        if not engine.wait_until_idle(PATIENCE_S):
            raise EideticError("Reading three small photos took too long.")
        for query in (Query((Words("red"),)), Query((ExampleFile(str(photos / "blue.png")),))):
            result = engine.handle(Search(query))
            if len(getattr(result, "hits", ())) != 3:
                raise EideticError(f"Three photos were indexed, and a search answered {result}.")
        say("3 photos indexed and found")
    finally:
        engine.close()
