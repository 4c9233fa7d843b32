"""Lists one folder: the media files in it with what the file system says of them, and its subfolders.

Opens no file. Knows no catalog.
"""

import os
import stat
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from core.catalog.differences import JUST_CHANGED, Entry
from core.catalog.left_out import LeftOutEntry
from core.indexing.scan.exclusions import Exclusion, Exclusions
from core.media.formats import looks_like_media
from core.media.formats.raw import RawReader
from core.media.formats.video import VideoReader
from core.media.metadata.takeout import match
from core.values.file_times import MOST, in_range
from core.values.left_out import LeftOutReason
from core.values.photo import MediaKind

_HIDDEN_ON_WINDOWS = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 0) | getattr(stat, "FILE_ATTRIBUTE_SYSTEM", 0)
_RAW, _VIDEO = RawReader().extensions, VideoReader().extensions
_PICTURES_NOT_READ = frozenset(
    {
        b".ai", b".art", b".bpg", b".cin", b".cur", b".dcm", b".dds", b".djvu", b".dpx", b".emf", b".eps", b".exr",
        b".fits", b".flif", b".hdr", b".icns", b".ico", b".jng", b".jpm",
        b".kra", b".lrv", b".m2v", b".mng", b".ora", b".pam", b".pcd", b".pct", b".pcx", b".pfm",
        b".pict", b".ps", b".psb", b".pxr", b".qoi", b".ras", b".rgb", b".rgba",
        b".rm", b".rmvb", b".sgi", b".svg", b".svgz", b".swf", b".tga", b".thm", b".vob", b".wbmp", b".wdp", b".wmf",
        b".jxr", b".xbm", b".xcf", b".xpm", b".insp", b".insv", b".dv", b".divx", b".f4v", b".ogg", b".ogm",
    }
)  # fmt: skip
"""Pictures and videos that no reader is for. Other files, texts say, are nobody's photos and not counted."""
_TICK_NS = 20_000_000
"""Longer than the tick of the clock that Linux, macOS and NTFS stamp files with."""
_COARSE_TICK_NS = 2_000_000_000
"""FAT counts in steps of two seconds, and some file servers in whole seconds."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds.

    Attributes:
        entries: its media files, each with its sidecars.
        folders: names of its subfolders.
        left_out: what in it is not indexed.
    """

    entries: tuple[Entry, ...]
    folders: tuple[bytes, ...]
    left_out: tuple[LeftOutEntry, ...] = ()

    def unusable(self) -> frozenset[bytes]:
        """Return the names of files that are there, and of which the system told nothing usable this time."""
        return frozenset(each.name for each in self.left_out if each.reason is LeftOutReason.UNUSABLE)

    @property
    def is_restless(self) -> bool:
        """Whether a file changed just now, so that the folder must be listed again."""
        return any(entry.ctime_ns == JUST_CHANGED for entry in self.entries)


def list_folder(root: bytes, folder: bytes, exclusions: Exclusions | None = None) -> Listing:
    """List `folder`, a path relative to `root`.

    Raises:
        OSError: it cannot be listed.
    """
    rules = exclusions or Exclusions()
    found = _Found(root, folder, rules)
    with os.scandir(os.path.join(root, folder)) as listed:
        for item in listed:
            marker = rules.marker(item.name) if folder else None
            if marker is not None:
                return Listing((), (), (LeftOutEntry(b"", marker.reason, item.name.decode()),))
            try:
                found.take(item)
            except (OSError, ValueError, OverflowError) as error:
                # One entry that the system or the catalog cannot make sense of must not cost the others.
                found.left_out.append(LeftOutEntry(item.name, LeftOutReason.UNUSABLE, str(error)))
    entries = _with_takeout(_with_sidecars(found.entries, found.sidecars), found.takeout)
    kinds = [LeftOutEntry(b"", LeftOutReason.KIND, kind, count) for kind, count in sorted(found.kinds.items())]
    return Listing(entries, tuple(sorted(found.folders)), (*found.left_out, *kinds))


