"""What happens when the window has a bug: a report is written, the user is told once, and the program goes on."""

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

log = logging.getLogger(__name__)


class CrashHook:
    """Takes over `sys.excepthook` until it is closed.

    `on_crash` is called with the path of the report, from whatever thread it happened in.
    """

    def __init__(self, folder: Path, on_crash: Callable[[Path], None]) -> None:
        self._folder = folder
        self._on_crash = on_crash
        self._old = sys.excepthook
        self._old_thread = threading.excepthook
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def close(self) -> None:
        """Give the hooks back."""
        sys.excepthook = self._old
        threading.excepthook = self._old_thread

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._old(kind, error, trace)
            return
        log.critical("unexpected error in the window", exc_info=(kind, error, trace))
        report = self._write(kind, error, trace)
        if report is not None:
            self._on_crash(report)

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def _write(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> Path | None:
        report = self._folder / "window-crash.txt"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with report.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} Python {sys.version}\n")
                file.write("".join(traceback.format_exception(kind, error, trace)) + "\n")
        except OSError as problem:
            log.error("the crash report cannot be written: %s", problem)
            return None
        return report
