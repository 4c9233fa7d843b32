"""Which part of the library a person looks at: all of it, the favourites, one folder. The sidebar chooses it."""

from dataclasses import dataclass
from enum import StrEnum

from core.values.photo import RootId


class ScopeKind(StrEnum):
    """What a scope is a part by."""

    ALL = "all"
    FAVOURITES = "favourites"
    FOLDER = "folder"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the library. `root_id` and `path`: of a folder."""

    kind: ScopeKind
    root_id: RootId | None = None
    path: str | None = None


ALL = Scope(ScopeKind.ALL)