@dataclass(slots=True)
class _Found:
    """Sorts the items of one folder."""

    root: bytes
    folder: bytes
    rules: Exclusions
    entries: list[Entry] = field(default_factory=list)
    folders: list[bytes] = field(default_factory=list)
    sidecars: dict[bytes, int] = field(default_factory=dict)
    takeout: dict[bytes, int] = field(default_factory=dict)
    left_out: list[LeftOutEntry] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def take(self, item: "os.DirEntry[bytes]") -> None:
        name = item.name
        if name.startswith(b"."):
            hidden = self.rules.of_hidden(name)
            if hidden is not None and item.is_dir():
                self._leave_out(name, hidden)
            return
        extension = os.path.splitext(name)[1].lower()
        try:
            is_folder = item.is_dir()
        except OSError:
            is_folder = False
        if is_folder:
            self._take_folder(item)
        elif extension in (b".xmp", b".json"):
            status = _status(item)
            if status is not None:
                (self.sidecars if extension == b".xmp" else self.takeout)[name] = in_range(status.st_mtime_ns)
        elif extension and looks_like_media(name):
            self._take_media(item, extension)
        elif (extension in _PICTURES_NOT_READ or not extension) and item.is_file(follow_symlinks=False):
            self.kinds[extension.decode()] += 1

    def _take_folder(self, item: "os.DirEntry[bytes]") -> None:
        if _is_hidden(item):
            return
        excluded = self.rules.of_folder(self.root, self.folder, item.name)
        if excluded is not None:
            self._leave_out(item.name, excluded)
        elif not item.is_symlink() and not _is_junction(item):
            self.folders.append(item.name)
        elif self._leads_out(item):
            self._leave_out(item.name, Exclusion(LeftOutReason.LINK))
        # What a link into the root leads to is found by its real path.

    def _take_media(self, item: "os.DirEntry[bytes]", extension: bytes) -> None:
        if _is_hidden(item):
            return
        chosen = self.rules.chosen(self.root, os.path.join(self.folder, item.name))
        if chosen is None and item.is_symlink() and os.path.exists(item.path) and self._leads_out(item):
            chosen = Exclusion(LeftOutReason.LINK)
        if chosen is not None:
            self._leave_out(item.name, chosen)
            return
        entry = _entry(item, extension)
        if entry is not None:
            self.entries.append(entry)

    def _leads_out(self, item: "os.DirEntry[bytes]") -> bool:
        target, real_root = os.path.realpath(item.path), os.path.realpath(self.root)
        return target != real_root and not target.startswith(os.path.join(real_root, b""))

    def _leave_out(self, name: bytes, why: Exclusion) -> None:
        self.left_out.append(LeftOutEntry(name, why.reason, why.detail))


def _status(item: "os.DirEntry[bytes]") -> os.stat_result | None:
    """Return the status of the file, of the link itself if that leads nowhere, or None if it is gone.

    Raises:
        OSError: the system cannot tell.
    """
    try:
        return item.stat()
    except OSError:
        try:
            return item.stat(follow_symlinks=False)
        except FileNotFoundError:
            return None


def _entry(item: "os.DirEntry[bytes]", extension: bytes) -> Entry | None:
    now_ns = time.time_ns()
    status = _status(item)
    if status is None:
        return None
    suffix = extension.decode("ascii", "replace")
    if not 0 <= status.st_size <= MOST:
        raise ValueError(f"The file system gives it a size of {status.st_size} bytes.")
    return Entry(
        name=item.name,
        size=status.st_size,
        mtime_ns=in_range(status.st_mtime_ns),
        ctime_ns=_change_time(status, now_ns),
        inode=status.st_ino if 0 < status.st_ino <= MOST else 0,
        kind=MediaKind.RAW if suffix in _RAW else MediaKind.VIDEO if suffix in _VIDEO else MediaKind.IMAGE,
    )


def _change_time(status: os.stat_result, now_ns: int) -> int:
    # On Windows st_ctime is the time of creation, which says nothing of changes.
    ctime_ns = 0 if os.name == "nt" else in_range(status.st_ctime_ns)
    if ctime_ns == JUST_CHANGED:
        ctime_ns -= 1  # a nanosecond before 1970, and not what that number says here
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


def _is_junction(item: "os.DirEntry[bytes]") -> bool:
    """Whether a folder of Windows is a junction, which leads elsewhere as a link does."""
    return os.name == "nt" and os.path.realpath(item.path) != os.path.join(
        os.path.realpath(os.path.dirname(item.path)), item.name
    )


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
        names[name] = replace(entry, takeout=takeout, sidecar_mtime_ns=mtime_ns & MOST)
    return tuple(names.values())
