"""Says in words what the grid shows, or why it shows nothing."""

from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QLocale

from core.values.paths import shown
from core.values.query import Culprit
from core.values.scope import Scope, ScopeKind
from desktop_app.grid.listing import Listing
from desktop_app.library.overview import Overview

Nothing = tuple[str, str, str, str]
"""Icon, title, hint, and what the button says; for `EmptyPage.say`."""


def heading(listing: Listing, scope: Scope, *, is_search: bool) -> tuple[str, str]:
    """Return the title and the count above the photos. What is counted is photos, those in stacks too."""
    place, count, number = scope_name(scope), listing.photos, QLocale().toString
    if not is_search:
        return place, number(count) if count else ""
    if listing.relevant is None:
        title = _tr("Results") if scope.kind is ScopeKind.ALL else _tr("Results in %1").replace("%1", place)
        return title, number(count)
    fitting = listing.photos_above
    title = _tr("%Ln photo(s) fit", fitting) if fitting else _tr("Nothing fits well")
    title = _tr("1 photo fits") if fitting == 1 else title
    return title, _tr("of %1").replace("%1", number(count)) if fitting != count else ""


def total(photos: int) -> str:
    """Return the count of the status line."""
    return _tr("%Ln photo(s)", photos) if photos else ""


_NAMES: dict[ScopeKind, str] = {
    ScopeKind.FAVOURITES: "Favourites",
    ScopeKind.VIDEOS: "Videos",
    ScopeKind.SCREENSHOTS: "Screenshots",
    ScopeKind.RECENT: "Recently added",
    ScopeKind.ON_THIS_DAY: "On this day",
    ScopeKind.FAILED: "Could not be read",
    ScopeKind.ALL: "All photos",
}


def scope_name(scope: Scope) -> str:
    """Return what the sidebar calls it."""
    if scope.kind is ScopeKind.FOLDER:
        path = scope.path or ""
        return shown(PurePath(path).name or path)
    return _tr(_NAMES[scope.kind])


def first_scan() -> Nothing:
    """Return what is said between choosing the first folder and its first photo."""
    return (
        "photos",
        _tr("Looking for photos…"),
        _tr("They appear here as they are found. You can search as soon as the first ones are read."),
        "",
    )


def nothing(scope: Scope, overview: Overview, *, is_search: bool) -> Nothing:
    """Return why there is no photo."""
    if is_search:
        return (
            "search",
            _tr("No photo fits"),
            _tr("Try other words, fewer filters, or a picture that is like the one you mean."),
            _tr("Show all photos"),
        )
    if scope.kind is ScopeKind.FAVOURITES:
        return (
            "heart",
            _tr("No favourites yet"),
            _tr("Click the heart on a photo, or press Ctrl+D, and it is kept here."),
            "",
        )
    if any(root.offline for root in overview.roots):
        return "offline", _tr("Nothing to show yet"), _tr("A folder of the library cannot be reached now."), ""
    if overview.counts.found == 0 and scope.kind is ScopeKind.ALL:
        return (
            "photos",
            _tr("No photos here yet"),
            _tr("The folder is being looked through. Photos that are added to it later appear by themselves."),
            "",
        )
    return "folder", _tr("No photos in this folder"), _tr("Photos that are added to it appear by themselves."), ""


def without(culprit: Culprit, said: str) -> Nothing:
    """Return which filter leaves no photo, and the way back. `said`: the filter in plain words."""
    hint = _tr("%Ln photo(s) fit without “%1”.", culprit.matching)
    if culprit.matching == 1:
        hint = _tr("1 photo fits without “%1”.")
    hint = hint.replace("%1", said)
    return "search", _tr("No photo fits"), hint, _tr("Drop “%1”").replace("%1", said)


def _tr(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("ListingWords", text, None, count)
