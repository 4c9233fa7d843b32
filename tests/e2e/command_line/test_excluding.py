"""`eidetic roots exclude` and what `status` says of what is left out, through the real command line."""

import json
from pathlib import Path

from tests.e2e.command_line.conftest import CommandLine
from tests.unit.indexing.library import make_photo


def test_what_is_left_out_by_choice_leaves_at_once_is_listed_and_comes_back(
    eidetic: CommandLine, tmp_path: Path
) -> None:
    photos = tmp_path / "pictures"
    for number, name in enumerate(("a.jpg", "scans/b.jpg", "#snapshot/c.jpg")):
        make_photo(photos / name, number)
    (photos / "d.tga").write_bytes(b"x")
    indexed = eidetic.succeed("index", photos)
    assert "snapshots of a server: 1" in indexed.text
    assert "1 file of kinds that are not read: 1 .tga" in indexed.text
    eidetic.succeed("tag", "kept", photos / "scans" / "b.jpg")

    assert "1 file left the library." in eidetic.succeed("roots", "exclude", "add", photos / "scans").text

    assert json.loads(eidetic.succeed("roots", "exclude", "list", "--json").text) == [str(photos / "scans")]
    assert json.loads(eidetic.succeed("status", "--json").text)["photos"]["found"] == 1
    eidetic.succeed("index")
    left_out = json.loads(eidetic.succeed("status", "--json").text)["left_out"]
    assert {(Path(each["path"]).name, each["reason"]) for each in left_out} == {
        ("scans", "chosen"),
        ("#snapshot", "snapshot"),
        ("pictures", "kind"),
    }
    assert str(photos / "scans") in eidetic.succeed("status", "--left-out").text

    assert eidetic.run("roots", "exclude", "remove", "other").code == 2
    eidetic.succeed("roots", "exclude", "remove", photos / "scans")
    eidetic.succeed("index")
    assert str(photos / "scans" / "b.jpg") in eidetic.succeed("search", "tag:kept").text
