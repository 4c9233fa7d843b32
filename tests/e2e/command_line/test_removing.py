"""`eidetic roots remove`: says what it takes, asks, and takes nothing for good that the user put in."""

from pathlib import Path

from tests.e2e.command_line.conftest import CommandLine
from tests.e2e.command_line.photos import album


def _annotated(eidetic: CommandLine, folder: Path) -> None:
    photos = album(folder, 3)
    eidetic.succeed("index", folder)
    eidetic.succeed("favourite", photos[0])
    eidetic.succeed("rate", "5", photos[0], photos[1])
    eidetic.succeed("tag", "holiday", photos[1])


def test_removing_says_what_goes_and_adding_again_brings_it_back(eidetic: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    _annotated(eidetic, folder)

    refused = eidetic.run("roots", "remove", folder)
    assert refused.code == 2
    assert "3 photos, 1 favourite, 2 ratings, 1 tag: kept for when the folder comes back" in refused.messages
    assert "--yes" in refused.messages
    assert "3 ready" in eidetic.succeed("status").text

    eidetic.succeed("roots", "remove", folder, "--yes")
    assert "0 ready" in eidetic.succeed("status").text
    eidetic.succeed("index", folder)
    assert len(eidetic.succeed("search", "is:favourite").text.splitlines()) == 1
    assert len(eidetic.succeed("search", "rating:5").text.splitlines()) == 2
    assert len(eidetic.succeed("search", "tag:holiday").text.splitlines()) == 1


def test_removing_with_forget_drops_it_for_good(eidetic: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    _annotated(eidetic, folder)

    assert "dropped for good" in eidetic.succeed("roots", "remove", folder, "--yes", "--forget").messages
    eidetic.succeed("index", folder)

    assert eidetic.succeed("search", "is:favourite").text == ""
