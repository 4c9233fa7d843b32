"""`eidetic evaluate` through the real command line, with the small model on made-up pictures."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.e2e.command_line.conftest import CommandLine


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    """Eight pictures with two captions each, in two languages."""
    folder = tmp_path / "captioned"
    folder.mkdir()
    rng = np.random.default_rng(0)
    lines = ["image\tcaption\tlanguage"]
    for number in range(8):
        Image.fromarray(rng.integers(0, 255, (48, 48, 3), np.uint8)).save(folder / f"{number}.png")
        lines += [f"{number}.png\ta dog on a beach {number}\ten", f"{number}.png\tein Hund am Strand {number}\tde"]
    (folder / "captions.tsv").write_text("\n".join(lines), "utf-8")
    return folder / "captions.tsv"


def test_each_combination_is_measured_printed_and_written(eidetic: CommandLine, captions: Path, tmp_path: Path) -> None:
    combinations = [(metric, index) for metric in ("cosine", "l2", "hamming") for index in ("exact", "hnsw", "binary")]
    asked = [
        f"--{option}={name}" for pair in combinations for option, name in zip(("metric", "index"), pair, strict=True)
    ]
    ended = eidetic.succeed("evaluate", captions, *asked, "--out", tmp_path / "figures.json")
    assert "by language" in ended.text
    figures = json.loads((tmp_path / "figures.json").read_text("ascii"))
    assert (figures["photos"], figures["captions"]) == (8, 16)
    assert [(cell["metric"], cell["index"]) for cell in figures["cells"]] == combinations
    for cell in figures["cells"]:
        assert cell["text_to_image"]["queries"] == 16
        assert set(cell["by_language"]) == {"en", "de"}
        assert 1 <= cell["text_to_image"]["median_rank"]["value"] <= 8
        assert cell["exact_found_at_50"] == 1
        assert cell["latency_p95_ms"] >= cell["latency_p50_ms"] > 0
    assert not (eidetic.library / "catalog.sqlite").exists()


def test_figures_are_printed_as_json_alone(eidetic: CommandLine, captions: Path) -> None:
    ended = eidetic.succeed("evaluate", captions, "--queries", "3", "--json")
    assert json.loads(ended.text)["cells"][0]["text_to_image"]["queries"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--metric", "manhattan"], "cosine"),
        (["--index", "tree"], "hnsw"),
        (["--model", "no-such-model"], "no-such-model"),
        (["--plot", "plot.txt"], ".png"),
        (["--out", "/no/such/folder/figures.json"], "no folder"),
    ],
)
def test_what_cannot_be_done_is_told_before_measuring(
    eidetic: CommandLine, captions: Path, arguments: list[str], message: str
) -> None:
    ended = eidetic.run("evaluate", captions, *arguments)
    assert ended.code in {1, 2}
    assert message in ended.messages
    assert "embedded" not in ended.messages
    assert "Traceback" not in ended.messages


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="the extra `plot` is not installed")
def test_a_plot_is_drawn(eidetic: CommandLine, captions: Path, tmp_path: Path) -> None:
    eidetic.succeed("evaluate", captions, "--queries", "4", "--plot", tmp_path / "plot.svg")
    assert "<svg" in (tmp_path / "plot.svg").read_text("utf-8")
