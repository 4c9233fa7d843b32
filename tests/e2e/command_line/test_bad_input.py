"""What can be wrong with files and queries: each gives one clear message, is listed, stops nothing, loses nothing."""

import json
import os
from pathlib import Path

from tests.e2e.command_line.conftest import CommandLine
from tests.e2e.command_line.photos import album, draw, save
from tests.rights import under_rights


def test_broken_files_are_listed_with_their_reasons_and_the_good_ones_are_found(
    eidetic: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    good = album(folder, 4)
    whole = good[0].read_bytes()
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) // 8])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("this is no picture")
    (folder / "noise.png").write_bytes(os.urandom(5000))
    draw(50).save(folder / "really a png.jpg", "PNG")
    with (folder / "sparse.jpg").open("wb") as file:
        file.truncate(4 << 30)
    (folder / "notes.txt").write_text("not a photo, by its name")
    (folder / "dangling.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "fifo.jpg")
    summary = json.loads(eidetic.succeed("index", folder, "--json").text)
    assert summary["waiting"] == 0
    assert summary["ready"] == 6  # what is left of the truncated one is shown, and it is listed as flawed

    failed = {Path(file["path"]).name: file["reason"] for file in json.loads(eidetic.succeed("failed", "--json").text)}
    assert {"truncated.jpg", "empty.jpg", "text.jpg", "noise.png", "sparse.jpg"} <= set(failed)
    assert not {"notes.txt", "really a png.jpg", *(photo.name for photo in good)} & set(failed)
    assert all(reason.strip() for reason in failed.values())
    plain = eidetic.succeed("failed").text
    assert len(plain.splitlines()) == len(failed)
    assert len(json.loads(eidetic.succeed("similar", good[0], "--json").text)["hits"]) == 5

    (folder / "truncated.jpg").write_bytes(whole[:-10] + b"changed" + whole[-10:])
    save(folder / "empty.jpg", 60)
    eidetic.succeed("failed", "--retry")
    failed_after = {Path(file["path"]).name for file in json.loads(eidetic.succeed("failed", "--json").text)}
    assert "empty.jpg" not in failed_after
    assert "text.jpg" in failed_after


def test_a_folder_without_permission_stops_nothing(eidetic: CommandLine, tmp_path: Path) -> None:
    eidetic.before = under_rights()
    folder = tmp_path / "photos"
    album(folder, 2)
    album(folder / "locked", 2)
    (folder / "locked").chmod(0)
    summary = json.loads(eidetic.succeed("index", folder, "--json").text)
    assert summary["ready"] == 2
    (folder / "locked").chmod(0o700)


def test_strange_queries_get_one_clear_answer(eidetic: CommandLine, tmp_path: Path) -> None:
    album(tmp_path / "photos", 3)
    no_image = tmp_path / "no image.jpg"
    no_image.write_text("words")
    strange = ["dog " * 2500, '"unclosed (:', "date:never", "\U0001f600 🏖", "-", "a" * 10_000, "NOT AND (", "*", "%00"]
    typed = "\n".join([*strange, f":similar '{no_image}'", "scene"])
    ended = eidetic.succeed("shell", tmp_path / "photos", typed=typed)
    assert "Traceback" not in ended.messages
    assert "never" in ended.messages
    assert "no image.jpg" in ended.messages
    assert "scene 001.jpg" in ended.text.splitlines()[-1] + ended.text.splitlines()[-2] + ended.text.splitlines()[-3]


def test_an_example_that_is_no_image_is_told(eidetic: CommandLine, tmp_path: Path) -> None:
    album(tmp_path / "photos", 1)
    eidetic.succeed("index", tmp_path / "photos")
    no_image = tmp_path / "no image.jpg"
    no_image.write_text("words")
    ended = eidetic.run("similar", no_image)
    assert ended.code in {1, 2}
    assert "no image.jpg" in ended.messages
    assert "Traceback" not in ended.messages
    assert not ended.out
    assert eidetic.run("similar", tmp_path / "photos").code == 2
    assert "Traceback" not in eidetic.run("search", b"\xff\xfe not text").messages


def test_files_that_vanish_while_indexing_lose_nothing(eidetic: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    photos = album(folder, 40)
    process = eidetic.start("index", folder)
    for photo in photos[::4]:
        photo.unlink()
    process.communicate(timeout=120)
    assert process.returncode == 0
    summary = json.loads(eidetic.succeed("index", "--json").text)
    assert summary["found"] == summary["ready"] == 30


def test_a_model_that_cannot_be_loaded_is_told_and_names_are_found(eidetic: CommandLine, tmp_path: Path) -> None:
    save(tmp_path / "photos" / "harbour.jpg", 1)
    (weights,) = (eidetic.library / "models" / "tiny").glob("*.safetensors")
    weights.write_bytes(b"damaged")
    ended = eidetic.run("index", tmp_path / "photos")
    assert ended.code == 1
    assert "tiny" in ended.messages
    assert "can be searched already" in ended.messages
    assert "harbour.jpg" in eidetic.succeed("search", '"harbour"').text
