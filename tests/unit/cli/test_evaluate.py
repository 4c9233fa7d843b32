"""`eidetic evaluate` with the small model on made-up pictures."""

import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.cli.run import run
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, Settings
from tests.models.plugin import TINY


@pytest.fixture
def library(tmp_path: Path, models_with_tiny: Path) -> LibraryPaths:
    """No library yet, but the small model and the choice of it."""
    paths = LibraryPaths.inside(tmp_path / "library")
    shutil.copytree(models_with_tiny, paths.models)
    store.save(paths.settings, Settings(model=ModelSettings(id=TINY, precision="float32")))
    return paths


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


def _evaluate(library: LibraryPaths, captions: Path, *arguments: str | Path) -> int:
    return run(["--library", str(library.data), "evaluate", str(captions), *(str(one) for one in arguments)])


def test_each_combination_is_measured_printed_and_written(
    library: LibraryPaths, captions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics, indexes = ("cosine", "l2", "hamming"), ("exact", "hnsw", "binary")
    asked = [*(f"--metric={metric}" for metric in metrics), *(f"--index={index}" for index in indexes)]
    assert _evaluate(library, captions, *asked, "--out", tmp_path / "figures.json") == 0
    assert "by language" in capsys.readouterr().out
    figures = json.loads((tmp_path / "figures.json").read_text("ascii"))
    assert (figures["photos"], figures["captions"]) == (8, 16)
    assert [(cell["metric"], cell["index"]) for cell in figures["cells"]] == [
        (metric, index) for metric in metrics for index in indexes
    ]
    for cell in figures["cells"]:
        assert cell["text_to_image"]["queries"] == 16
        assert set(cell["by_language"]) == {"en", "de"}
        assert 1 <= cell["text_to_image"]["median_rank"]["value"] <= 8
        assert cell["exact_found_at_50"] == 1
        assert cell["latency_p95_ms"] >= cell["latency_p50_ms"] > 0
    assert not library.catalog.exists()


def test_figures_are_printed_as_json_alone(
    library: LibraryPaths, captions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _evaluate(library, captions, "--queries", "3", "--json") == 0
    (cell,) = json.loads(capsys.readouterr().out)["cells"]
    assert (cell["model"], cell["metric"], cell["index"]) == (TINY, "cosine", "auto")
    assert cell["text_to_image"]["queries"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--metric", "manhattan"], "cosine"),
        (["--index", "tree"], "hnsw"),
        (["--model", TINY, "--model", "no-such-model"], "no-such-model"),
        (["--plot", "plot.txt"], ".png"),
        (["--out", "/no/such/folder/figures.json"], "no folder"),
    ],
)
def test_what_cannot_be_done_is_told_before_measuring(
    library: LibraryPaths,
    captions: Path,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _evaluate(library, captions, *arguments) in {1, 2}
    told = capsys.readouterr()
    assert message in told.err
    assert "embedded" not in told.err
    assert not told.out


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="the extra `plot` is not installed")
def test_a_plot_is_drawn(library: LibraryPaths, captions: Path, tmp_path: Path) -> None:
    assert _evaluate(library, captions, "--queries", "4", "--plot", tmp_path / "plot.svg") == 0
    assert "<svg" in (tmp_path / "plot.svg").read_text("utf-8")
