"""Wrong use of the command line: one clear message on stderr, exit code 2, nothing on stdout, no library made."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.command_line.conftest import EIDETIC, CommandLine


@pytest.mark.parametrize(
    "arguments",
    [
        ["index", "/no/such/folder"],
        ["index"],
        ["search"],
        ["search", "   "],
        ["search", "dog", "--limit", "0"],
        ["search", "dog", "--strictness", "2"],
        ["similar", "/no/such/picture.jpg"],
        ["rate", "9", "photo.jpg"],
        ["no-such-command"],
    ],
)
def test_wrong_use_is_told_in_a_message_and_exits_with_2(eidetic: CommandLine, arguments: list[str]) -> None:
    ended = eidetic.run(*arguments)
    assert ended.code in ({1, 2} if arguments == ["index"] else {2})
    assert ended.messages
    assert "Traceback" not in ended.messages
    assert not ended.out
    assert not (eidetic.library / "catalog.sqlite").exists()


@pytest.mark.parametrize("arguments", [["status"], ["failed"], ["search", "dog"], ["roots", "list"]])
def test_without_a_library_reading_commands_say_how_to_make_one(eidetic: CommandLine, arguments: list[str]) -> None:
    ended = eidetic.run(*arguments)
    assert ended.code == 1
    assert "eidetic index" in ended.messages
    assert not ended.out


def test_a_file_is_no_folder(eidetic: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"")
    ended = eidetic.run("index", file)
    assert ended.code == 2
    assert "is not a folder" in ended.messages


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from core.cli.run import run\n"
        "run(['--help'])\n"
        "bad = {'torch', 'sqlalchemy', 'PySide6', 'PIL', 'open_clip'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(bad)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "search" in done.stdout


def test_a_reader_that_goes_away_is_no_error_worth_a_traceback() -> None:
    with subprocess.Popen([EIDETIC, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
        assert b"BrokenPipe" not in process.stderr.read()
