"""Where a process that has a library open writes its log, and what a crash of native code leaves behind."""

import faulthandler
import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

LOG_FILE = "engine.log"
CRASH_FILE = "crash.txt"

_FORMAT = "%(asctime)s %(levelname)s %(processName)s %(threadName)s %(name)s: %(message)s"
_BYTES = 2_000_000
_KEPT = 3

log = logging.getLogger(__name__)


class SessionLog:
    """The log of one process, while it has the library open: rotated, plus the crash file.

    Only the process that holds the library lock may make one, so that no two processes rotate one file.
    """

    def __init__(self, folder: Path, level: int = logging.INFO) -> None:
        """Log to `folder`, which must exist. Raises OSError."""
        self._handler = RotatingFileHandler(
            folder / LOG_FILE, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", errors="backslashreplace"
        )
        self._handler.setFormatter(logging.Formatter(_FORMAT))
        self._level = logging.getLogger().level
        logging.getLogger().addHandler(self._handler)
        logging.getLogger().setLevel(min(self._level, level))
        self._crash_file = (folder / CRASH_FILE).open("a", encoding="utf-8", errors="backslashreplace")
        faulthandler.enable(self._crash_file)
        self._thread_hook = threading.excepthook
        self._hook = sys.excepthook
        threading.excepthook = _log_thread_death
        sys.excepthook = self._log_death

    def close(self) -> None:
        """Undo all of it."""
        threading.excepthook = self._thread_hook
        sys.excepthook = self._hook
        faulthandler.disable()
        self._crash_file.close()
        logging.getLogger().removeHandler(self._handler)
        logging.getLogger().setLevel(self._level)
        self._handler.close()

    def _log_death(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("unexpected error", exc_info=(kind, error, trace))
        self._hook(kind, error, trace)


def _log_thread_death(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        name = args.thread.name if args.thread else "?"
        log.critical("thread %s died", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
