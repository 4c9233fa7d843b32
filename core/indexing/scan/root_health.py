"""Tells whether a root can be read now, and on which device it is: an unplugged drive is not an emptied folder."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from core.values.paths import shown


@dataclass(frozen=True, slots=True)
class Health:
    """How a root is.

    Attributes:
        offline: why it cannot be read now, for the user; None when it can.
        device: names the volume it is on; None when unknown.
    """

    offline: str | None
    device: str | None


def check(path: bytes, recorded_device: str | None, expected: Sequence[bytes]) -> Health:
    """Theme at a root.

    Args:
        path: absolute.
        recorded_device: where it was when last read; None if never.
        expected: some of the files that should be in it, relative; empty if none are known.
    """
    name = shown(os.fsdecode(path))
    try:
        with os.scandir(path) as items:
            is_empty = next(items, None) is None
        device = device_of(path)
    except OSError as error:
        return Health(_why_unreadable(name, error), None)
    offline = None
    if recorded_device is not None and device != recorded_device and expected:
        if is_empty:
            offline = f"{name} is empty: its drive is not connected."
        elif not any(os.path.lexists(os.path.join(path, file)) for file in expected):
            offline = f"Another drive is at {name}, without the photos that were there."
        # The same files on another device: the drive was connected elsewhere, or copied to a new one.
    return Health(offline, device)


def _why_unreadable(name: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{name} is not there: unplugged, renamed or removed."
    if isinstance(error, NotADirectoryError):
        return f"{name} is not a folder any more."
    if isinstance(error, PermissionError):
        return f"No permission to read {name}."
    return f"{name} cannot be read: {error.strerror or error}."


def device_of(path: bytes) -> str:
    """Return a name of the volume that stays the same when the drive is connected again, as far as the system knows.

    Raises:
        OSError: `path` cannot be reached.
    """
    status = os.stat(path)
    if os.name == "nt":
        return f"{status.st_dev:x}"  # the serial number of the volume
    # Derived from the volume's UUID by the usual file systems; the number of the device depends on the socket.
    fsid = os.statvfs(path).f_fsid
    return f"{fsid:x}" if fsid else f"{status.st_dev:x}"


def file_system_of(path: bytes) -> str:
    """Return the kind of file system that `path` is on, as the system names it; empty when unknown."""
    text = os.path.realpath(os.fsdecode(path))
    best, kind = "", ""
    for partition in psutil.disk_partitions(all=True):
        mount = partition.mountpoint
        inside = text == mount or text.startswith(os.path.join(mount, ""))
        if inside and len(mount) >= len(best):
            best, kind = mount, partition.fstype.lower()
    return kind
