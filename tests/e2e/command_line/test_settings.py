"""`eidetic settings` through the real command line."""

import json

from core.engine.lock import LibraryLock
from core.settings.paths import LibraryPaths
from tests.e2e.command_line.conftest import CommandLine


def test_a_setting_is_listed_chosen_and_reset(eidetic: CommandLine) -> None:
    assert "  search.index = auto" in eidetic.succeed("settings", "list").text
    eidetic.succeed("settings", "set", "search.index", "binary")
    assert "* search.index = binary" in eidetic.succeed("settings", "list").text
    assert json.loads(eidetic.succeed("settings", "list", "--json").text)["search"]["index"] == "binary"
    eidetic.succeed("settings", "reset", "search.index")
    assert "  search.index = auto" in eidetic.succeed("settings", "list").text


def test_what_cannot_be_chosen_is_told_with_what_can(eidetic: CommandLine) -> None:
    ended = eidetic.run("settings", "set", "search.metric", "manhattan")
    assert ended.code == 2
    assert "cosine" in ended.messages
    assert "search.metric" in eidetic.run("settings", "reset", "search.colour").messages


def test_settings_of_a_library_that_is_open_elsewhere_are_left_alone(eidetic: CommandLine) -> None:
    lock = LibraryLock(LibraryPaths.inside(eidetic.library), "the test")
    try:
        ended = eidetic.run("settings", "set", "search.index", "binary")
        assert ended.code == 1
        assert "in use by the test" in ended.messages
    finally:
        lock.release()
