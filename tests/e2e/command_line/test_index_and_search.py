"""The main job through the real command line: index folders, find photos, see how it stands."""

import base64
import json
import os
import sys
from pathlib import Path

import pytest

from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import Settings
from tests.e2e.command_line.conftest import MODEL, CommandLine
from tests.e2e.command_line.photos import SUFFIXES, album, draw, save


def hits(out: str) -> list[str]:
    return [Path(hit["path"]).name for hit in json.loads(out)["hits"]]


def test_every_still_format_is_indexed_and_found_by_example(eidetic: CommandLine, tmp_path: Path) -> None:
    photos = album(tmp_path / "photos", 2 * len(SUFFIXES), SUFFIXES)
    summary = json.loads(eidetic.succeed("index", tmp_path / "photos", "--json").text)
    assert summary["found"] == summary["ready"] == len(photos)
    assert summary["failed"] == summary["waiting"] == 0
    assert summary["problem"] is None

    outside = tmp_path / "outside.png"
    draw(5, (320, 240)).save(outside)
    # The small model knows no words: with some beside the example, that there is an answer is all to be seen.
    both = hits(eidetic.succeed("search", "scene", "--like", outside, "--limit", "5", "--json").text)
    assert len(set(both)) == 5
    ranked = eidetic.succeed("similar", outside, "--limit", "4").text.splitlines()
    assert len(ranked) == 4
    score, path = ranked[0].split("\t")
    assert path == str(photos[5])
    assert float(score) > 0.9
    assert [float(line.split("\t")[0]) for line in ranked] == sorted(
        (float(line.split("\t")[0]) for line in ranked), reverse=True
    )

    status = json.loads(eidetic.succeed("status", "--json").text)
    assert status["photos"] == {"found": 16, "ready": 16, "waiting": 0, "failed": 0, "missing": 0}
    assert [root["path"] for root in status["roots"]] == [str(tmp_path / "photos")]
    assert status["index_bytes"] > 0
    assert status["in_use_by"] is None


def test_a_second_run_picks_up_what_changed(eidetic: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    photos = album(folder, 6)
    eidetic.succeed("index", folder)
    photos[0].unlink()
    photos[1].rename(folder / "renamed.jpg")
    save(folder / "new.jpg", 77)
    summary = json.loads(eidetic.succeed("index", "--json").text)
    assert (summary["found"], summary["ready"]) == (6, 6)
    named = hits(eidetic.succeed("similar", folder / "renamed.jpg", "-n", "10", "--json").text)
    assert named[0] == "renamed.jpg"
    assert sorted(named) == sorted(
        ["renamed.jpg", "new.jpg", *(photo.name for photo in photos[2:])],
    )


@pytest.mark.skipif(sys.platform != "linux", reason="Linux takes any bytes as a name")
def test_a_name_that_is_not_utf8_is_indexed_and_printed(eidetic: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    photo = album(folder, 1)[0]
    strange = os.path.join(os.fsencode(folder), b"caf\xe9.jpg")
    os.rename(photo, strange)
    eidetic.succeed("index", folder)
    (hit,) = json.loads(eidetic.succeed("similar", strange, "--json").text)["hits"]
    assert hit["path"].endswith("caf\\xe9.jpg")
    assert base64.b64decode(hit["path_base64"]) == strange
    assert "caf\\xe9.jpg" in eidetic.succeed("shell", typed="folder:photos\n").text


def test_the_option_library_may_stand_after_the_command(eidetic: CommandLine, tmp_path: Path) -> None:
    album(tmp_path / "photos", 1)
    eidetic.succeed("index", tmp_path / "photos")
    other = CommandLine(tmp_path / "elsewhere")
    assert "1 photo" in other.succeed("status", "--library", eidetic.library).text


def test_folders_are_listed_and_removed_and_no_file_is_touched(eidetic: CommandLine, tmp_path: Path) -> None:
    first, second = album(tmp_path / "a", 2), album(tmp_path / "b", 3)
    eidetic.succeed("index", tmp_path / "a", tmp_path / "b")
    listed = json.loads(eidetic.succeed("roots", "list", "--json").text)
    assert [(Path(root["path"]).name, root["photos"]) for root in listed] == [("a", 2), ("b", 3)]
    eidetic.succeed("roots", "remove", tmp_path / "a", "--yes")
    listed = json.loads(eidetic.succeed("roots", "list", "--json").text)
    assert [Path(root["path"]).name for root in listed] == ["b"]
    assert all(photo.exists() for photo in first + second)
    assert eidetic.run("roots", "remove", tmp_path / "a").code == 2


def test_tags_ratings_and_favourites_are_kept_and_searched(eidetic: CommandLine, tmp_path: Path) -> None:
    photos = album(tmp_path / "photos", 4)
    eidetic.succeed("index", tmp_path / "photos")
    eidetic.succeed("tag", "family", photos[1], photos[2])
    eidetic.succeed("tag", "family", photos[2], "--remove")
    eidetic.succeed("favourite", photos[3])
    eidetic.succeed("rate", "4", photos[0])
    found = eidetic.succeed("shell", typed="tag:family\nis:favourite\nrating:4\n").text
    assert [Path(line.split("\t")[1]).name for line in found.splitlines()] == [
        photos[1].name,
        photos[3].name,
        photos[0].name,
    ]
    assert eidetic.run("tag", "family", tmp_path / "nowhere.jpg").code == 2


def test_the_shell_indexes_and_answers_typed_queries(eidetic: CommandLine, tmp_path: Path) -> None:
    photos = album(tmp_path / "photos", 3)
    typed = f'scene\n\n:similar "{photos[1]}"\n:similar nothing.jpg\n:status\n:nonsense\n:quit\n'
    ended = eidetic.succeed("shell", tmp_path / "photos", typed=typed)
    assert str(photos[1]) in ended.text
    assert "nothing.jpg" in ended.messages
    assert "3 ready" in ended.messages
    assert "There is no :nonsense" in ended.messages


def test_labels_are_finished_unless_they_are_left_for_later(eidetic: CommandLine, tmp_path: Path) -> None:
    album(tmp_path / "photos", 3)
    store.save(LibraryPaths.inside(eidetic.library).settings, Settings(model=MODEL))
    early = json.loads(eidetic.succeed("index", tmp_path / "photos", "--no-enrichment", "--json").text)
    assert early["to_come"]["labels"] == 3
    assert "3 to come" in eidetic.succeed("status").text
    late = json.loads(eidetic.succeed("index", "--json").text)
    assert late["to_come"]["labels"] == 0
    assert json.loads(eidetic.succeed("status", "--json").text)["understood"]["to_come"]["labels"] == 0


def test_an_answer_is_refined_step_by_step_in_the_shell(eidetic: CommandLine, tmp_path: Path) -> None:
    photos = album(tmp_path / "photos", 3)
    eidetic.succeed("index", tmp_path / "photos")
    eidetic.succeed("tag", "family", photos[0])
    ended = eidetic.succeed("shell", typed="is:image fold:no\nwithout tag:family\n:back\n")
    assert ended.text.count(str(photos[0])) == 2
    assert ended.text.count(str(photos[1])) == 3
    assert "search: type:image -tag:family fold:no" in ended.messages
    nothing = eidetic.succeed("search", "tag:family", "date:1850")
    assert "1 photo fits without date:1850." in nothing.messages
