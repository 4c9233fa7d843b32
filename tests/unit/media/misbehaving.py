"""A reader that does what broken decoders do. A test hands its name to the pool; the program never loads it.

The first words of a file say what happens.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from core.media.formats.protocol import Decoded, Need, Picture, Reader
from core.media.reasons import MediaError
from core.media.source import Source
from core.values.photo import MediaKind, Metadata
from core.values.reasons import Reason

MARK = b"misbehave: "


def _argument(source: Source) -> Path:
    return Path(os.fsdecode(source.head.split(b" | ")[1]))


def _segfault(_: Source) -> None:
    ctypes.string_at(0)


def _abort(_: Source) -> None:
    os.abort()


def _exit(_: Source) -> None:
    os._exit(3)


def _hang(source: Source) -> None:
    _started(source)
    time.sleep(600)


def _hang_in_native_code(source: Source) -> None:
    """Keep the interpreter's lock, as a decoder does that never comes back: no Python code runs any more."""
    _started(source)
    ctypes.PyDLL(None).sleep(600)


def _started(source: Source) -> None:
    if b" | " in source.head:
        _argument(source).write_text(str(os.getpid()))


def _eat(_: Source) -> None:
    eaten = []
    while True:
        eaten.append(b"x" * 100_000_000)


def _killed(_: Source) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _killed_once(source: Source) -> None:
    marker = _argument(source)
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def _bug(_: Source) -> None:
    raise AssertionError("a bug in a reader")


def _modules(_: Source) -> None:
    heavy = ("torch", "open_clip", "PySide6", "sqlalchemy", "usearch", "scipy", "core.engine", "core.search")
    raise MediaError(Reason.DAMAGED, "imported: " + ", ".join(name for name in heavy if name in sys.modules))


def _threads_allowed(_: Source) -> None:
    raise MediaError(Reason.DAMAGED, os.environ.get("OMP_NUM_THREADS", ""))


_ACTIONS: dict[bytes, Callable[[Source], None]] = {
    b"segfault": _segfault,
    b"abort": _abort,
    b"exit": _exit,
    b"hang": _hang,
    b"hang in native code": _hang_in_native_code,
    b"eat": _eat,
    b"killed": _killed,
    b"killed once": _killed_once,
    b"bug": _bug,
    b"modules": _modules,
    b"threads allowed": _threads_allowed,
}


@dataclass(frozen=True, slots=True)
class MisbehavingReader:
    """See the top."""

    name: str = "misbehaving"
    extensions: frozenset[str] = frozenset()
    is_salvaged: bool = False

    def takes(self, head: bytes) -> bool:
        return head.startswith(MARK)

    def read(self, source: Source, need: Need) -> Decoded:
        _ACTIONS[source.head.removeprefix(MARK).split(b" | ")[0]](source)
        return Decoded(MediaKind.IMAGE, "NONE", 1, 1, (Picture(Image.new("RGB", (1, 1))),), Metadata())


READERS: tuple[Reader, ...] = (MisbehavingReader(),)
