"""One library is open for writing in one process only. Who that is stands in a file beside the lock."""

import json
import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from core.settings.paths import LibraryPaths
from core.values.errors import LibraryInUseError, LibraryUnwritableError
from core.values.paths import shown

_PATIENCE_SECONDS = 0.5
"""Long enough to outlast another process that only looks whether the library is locked."""


@dataclass(frozen=True, slots=True)
class LockOwner:
    """The process that has a library open for writing."""

    pid: int
    host: str
    program: str

    def __str__(self) -> str:
        return f"{self.program} (process {self.pid} on {self.host})"


class LibraryLock:
    """Holds a library for this process; the system lets go of it when the process dies."""

    def __init__(self, paths: LibraryPaths, program: str) -> None:
        """Take the lock. `program` names the front end for the one who comes second.

        Raises:
            LibraryInUseError: another process has it; the message says which.
            LibraryUnwritableError: the folder cannot be made or written.
        """
        self._owner_file = _owner_file(paths)
        # Whatever is written while the library is open is its owner's alone: it tells of people and places.
        self._umask = os.umask(0o077)
        self._lock = FileLock(str(paths.lock), timeout=_PATIENCE_SECONDS, thread_local=False)
        try:
            paths.create()
            self._lock.acquire()
        except Timeout:
            os.umask(self._umask)
            owner = owner_of(paths)
            raise LibraryInUseError(
                f"The library at {shown(paths.data)} is in use by {owner or 'another program'}. "
                "Close that one first, or name another library with --library."
            ) from None
        except OSError as error:
            os.umask(self._umask)
            raise LibraryUnwritableError(
                f"The library at {shown(paths.data)} cannot be written: {error.strerror or error}. "
                "Make the folder writable, or name another library with --library."
            ) from error
        paths.make_private()
        owner = LockOwner(os.getpid(), socket.gethostname(), program)
        try:
            self._owner_file.write_text(json.dumps(asdict(owner)), "utf-8")
        except OSError as error:
            self.release()
            raise LibraryUnwritableError(
                f"The library at {shown(paths.data)} cannot be written: {error.strerror}. Free some space there."
            ) from error

    def release(self) -> None:
        """Let go of the library."""
        self._owner_file.unlink(missing_ok=True)
        self._lock.release()
        os.umask(self._umask)


def owner_of(paths: LibraryPaths) -> LockOwner | None:
    """Return who wrote its name last, or None. Tells nothing about whether it still holds the lock."""
    try:
        fields = json.loads(_owner_file(paths).read_text("utf-8"))
        return LockOwner(int(fields["pid"]), str(fields["host"]), str(fields["program"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_locked(paths: LibraryPaths) -> bool:
    """Tell whether some process has the library open for writing at this moment."""
    if not paths.lock.exists():
        return False
    probe = FileLock(str(paths.lock), timeout=0, thread_local=False)
    try:
        probe.acquire()
    except (Timeout, OSError):
        return True
    probe.release()
    return False


def _owner_file(paths: LibraryPaths) -> Path:
    return paths.lock.with_suffix(".owner")
