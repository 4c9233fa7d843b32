"""Faults that need an action, done to the real command line."""

import os
from pathlib import Path

import pytest

from tests.e2e.command_line.conftest import CommandLine

pytestmark = pytest.mark.skipif(os.name == "nt", reason="rights, pipes and signals are POSIX")


def test_a_device_or_a_pipe_is_no_model(eidetic: CommandLine, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for odd in (Path("/dev/zero"), tmp_path / "pipe"):
        ended = eidetic.run("models", "import", odd)
        assert ended.code == 1
        assert len(ended.messages.splitlines()) == 1
        assert str(odd) in ended.messages
