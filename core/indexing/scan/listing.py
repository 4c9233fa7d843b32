"""Lists one folder: the media files in it with what the file system says of them, and its subfolders.

Opens no file. Knows no catalog.
"""

import os
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.catalog.differences import JUST_CHANGED, Entry
from core.indexing.scan.companions import group
from core.media.formats import looks_like_media
from core.media.formats.raw import RawReader
from core.media.formats.video import VideoReader
from core.media.metadata.takeout import match
from core.values.photo import MediaKind

_SKIPPED_FOLDERS = frozenset(
    {
        b"$recycle.bin",
        b"#recycle",
        b"@eadir",
        b"@recycle",
        b"__macosx",
        b"lost+found",
        b"recycler",
        b"system volume information",
    }
)
_HIDDEN_ON_WINDOWS = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 0) | getattr(stat, "FILE_ATTRIBUTE_SYSTEM", 0)
_RAW, _VIDEO = RawReader().extensions, VideoReader().extensions
_MOST_INODE = 2**63 - 1
_TICK_NS = 20_000_000
"""Longer than the tick of the clock that Linux, macOS and NTFS stamp files with."""
_COARSE_TICK_NS = 2_000_000_000
"""FAT counts in steps of two seconds, and some file servers in whole seconds."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds.

    Attributes:
        entries: its media files, each with its sidecars and what it is a companion of.
        folders: names of its subfolders, real ones before links.
    """

    entries: tuple[Entry, ...]
    folders: tuple[bytes, ...]

    @property
    def is_restless(self) -> bool:
        """Whether a file changed just now, so that the folder must be listed again."""
        return any(entry.ctime_ns == JUST_CHANGED for entry in self.entries)


def list_folder(root: bytes, folder: bytes) -> Listing:
    """List `folder`, a path relative to `root`.

    Raises:
        OSError: it cannot be listed.
    """
    path = os.path.join(root, folder)
    entries: list[Entry] = []
    folders: list[bytes] = []
    linked: list[bytes] = []
    sidecars: dict[bytes, int] = {}
    takeout: dict[bytes, int] = {}
    with os.scandir(path) as listed:
        for item in listed:
            name = item.name
            if name.startswith(b"."):
                continue
            extension = os.path.splitext(name)[1].lower()
            if extension in (b".xmp", b".json"):
                status = _status(item)
                if status is not None:
                    (sidecars if extension == b".xmp" else takeout)[name] = status.st_mtime_ns
                continue
            is_media = bool(extension) and looks_like_media(name)
            try:
                is_folder = item.is_dir()
            except OSError:
                is_folder = False
            if is_folder:
                if name.lower() not in _SKIPPED_FOLDERS and not _is_hidden(item):
                    if item.is_symlink():
                        if not _leads_in_circles(root, folder, name):
                            linked.append(name)
                    else:
                        folders.append(name)
            elif is_media and not _is_hidden(item):
                entry = _entry(item, extension)
                if entry is not None:
                    entries.append(entry)
    found = _with_takeout(_with_sidecars(group(entries), sidecars), takeout)
    return Listing(found, (*sorted(folders), *sorted(linked)))


def _status(item: "os.DirEntry[bytes]") -> os.stat_result | None:
    """Return the status of the file, of the link itself if that leads nowhere, or None if it is gone."""
    try:
        return item.stat()
    except OSError:
        try:
            return item.stat(follow_symlinks=False)
        except OSError:
            return None


def _entry(item: "os.DirEntry[bytes]", extension: bytes) -> Entry | None:
    now_ns = time.time_ns()
    status = _status(item)
    if status is None:
        return None
    suffix = extension.decode("ascii", "replace")
    return Entry(
        name=item.name,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        ctime_ns=_change_time(status, now_ns),
        inode=status.st_ino if 0 < status.st_ino <= _MOST_INODE else 0,
        kind=MediaKind.RAW if suffix in _RAW else MediaKind.VIDEO if suffix in _VIDEO else MediaKind.IMAGE,
    )


def _change_time(status: os.stat_result, now_ns: int) -> int:
    # On Windows st_ctime is the time of creation, which says nothing of changes.
    ctime_ns = 0 if os.name == "nt" else status.st_ctime_ns
    changed_ns = ctime_ns or status.st_mtime_ns
    tick_ns = _COARSE_TICK_NS if changed_ns % 1_000_000_000 == 0 else _TICK_NS
    # A clock of the file system that is ahead must not make its files restless for as long.
    return JUST_CHANGED if abs(now_ns - changed_ns) < tick_ns else ctime_ns


def _is_hidden(item: "os.DirEntry[bytes]") -> bool:
    if not _HIDDEN_ON_WINDOWS or os.name != "nt":
        return False
    try:
        return bool(getattr(item.stat(follow_symlinks=False), "st_file_attributes", 0) & _HIDDEN_ON_WINDOWS)
    except OSError:
        return False


def _leads_in_circles(root: bytes, folder: bytes, name: bytes) -> bool:
    """Whether a link to a folder leads into the root, or to a folder on its own path.

    What is in the root is found by its real path. Judged by the path alone, so that each comparison says the same.
    """
    link = os.path.join(root, folder, name)
    try:
        target = os.path.realpath(link)
        status = os.stat(link)
    except OSError:
        return True
    real_root = os.path.realpath(root)
    if target == real_root or target.startswith(os.path.join(real_root, b"")):
        return True
    place = root
    for part in (b"", *folder.split(os.sep.encode())):
        place = os.path.join(place, part)
        try:
            if os.path.samestat(os.stat(place), status):
                return True
        except OSError:
            return True
    return False


def _with_sidecars(entries: Iterable[Entry], sidecars: dict[bytes, int]) -> tuple[Entry, ...]:
    """Give each entry its XMP sidecar: `IMG_1.jpg.xmp`, or else `IMG_1.xmp`."""
    if not sidecars:
        return tuple(entries)
    by_lower = {name.lower(): name for name in sidecars}
    found = []
    for entry in entries:
        stem = os.path.splitext(entry.name)[0]
        for candidate in (entry.name + b".xmp", stem + b".xmp"):
            name = by_lower.get(candidate.lower())
            if name is not None:
                found.append(replace(entry, sidecar=name, sidecar_mtime_ns=sidecars[name]))
                break
        else:
            found.append(entry)
    return tuple(found)


def _with_takeout(entries: tuple[Entry, ...], sidecars: dict[bytes, int]) -> tuple[Entry, ...]:
    """Give each entry the JSON that Google Takeout wrote for it."""
    if not sidecars:
        return entries
    names = {os.fsdecode(entry.name): entry for entry in entries}
    for name, sidecar in match(names, map(os.fsdecode, sidecars)).items():
        entry, takeout = names[name], os.fsencode(sidecar)
        mtime_ns = sidecars[takeout] + (entry.sidecar_mtime_ns or 0)
        # Both together must stay within what SQLite counts up to.
        names[name] = replace(entry, takeout=takeout, sidecar_mtime_ns=mtime_ns & _MOST_INODE)
    return tuple(names.values())
