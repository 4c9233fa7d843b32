"""The real window on a library of its own, with the real engine process. Without Qt, nothing here is collected."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, Settings
from tests.models.plugin import TINY

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from desktop_app.main import Program

if importlib.util.find_spec("PySide6") is None:
    collect_ignore_glob = ["*"]

PATIENCE_MS = 120_000

Start = Callable[..., "Program"]
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def paths(tmp_path: Path, models_with_tiny: Path) -> LibraryPaths:
    """A library that does not exist yet, but for the small model and the choice of it."""
    made = LibraryPaths.inside(tmp_path / "library")
    shutil.copytree(models_with_tiny, made.models)
    model = ModelSettings(id=TINY, precision="float32")
    store.save(made.settings, Settings(model=model))
    return made


@pytest.fixture
def start(paths: LibraryPaths, qapp: "QApplication", wait: Wait) -> "Iterator[Start]":
    """Start the program as `main` does, but for the event loop."""
    from desktop_app.main import Program

    running: list[Program] = []
    loaded: list[bool] = []

    def run(folder: Path | None = None) -> Program:
        program = Program(qapp, paths, None if folder is None else str(folder))
        running.append(program)
        program.session.engine.model_changed.connect(lambda status: loaded.append(status.ready))
        program.start()
        return program

    yield run
    # Loading a model cannot be broken off: an engine that is at it ends late.
    wait(lambda: True in loaded[-1:])
    for program in running:
        program.close()
        program.window.deleteLater()
    qapp.setStyleSheet("")


@pytest.fixture
def wait(qtbot: "QtBot") -> Wait:
    """Wait until something is so; with patience, for a busy machine."""
    return lambda condition: qtbot.waitUntil(condition, timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform complains about every window that has a smallest size."""
    ignore = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints", extend=True)
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(ignore)
            item.add_marker(pytest.mark.gui)
