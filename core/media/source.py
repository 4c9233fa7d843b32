"""Opens a file once, safely, and holds what the readers take from it."""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from core.media.identity import HEAD_BYTES, identity_of
from core.media.limits import MOST_BUFFERED_BYTES, WHOLE_FILE_BYTES
from core.media.reasons import MediaError, of_os_error
from core.values.photo import ContentKey
from core.values.reasons import Reason

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO must not wait for somebody who writes into it
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
)


@dataclass(frozen=True, slots=True)
class Source:
    """One open file.

    Attributes:
        stream: positioned anywhere; a reader seeks first.
        data: the whole file, where it is small enough.
        head: its first bytes, up to 1 MiB.
        size: length in bytes.
        name: last part of the path.
        content, legacy: see `core.media.identity.Identity`.
    """

    stream: BinaryIO
    data: bytes | None
    head: bytes
    size: int
    name: str
    content: ContentKey
    legacy: ContentKey | None = None

    @property
    def suffix(self) -> str:
        """The name's extension in lower case, with its dot. A hint only: content decides."""
        return PurePath(self.name).suffix.lower()

    def rewound(self) -> BinaryIO:
        """Return the stream at its start."""
        self.stream.seek(0)
        return self.stream

    def in_memory(self) -> BinaryIO:
        """Return all bytes as a stream, for decoders that read it whole.

        Raises:
            MediaError: as `whole`.
        """
        return self.rewound() if self.data is not None else io.BytesIO(self.whole())

    def whole(self) -> bytes:
        """Return all bytes.

        Raises:
            MediaError: the file is too large to be held in memory.
        """
        if self.data is not None:
            return self.data
        if self.size > MOST_BUFFERED_BYTES:
            raise MediaError(Reason.TOO_LARGE, f"{self.size // 2**20} MiB in one piece")
        return self.rewound().read()


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """Open the file at `path` for the time of a `with` block.

    Raises:
        MediaError: it is gone, no ordinary file, empty, or cannot be read.
    """
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise _of_opening(path, error) from None
    except ValueError as error:
        raise MediaError(Reason.GONE, str(error)) from None  # a NUL byte in the path
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size == 0:
        os.close(descriptor)
        raise MediaError(Reason.EMPTY if stat.S_ISREG(status.st_mode) else Reason.NOT_A_FILE)
    with open(descriptor, "rb", buffering=HEAD_BYTES) as file:
        try:
            source = _source(file, status.st_size, os.path.basename(path))
        except OSError as error:
            raise of_os_error(error) from error
        yield source


def _of_opening(path: str, error: OSError) -> MediaError:
    # Windows answers EACCES for a folder, and Linux ENXIO for a socket.
    return MediaError(Reason.NOT_A_FILE) if os.path.isdir(path) else of_os_error(error)


def _source(file: BinaryIO, size: int, name: str) -> Source:
    if size <= WHOLE_FILE_BYTES:
        data = file.read(WHOLE_FILE_BYTES + 1)
        if not data:
            raise MediaError(Reason.EMPTY)
        size = len(data)  # not what the status says: the file may just be growing
        memory = io.BytesIO(data)
        identity = identity_of(memory, size)
        return Source(memory, data, data[:HEAD_BYTES], size, name, identity.content, identity.legacy)
    identity = identity_of(file, size)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    return Source(file, None, head, size, name, identity.content, identity.legacy)
