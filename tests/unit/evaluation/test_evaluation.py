"""Evaluation on pictures of one colour each, whose captions a made-up encoder knows."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.evaluation import captions, measures, plot
from core.evaluation.evaluate import Plan, evaluate
from core.media.reader import read
from core.query.vocabulary import Vocabulary
from core.values.comparing import IndexKind, Metric
from core.values.errors import UsageError
from tests.unit.search.conftest import WordEncoder

COLOURS = {"red": (200, 10, 10), "green": (10, 200, 10), "blue": (10, 10, 200)}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    lines = ["image\tcaption\tlanguage"]
    for name, colour in COLOURS.items():
        Image.new("RGB", (40, 40), colour).save(tmp_path / "photos" / f"{name}.png")
        lines += [f"{name}.png\t{name}\ten", f"{name}.png\t{name} {name}\tde"]
    (tmp_path / "captions.tsv").write_text("\n".join(lines), "utf-8")
    return tmp_path / "captions.tsv"


def _plan(table: Path) -> Plan:
    return Plan(
        table,
        ["words"],
        lambda _name: WordEncoder(),
        read,
        table.parent / "work",
        metrics=(Metric.COSINE, Metric.L2),
        indexes=(IndexKind.EXACT, IndexKind.BINARY),
    )


def test_every_long_part_tells_how_far_it_is(table: Path) -> None:
    told: dict[str, tuple[int, int]] = {}
    plan = replace(_plan(table), progress=lambda what, done, of: told.__setitem__(what, (done, of)))
    evaluate(plan)
    assert set(told) == {
        "photos embedded",
        "captions encoded",
        *(f"captions asked ({metric}, {kind})" for metric in ("cosine", "l2") for kind in ("exact", "binary")),
    }
    assert all(done == of for done, of in told.values())


def test_a_model_that_knows_everything_reaches_everything(table: Path) -> None:
    report = evaluate(_plan(table))
    assert [(cell.metric, cell.index) for cell in report.cells] == [
        (metric, kind) for metric in (Metric.COSINE, Metric.L2) for kind in (IndexKind.EXACT, IndexKind.BINARY)
    ]
    for cell in report.cells:
        assert cell.text_to_image.recall_at_1.value == 1
        assert cell.image_to_text.recall_at_1.value == 1
        assert cell.image_to_text.mean_average_precision.value == 1
        assert cell.latency_p95_ms >= cell.latency_p50_ms > 0
        assert cell.memory_bytes > 0
        assert cell.exact_found_at_50 == 1
        assert set(cell.by_language) == {"en", "de"}
    assert json.loads(report.to_json())["cells"][0]["text_to_image"]["recall_at_10"]["value"] == 1
    assert [table.row_count for table in report.tables()] == [4, 4, 8, 4]
    assert not (table.parent / "work" / "evaluation").exists()


def test_concepts_are_what_most_captions_name(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "c.tsv").write_text("image\tcaption\na.jpg\ttwo dogs .\na.jpg\ta puppy\na.jpg\ta cat\nb.jpg\ta cat\n")
    found = captions.read(tmp_path / "c.tsv").concepts(Vocabulary.load(), at_least=1, share=1.0)
    assert {concept.word: concept.photos for concept in found} == {"dog": {0}, "cat": {1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "image and caption"),
        ("a\tb\n", "image and caption"),
        ("image\tcaption\n", "no captions"),
        ("image\tcaption\nabsent.jpg\tdog\n", r"absent\.jpg"),
        ("image\tcaption\nabsent.jpg\n", "Line 2"),
    ],
)
def test_a_table_that_does_not_fit_gives_one_message(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "c.tsv").write_text(text)
    with pytest.raises(UsageError, match=message):
        captions.read(tmp_path / "c.tsv")


def test_a_table_that_is_absent_or_not_text_gives_one_message(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        captions.read(tmp_path / "absent.tsv")
    (tmp_path / "c.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UTF-8"):
        captions.read(tmp_path / "c.tsv")


def test_a_captioned_file_that_is_no_picture_is_named(table: Path) -> None:
    (table.parent / "photos" / "red.png").write_text("no picture")
    with pytest.raises(UsageError, match=r"red\.png"):
        evaluate(_plan(table))


def test_average_precision_is_that_of_the_book() -> None:
    assert measures.average_precision(np.array([True, False, True, False]), 2) == pytest.approx((1 + 2 / 3) / 2)
    assert measures.average_precision(np.array([False, False]), 2) == 0


def test_an_interval_holds_its_value_and_narrows_with_more_queries() -> None:
    rng = np.random.default_rng(0)
    few, many = (measures.interval(rng.random(n) < 0.3, np.arange(n), 0) for n in (50, 5000))
    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low


def test_the_best_threshold_is_found() -> None:
    scores = [{0: 0.9, 1: 0.5, 2: 0.1}, {0: 0.2, 1: 0.8, 2: 0.1}]
    threshold, cut = measures.best_fixed(scores, [frozenset({0}), frozenset({1})], 0)
    assert 0.5 < threshold <= 0.8
    assert cut.f1.value == pytest.approx(1)


def test_every_figure_of_retrieval_has_an_interval_around_it() -> None:
    rng = np.random.default_rng(0)
    ranks = rng.integers(1, 40, 200)
    found = measures.retrieval(ranks, 1 / ranks, np.repeat(np.arange(40), 5), 0)
    assert found.median_rank.value == np.median(ranks)
    assert found.mean_rank.value == pytest.approx(ranks.mean())
    for one in (found.recall_at_1, found.median_rank, found.mean_rank, found.mean_average_precision):
        assert one.low <= one.value <= one.high
        assert one.low < one.high


def test_a_caption_is_not_helped_by_the_name_of_a_file(table: Path) -> None:
    """Photos are numbered in the library that is made for measuring; a caption may be a number."""
    text = table.read_text("utf-8")
    table.write_text(text.replace("red.png\tred\ten", "red.png\t3\ten"), "utf-8")
    plain = evaluate(replace(_plan(table), metrics=(Metric.COSINE,), indexes=(IndexKind.EXACT,)))
    direct = WordEncoder()
    scores = [float(direct.encode_query("3") @ direct.encode_query(colour)) for colour in COLOURS]
    rank = 1 + sum(score > scores[0] for score in scores)
    others = 1.0
    whole = plain.cells[0].text_to_image
    assert whole.mean_rank.value == pytest.approx((rank + 5 * others) / 6)


@pytest.mark.parametrize("name", ["plot.png", "plot.svg"])
def test_a_plot_is_drawn_in_the_format_of_its_name(name: str, table: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    plot.save(evaluate(_plan(table)), tmp_path / name)
    head = (tmp_path / name).read_bytes()[:200]
    assert b"PNG" in head or b"<svg" in head or b"<?xml" in head


def test_a_plot_of_another_format_is_refused_before_measuring(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.png"):
        plot.check(tmp_path / "plot.txt")
