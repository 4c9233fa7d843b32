"""Repairs a damaged catalog that a command has met, so that nobody must know how."""

from core.catalog import database
from core.cli.output import complain, note
from core.engine.lock import LibraryLock
from core.settings.paths import LibraryPaths
from core.values.errors import CatalogDamagedError, EideticError


def repair_after(error: CatalogDamagedError) -> bool:
    """Tell of the damage and repair it; False where that cannot be done now, which is told too."""
    complain(str(error))
    if error.path is None:
        return False
    default = LibraryPaths.default()
    paths = default if default.catalog == error.path else LibraryPaths.inside(error.path.parent)
    if paths.catalog != error.path:
        return False
    try:
        lock = LibraryLock(paths, "the repair of its catalog")
        try:
            note(database.repair(paths.catalog, error))
        finally:
            lock.release()
    except EideticError as reason:
        complain(f"It cannot be repaired now. {reason}")
        return False
    return True
