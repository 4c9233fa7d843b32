"""The entry of the desktop program: reads the command line, makes the application, and wires up the window."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from core.settings.paths import LibraryPaths
from desktop_app.backend.session import Session
from desktop_app.backend.settings import SettingsKeeper
from desktop_app.main_window import MainWindow
from desktop_app.system.crash_hook import CrashHook
from desktop_app.system.english import EnglishPlurals
from desktop_app.system.single_instance import FirstInstance, raise_first
from desktop_app.theme.colours import ThemeMode
from desktop_app.theme.icons import app_icon
from desktop_app.theme.theme import Theme

SWITCH_SECONDS = 0.001
"""How long a thread may keep Python from the one that draws; 5 ms by default."""


class Program(QObject):
    """The window of one library and all that keeps it going.

    Attributes:
        session: behind the window.
        window: the window.
    """

    def __init__(self, app: QApplication, paths: LibraryPaths, opened: str | None) -> None:
        super().__init__()
        keeper = SettingsKeeper(paths)
        theme = Theme(app, _mode_of(keeper.value.window.theme), self)
        self.session = Session(paths, keeper, theme)
        self.window = MainWindow(self.session)
        self._crashes = CrashHook(
            paths.logs, lambda report: self.session.tasks.post(lambda: self.window.library.messages.crashed(report))
        )
        self._first = FirstInstance(paths, self)
        self._first.raised.connect(self.window.come_to_front)
        self._opened = opened

    def start(self) -> None:
        """Show the window, and start the rest once it is on the screen."""
        self.window.show()
        QTimer.singleShot(0, self._start_session)

    def close(self) -> None:
        """Close the window and end everything."""
        self._first.close()
        self.window.close()
        self.session.close()
        self._crashes.close()

    def _start_session(self) -> None:
        self.session.start()
        if self._opened is not None:
            self.window.open_path(self._opened)


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the command line, without the program's name. Ends the process with 2 for wrong use."""
    parser = argparse.ArgumentParser("eidetic-desktop", description="Find photos by describing them.")
    parser.add_argument("--library", type=Path, metavar="DIR", help="keep everything in this folder")
    parser.add_argument("--healthcheck", action="store_true", help="check this installation and end")
    parser.add_argument("path", nargs="?", help="a folder of photos to add, or a picture to find similar ones of")
    return parser.parse_args(argv)


def application() -> QApplication:
    """Make the application object."""
    QApplication.setApplicationName("Eidetic")
    QApplication.setApplicationDisplayName("Eidetic")
    QApplication.setDesktopFileName("eidetic")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setWindowIcon(app_icon())
    app.installTranslator(EnglishPlurals(app))
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    options = arguments(sys.argv[1:] if argv is None else argv)
    if options.healthcheck:
        from desktop_app.system.healthcheck import healthcheck

        return healthcheck()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(SWITCH_SECONDS)
    app = application()
    paths = LibraryPaths.choose(options.library)
    opened = None if options.path is None else os.path.abspath(options.path)
    if raise_first(paths, opened):
        return 0
    program = Program(app, paths, opened)
    program.start()
    code = app.exec()
    program.close()
    return code


def _mode_of(name: str) -> ThemeMode:
    return ThemeMode(name) if name in set(ThemeMode) else ThemeMode.SYSTEM


if __name__ == "__main__":
    sys.exit(main())
