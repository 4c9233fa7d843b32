"""Exit codes and messages of commands that need no model, run in this process."""

import json
from pathlib import Path

import pytest

from core.catalog import database
from core.cli.run import run
from core.engine.lock import LibraryLock
from core.settings.paths import LibraryPaths


@pytest.fixture
def paths(tmp_path: Path) -> LibraryPaths:
    """A library with nothing in it."""
    paths = LibraryPaths.inside(tmp_path / "library")
    paths.create()
    database.open_for_writing(paths.catalog).dispose()
    return paths


def test_status_tells_who_has_the_library(paths: LibraryPaths, capsys: pytest.CaptureFixture[str]) -> None:
    lock = LibraryLock(paths, "the window")
    assert run(["--library", str(paths.data), "status", "--json"]) == 0
    lock.release()
    status = json.loads(capsys.readouterr().out)
    assert status["in_use_by"]["program"] == "the window"
    assert status["photos"] == {"found": 0, "ready": 0, "waiting": 0, "failed": 0, "missing": 0}
    assert status["model"]["chosen"] == "eidetic-base"
    assert status["roots"] == []
    assert run(["status", "--library", str(paths.data)]) == 0
    assert "the window" not in capsys.readouterr().out


def test_commands_that_write_say_who_has_the_library(
    paths: LibraryPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = LibraryLock(paths, "the window")
    assert run(["--library", str(paths.data), "roots", "add", str(tmp_path)]) == 1
    lock.release()
    captured = capsys.readouterr()
    assert "the window (process" in captured.err
    assert not captured.out


@pytest.mark.expects_log("has been repaired")
def test_a_damaged_catalog_is_told_repaired_and_kept_aside(
    paths: LibraryPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    paths.catalog.write_bytes(b"this is not a database" * 100)
    assert run(["--library", str(paths.data), "status"]) == 1
    captured = capsys.readouterr()
    assert "damaged" in captured.err
    assert "0 ready" in captured.out
    (aside,) = (file for file in paths.data.glob("*.damaged-*") if not file.name.endswith(("-wal", "-shm")))
    assert aside.read_bytes().startswith(b"this is not")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["index", "/no/such/folder"], 2),
        (["roots", "remove", "/no/such/folder"], 2),
        (["tag", " ", "photo.jpg"], 2),
        (["models", "download", "no-such-model"], 2),
        (["models", "remove", "eidetic-base"], 1),
        (["models", "use", "no-such-model"], 1),
        (["models", "import", "/no/such/folder"], 1),
        (["evaluate", "/no/such/table.tsv"], 2),
        (["no-such-command"], 2),
    ],
)
def test_exit_codes(paths: LibraryPaths, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--library", str(paths.data), *arguments]) == code
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    assert bool(captured.out) == (code == 0)
    assert bool(captured.err) == (code != 0)


def test_models_are_listed_with_what_is_here(paths: LibraryPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--library", str(paths.data), "models", "list", "--json"]) == 0
    models = json.loads(capsys.readouterr().out)
    assert models[0]["id"] == "eidetic-base"
    assert models[0]["chosen"]
    assert all(model["licence"] for model in models)
    assert run(["--library", str(paths.data), "models", "list"]) == 0
    assert capsys.readouterr().out.startswith("* eidetic-base")
