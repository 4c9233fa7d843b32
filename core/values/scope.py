"""Which part of the library a person looks at: all of it, the favourites, one folder. The sidebar chooses it."""

from dataclasses import dataclass
from enum import StrEnum

from core.values.photo import RootId


class ScopeKind(StrEnum):
    """What a scope is a part by. `RECENT`: added in the last `RECENT_DAYS`; `ON_THIS_DAY`: taken on it, any year."""

    ALL = "all"
    FAVOURITES = "favourites"
    VIDEOS = "videos"
    SCREENSHOTS = "screenshots"
    RECENT = "recent"
    ON_THIS_DAY = "on this day"
    FOLDER = "folder"
    FAILED = "failed"


RECENT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the library.

    Attributes:
        root_id, path: of a folder, with all below it; the path is absolute.
    """

    kind: ScopeKind
    root_id: RootId | None = None
    path: str | None = None


ALL = Scope(ScopeKind.ALL)
