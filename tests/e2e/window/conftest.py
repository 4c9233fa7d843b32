"""The real window on a library of its own, with the real engine process. Without Qt, nothing here is collected."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import IndexingSettings, ModelSettings, Settings
from tests.models.plugin import TINY
from tests.qt.plugin import Wait

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop_app.main import Program

if importlib.util.find_spec("PySide6") is None:
    collect_ignore_glob = ["*"]

Start = Callable[..., "Program"]


@pytest.fixture
def paths(tmp_path: Path, models_with_tiny: Path) -> LibraryPaths:
    """A library that does not exist yet, but for the small model and the choice of it."""
    made = LibraryPaths.inside(tmp_path / "library")
    shutil.copytree(models_with_tiny, made.models)
    model = ModelSettings(id=TINY, precision="float32")
    store.save(made.settings, Settings(model=model, indexing=IndexingSettings(read_text=False)))
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
