"""One library, one writer; the second is told who has it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.engine.lock import LibraryLock, is_locked, owner_of
from core.settings.paths import LibraryPaths
from core.values.errors import LibraryInUseError, LibraryUnwritableError
from tests.rights import under_rights


@pytest.fixture
def paths(tmp_path: Path) -> LibraryPaths:
    return LibraryPaths.inside(tmp_path / "library")


def test_the_second_is_told_who_has_the_library(paths: LibraryPaths) -> None:
    lock = LibraryLock(paths, "the window")
    with pytest.raises(LibraryInUseError, match=rf"the window \(process {os.getpid()} on {socket.gethostname()}\)"):
        LibraryLock(paths, "the command line")
    lock.release()
    LibraryLock(paths, "the command line").release()


def test_tells_whether_it_is_locked_without_taking_it(paths: LibraryPaths) -> None:
    assert not is_locked(paths)
    lock = LibraryLock(paths, "the window")
    assert is_locked(paths)
    lock.release()
    assert not is_locked(paths)


def test_a_process_that_is_killed_lets_go(paths: LibraryPaths) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from core.engine.lock import LibraryLock\n"
        "from core.settings.paths import LibraryPaths\n"
        "lock = LibraryLock(LibraryPaths.inside(Path(sys.argv[1])), 'killed')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(paths.data)], check=False)
    owner = owner_of(paths)
    assert owner is not None
    assert owner.program == "killed"
    LibraryLock(paths, "the next").release()


def test_a_damaged_owner_file_costs_only_the_name(paths: LibraryPaths) -> None:
    lock = LibraryLock(paths, "the window")
    paths.lock.with_suffix(".owner").write_text("{")
    with pytest.raises(LibraryInUseError, match="another program"):
        LibraryLock(paths, "the command line")
    lock.release()


def test_a_folder_that_cannot_be_written_is_named(paths: LibraryPaths) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from core.engine.lock import LibraryLock\n"
        "from core.settings.paths import LibraryPaths\n"
        "LibraryLock(LibraryPaths.inside(Path(sys.argv[1])), 'the window')\n"
    )
    before = under_rights()
    paths.create()
    paths.data.chmod(0o500)
    ended = subprocess.run(
        [*before, sys.executable, "-c", code, str(paths.data)], check=False, capture_output=True, text=True
    )
    paths.data.chmod(0o700)
    assert "LibraryUnwritableError" in ended.stderr.splitlines()[-1]
    assert "library" in ended.stderr.splitlines()[-1]


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "library").write_bytes(b"")
    with pytest.raises(LibraryUnwritableError, match="cannot be written"):
        LibraryLock(LibraryPaths.inside(tmp_path / "library"), "the window")
