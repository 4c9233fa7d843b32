"""What indexing left out of a library's folders, and why: values that scan, catalog and front ends share."""

from dataclasses import dataclass
from enum import StrEnum


class LeftOutReason(StrEnum):
    """Why a folder or file is not indexed; the value is what the user reads."""

    NOMEDIA = "marked with .nomedia"
    NOIMAGE = "marked with .noimage"
    SNAPSHOT = "snapshots of a server"
    SERVER = "working folders of a server"
    TRASH = "trash"
    PREVIEWS = "previews of another program"
    PACKAGE = "derivatives inside a photo package"
    CODE = "program code"
    LIBRARY = "the library itself"
    LINK = "links that lead out of the folder"
    CHOSEN = "your choice"
    KIND = "kinds that are not read"
    UNUSABLE = "cannot be kept in the catalog"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing that is not indexed.

    Attributes:
        path: of the folder or file; of `KIND`, of the folder that holds the files.
        detail: the kind (".psd", "" for no extension), the pattern of the user's choice, or what exactly is wrong.
        count: how many files; 1 for a folder.
    """

    path: str
    reason: LeftOutReason
    detail: str
    count: int
