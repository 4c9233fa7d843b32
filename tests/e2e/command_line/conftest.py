"""Runs the real command line in a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import IndexingSettings, ModelSettings, Settings
from tests.e2e.checks import PATIENCE
from tests.models.plugin import TINY

MODEL = ModelSettings(id=TINY, precision="float32")
_INSTALLED_BY_PIP = Path(sys.executable).with_name("eidetic.exe" if sys.platform == "win32" else "eidetic")
EIDETIC = Path(os.environ.get("EIDETIC_PROGRAM") or _INSTALLED_BY_PIP)
"""`EIDETIC_PROGRAM`: the frozen program of a package, to put through the same tests."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. `out`, `err`: as bytes, as a pipe gets them."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")

    @property
    def messages(self) -> str:
        return self.err.decode("utf-8")


class CommandLine:
    """`eidetic` with one library.

    Attributes:
        before: what stands before the command, to run it with other rights.
    """

    def __init__(self, library: Path) -> None:
        self.library = library
        self.before: list[str] = []
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str | bytes | Path) -> "subprocess.Popen[bytes]":
        """Start a command and return the process; whatever is left of it is ended after the test."""
        process = subprocess.Popen(
            [*self.before, EIDETIC, "--library", self.library, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONWARNINGS": "error"},
        )
        self._running.append(process)
        return process

    def run(self, *arguments: str | bytes | Path, typed: str = "") -> Ended:
        """Run a command to its end."""
        process = self.start(*arguments)
        out, err = process.communicate(typed.encode(), timeout=PATIENCE)
        return Ended(process.returncode, out, err)

    def succeed(self, *arguments: str | bytes | Path, typed: str = "") -> Ended:
        """Run a command that must not fail."""
        ended = self.run(*arguments, typed=typed)
        assert ended.code == 0, f"{ended.code}\n{ended.text}\n{ended.messages}"
        return ended

    def close(self) -> None:
        for process in self._running:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def eidetic(tmp_path: Path, models_with_tiny: Path) -> Iterator[CommandLine]:
    """The command line with a library of its own, in which the small model is chosen, and labels are off.

    Their vocabulary takes longer to encode than all else that a test does.
    """
    paths = LibraryPaths.inside(tmp_path / "library")
    shutil.copytree(models_with_tiny, paths.models)
    store.save(paths.settings, Settings(model=MODEL, indexing=IndexingSettings(label_photos=False, read_text=False)))
    command_line = CommandLine(paths.data)
    yield command_line
    command_line.close()
