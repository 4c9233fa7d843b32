"""What runs inside a decode worker. Imports nothing heavy until a worker has begun: limits come first, and never torch.

Not for use outside `core.media.decode_process`.
"""

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from multiprocessing import connection
from pickle import PicklingError
from typing import TYPE_CHECKING

from core.media.priority import lower_process
from core.values.errors import EideticError

if TYPE_CHECKING:
    from core.media.request import ReadRequest, ReadResult

EXIT_ORPHANED = 70
EXIT_MEMORY = 71

_MEMORY_POLL_S = 0.25
# A worker that hangs is ended by its parent. Should the parent be gone, the system's alarm does it, later.
_ALARM_AFTER = 3.0


def begin(megabytes: int, gives_way: bool) -> None:
    """Set up this process as a worker that may take `megabytes` of memory and ends with its parent.

    `gives_way`: at a lower priority than others.
    """
    if gives_way:
        lower_process()
    # Each worker is one of as many as there are cores: libraries must not start threads of their own.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limited = _limit_memory(megabytes)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(
            target=_watch, args=(parent.sentinel, None if limited else megabytes), name="worker-watch", daemon=True
        ).start()
    # Now rather than within the time of the first file.
    import pillow_heif.options
    from PIL import AvifImagePlugin

    import core.media.reader  # noqa: F401

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pillow_heif.options.DECODE_THREADS = 1
    _silence()


def serve(files: "connection.Connection", megabytes: int, reader_modules: tuple[str, ...], gives_way: bool) -> None:
    """Read the files that come through `files`, one at a time, and answer each; end when no more can come."""
    begin(megabytes, gives_way)
    files.send(None)  # ready
    while True:
        try:
            request, seconds = files.recv()
        except EOFError:
            return
        try:
            answer: ReadResult | BaseException = work(request, reader_modules, seconds)
        except BaseException as error:
            if not isinstance(error, EideticError):  # a bug: its traceback does not travel, but notes do
                error.add_note(traceback.format_exc())
            answer = error
        try:
            files.send(answer)
        except (TypeError, AttributeError, PicklingError):  # of an error that cannot travel, at least what it says
            files.send(RuntimeError(repr(answer)))


def work(request: "ReadRequest", reader_modules: tuple[str, ...], seconds: float) -> "ReadResult":
    """Read one file."""
    from core.media.formats.registry import with_modules
    from core.media.reader import read
    from core.media.reasons import MediaError
    from core.values.reasons import Reason

    has_alarm = hasattr(signal, "setitimer")
    if has_alarm:
        signal.setitimer(signal.ITIMER_REAL, seconds * _ALARM_AFTER)
    try:
        return read(request, with_modules(reader_modules))
    except MediaError as error:
        if error.reason is Reason.OUT_OF_MEMORY:
            # What filled the memory may still be held by this very error: the next file gets a fresh process.
            os._exit(EXIT_MEMORY)
        raise
    except MemoryError:
        os._exit(EXIT_MEMORY)
    finally:
        if has_alarm:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _silence() -> None:
    """Drop what decoders print about bad files (LibRaw and libtiff do): it would run through a progress bar.

    Errors do not come this way, they travel with the result.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _limit_memory(megabytes: int) -> bool:
    """Let the system refuse more memory, where it can count it right; tell whether it does."""
    if sys.platform != "linux":  # macOS accepts such a limit and does not keep it
        return False
    import resource

    # Not RLIMIT_AS: it counts what libraries reserve and never touch.
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 2**20, megabytes * 2**20))
    return True


def _watch(parent: int, megabytes: int | None) -> None:
    """End this process when its parent is gone, or (where the system has no limit) when it takes too much memory."""
    if megabytes is None:
        connection.wait([parent])
        os._exit(EXIT_ORPHANED)
    import psutil

    process = psutil.Process()
    while not connection.wait([parent], timeout=_MEMORY_POLL_S):
        if process.memory_info().rss > megabytes * 2**20:
            os._exit(EXIT_MEMORY)
    os._exit(EXIT_ORPHANED)
