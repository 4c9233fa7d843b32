"""What an evaluation found: values, JSON, and a table for the screen."""

import dataclasses
import json
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the ends of its 95 % confidence interval (bootstrap over photos)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How well what belongs together finds itself. Recalls are shares, ranks count from 1.

    Attributes:
        mean_average_precision: over the queries.
    """

    queries: int
    recall_at_1: Interval
    recall_at_5: Interval
    recall_at_10: Interval
    median_rank: float
    mean_rank: float
    mean_average_precision: float


@dataclass(frozen=True, slots=True)
class Cut:
    """How well a way of cutting the hits parts what belongs from what does not; means over queries."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class LineReport:
    """The relevance line against simpler cuts, on everyday words that captions name.

    Attributes:
        best_fixed: the one threshold that is best over all these queries, chosen knowing the answers.
        fixed_threshold: that threshold.
        by_strictness: the line with the slider elsewhere.
    """

    queries: int
    line: Cut
    best_fixed: Cut
    fixed_threshold: float
    top_20: Cut
    mean_average_precision: float
    by_strictness: dict[str, Cut]


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination. Latencies in milliseconds, of words to hits; memory in bytes, of what the index adds."""

    model: str
    metric: str
    index: str
    text_to_image: Retrieval
    image_to_text: Retrieval
    line: LineReport | None
    latency_p50_ms: float
    latency_p95_ms: float
    encode_p50_ms: float
    memory_bytes: int
    by_language: dict[str, Retrieval]


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Everything that was measured."""

    captions_file: str
    photos: int
    captions: int
    seed: int
    cells: tuple[Cell, ...]

    def to_json(self) -> str:
        """Return all figures as JSON."""
        return json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False) + "\n"

    def table(self) -> Table:
        """Return the figures that are compared most, a row a combination."""
        table = Table(title=f"{self.photos} photos, {self.captions} captions")
        for name in ("model", "metric", "index"):
            table.add_column(name)
        for name in _NUMBERS:
            table.add_column(name, justify="right")
        for cell in self.cells:
            table.add_row(cell.model, cell.metric, cell.index, *_figures(cell))
        return table


_NUMBERS = (
    *("t\u2192i R@1", "R@5", "R@10", "median", "i\u2192t R@1", "R@10"),
    *("P", "R", "F1", "F1 fixed", "F1 top-20", "p50 ms", "p95 ms", "MB"),
)


def _figures(cell: Cell) -> tuple[str, ...]:
    words, pictures, line = cell.text_to_image, cell.image_to_text, cell.line
    cuts: tuple[str, ...] = ("-",) * 5
    if line is not None:
        shares = (line.line.precision, line.line.recall, line.line.f1, line.best_fixed.f1, line.top_20.f1)
        cuts = tuple(f"{100 * share:.1f}" for share in shares)
    return (
        _share(words.recall_at_1),
        _share(words.recall_at_5),
        _share(words.recall_at_10),
        f"{words.median_rank:g}",
        _share(pictures.recall_at_1),
        _share(pictures.recall_at_10),
        *cuts,
        f"{cell.latency_p50_ms:.1f}",
        f"{cell.latency_p95_ms:.1f}",
        f"{cell.memory_bytes / 1e6:.1f}",
    )


def _share(interval: Interval) -> str:
    return f"{100 * interval.value:.1f} \u00b1{50 * (interval.high - interval.low):.1f}"
