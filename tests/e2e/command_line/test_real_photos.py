"""The built-in model on real photos: the way through the program loses nothing, and words find what is in them."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from core.settings.paths import LibraryPaths
from tests.e2e.command_line.conftest import CommandLine

STARTER = "eidetic-base"
PHOTOS = 60


@pytest.fixture
def captioned(shared_data: Path, tmp_path: Path) -> Path:
    """A folder with some real photos and their captions."""
    source, target = shared_data / "flickr8k_dev", tmp_path / "captioned"
    (target / "photos").mkdir(parents=True)
    with (source / "captions.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    wanted = dict.fromkeys(row[0] for row in rows[1:])
    chosen = set(list(wanted)[:PHOTOS])
    for name in chosen:
        shutil.copyfile(source / "photos" / name, target / "photos" / name)
    with (target / "captions.tsv").open("w", encoding="utf-8", newline="") as lines:
        lines.writelines("\t".join(row) + "\n" for row in [rows[0], *(row for row in rows[1:] if row[0] in chosen)])
    return target


def test_the_way_through_the_program_loses_nothing(captioned: Path) -> None:
    from benchmarks.eval_product_path import measure

    found = measure(captioned, STARTER, most_captions=150)
    assert found.mean_cosine > 0.995
    assert found.worst_cosine > 0.97
    assert abs(found.engine[10] - found.direct[10]) < 0.03


def test_words_find_what_is_in_the_photos(captioned: Path, tmp_path: Path) -> None:
    eidetic = CommandLine(LibraryPaths.inside(tmp_path / "library").data)
    eidetic.succeed("index", "--no-enrichment", captioned / "photos")
    hits = json.loads(eidetic.succeed("search", "a dog running on grass", "--limit", "5", "--json").text)["hits"]
    with (captioned / "captions.tsv").open(encoding="utf-8") as lines:
        captions = [line.split("\t") for line in lines]
    with_dogs = {name for name, caption in captions if "dog" in caption.lower()}
    names = {Path(hit["path"]).name for hit in hits}
    assert len(names & with_dogs) >= 3
