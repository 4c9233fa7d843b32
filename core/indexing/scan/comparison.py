"""Compares what a folder holds with what the catalog says of it. Pure: changes nothing."""

from collections.abc import Mapping, Sequence

from core.catalog.differences import JUST_CHANGED, Difference, Entry, KnownFile
from core.values.photo import FileState


def compare(
    entries: Sequence[Entry], known: Mapping[bytes, KnownFile], unusable: frozenset[bytes] = frozenset()
) -> Difference:
    """Return what must be done so that the catalog says what the folder holds.

    `unusable`: names of files that are there, and of which nothing else is known now: they stay as they are.
    """
    new: list[Entry] = []
    changed: list[tuple[KnownFile, Entry]] = []
    back: list[tuple[KnownFile, Entry]] = []
    for entry in entries:
        file = known.get(entry.name)
        if file is None:
            new.append(entry)
            continue
        if file.state == FileState.MISSING:
            back.append((file, entry))
        elif _is_changed(file, entry):
            changed.append((file, entry))
    names = unusable.union(entry.name for entry in entries)
    gone = tuple(file for file in known.values() if file.name not in names and file.state != FileState.MISSING)
    return Difference(
        new=tuple(new),
        changed=tuple(changed),
        back=tuple(back),
        gone=gone,
    )


def _is_changed(file: KnownFile, entry: Entry) -> bool:
    return (
        file.size != entry.size
        or file.mtime_ns != entry.mtime_ns
        or (file.ctime_ns != entry.ctime_ns and bool(file.ctime_ns) and bool(entry.ctime_ns))
        or (file.ctime_ns == JUST_CHANGED and entry.ctime_ns != JUST_CHANGED)
        or file.sidecar_mtime_ns != entry.sidecar_mtime_ns
        or file.sidecar != entry.sidecar
    )
