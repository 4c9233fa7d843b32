"""What a folder holds, what the catalog says of it, and what makes both agree. Values and queries only."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.catalog.schema import File
from core.catalog.states import batched
from core.values.photo import FileState, MediaKind

JUST_CHANGED = -1
"""Instead of a time of change so recent that another change could be given the same: the clocks of file systems tick a
few hundred times a second at best. Such a file counts as changed once more when it is compared again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One media file as a folder lists it.

    Attributes:
        takeout: name of Google's JSON beside it.
        sidecar_mtime_ns: of XMP or JSON; of both together, their sum.
        ctime_ns: 0 where the file system says nothing of changes, `JUST_CHANGED` where it may say too little.
        inode: 0 where the file system has none.
    """

    name: bytes
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    kind: MediaKind
    sidecar: bytes | None = None
    takeout: bytes | None = None
    sidecar_mtime_ns: int | None = None


@dataclass(frozen=True, slots=True)
class KnownFile:
    """The catalog's row of a file, as far as a comparison needs it."""

    file_id: int
    name: bytes
    size: int
    mtime_ns: int
    ctime_ns: int
    sidecar: bytes | None
    sidecar_mtime_ns: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Location:
    """A folder of a root, relative to it."""

    root_id: int
    folder: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """What must be done so that the catalog says what the folder holds.

    Attributes:
        new: never seen here.
        changed: another size, date or sidecar than recorded.
        back: were missing and are there again.
        gone: not there any more.
    """

    new: tuple[Entry, ...] = ()
    changed: tuple[tuple[KnownFile, Entry], ...] = ()
    back: tuple[tuple[KnownFile, Entry], ...] = ()
    gone: tuple[KnownFile, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.back or self.gone)

    def names(self) -> list[bytes]:
        """Return the names of all files that this is about."""
        entries = (*self.new, *(entry for _, entry in (*self.changed, *self.back)))
        return [entry.name for entry in entries] + [file.name for file in self.gone]

    def parts(self, size: int) -> Iterator["Difference"]:
        """Split into short transactions' worth, to be applied in this order."""
        for changed in batched(self.changed, size):
            yield Difference(changed=changed)
        for back in batched(self.back, size):
            yield Difference(back=back)
        for new in batched(self.new, size):
            yield Difference(new=new)
        for gone in batched(self.gone, size):
            yield Difference(gone=gone)


_KNOWN = (
    "SELECT id, name, size, mtime_ns, ctime_ns, sidecar, sidecar_mtime_ns, state "
    "FROM files WHERE root_id = ? AND folder = ?"
)


def known_files(connection: Connection, root_id: int, folder: bytes) -> dict[bytes, KnownFile]:
    """Return the catalog's files of a folder by name, missing ones included."""
    return {row[1]: KnownFile(*row) for row in connection.exec_driver_sql(_KNOWN, (root_id, folder))}


def known_folders(connection: Connection, root_id: int, below: bytes = b"") -> list[bytes]:
    """Return the folders below another that have files which are not missing."""
    query = select(File.folder).where(File.root_id == root_id, File.state != FileState.MISSING).distinct()
    if below:
        first = os.path.join(below, b"")
        # The path that sorts right behind all that begin with `first`.
        query = query.where(File.folder > first, File.folder < first[:-1] + bytes([first[-1] + 1]))
    else:
        query = query.where(File.folder != b"")
    return list(connection.execute(query).scalars())
