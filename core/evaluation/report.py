"""What an evaluation found: values, JSON, and tables for the screen."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the ends of its 95 % confidence interval (bootstrap over photos, or over queries of a cut)."""

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
    median_rank: Interval
    mean_rank: Interval
    mean_average_precision: Interval


@dataclass(frozen=True, slots=True)
class Cut:
    """How well a way of cutting the hits parts what belongs from what does not; means over queries."""

    precision: Interval
    recall: Interval
    f1: Interval


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
    mean_average_precision: Interval
    by_strictness: dict[str, Cut]


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination. Latencies in milliseconds, of words to hits.

    Attributes:
        memory_bytes: of the vectors and of what the index keeps beside them.
        exact_found_at_50: the share of the 50 photos nearest by exact search that the index finds too.
        by_language: words to photos, where the captions tell their language.
    """

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
    exact_found_at_50: float
    by_language: dict[str, Retrieval]

    @property
    def name(self) -> str:
        """What it is, in words."""
        return f"{self.model}, {self.metric}, {self.index}"


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Everything that was measured."""

    captions_file: str
    photos: int
    captions: int
    seed: int
    cells: tuple[Cell, ...]

    def to_json(self) -> str:
        """Return all figures as JSON, in ASCII so that any reader takes it."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    def tables(self) -> Sequence[Table]:
        """Return the figures in tables, a row a combination; ± is half of the 95 % interval."""
        size = f"{self.photos:,} photos, {self.captions:,} captions"
        words = [((*_combination(cell), *_retrieval(cell.text_to_image))) for cell in self.cells]
        photos = [((*_combination(cell), *_retrieval(cell.image_to_text))) for cell in self.cells]
        tables = [
            _table(f"Words find their photo ({size})", _RETRIEVAL, words),
            _table("Photos find their words", _RETRIEVAL, photos),
        ]
        languages = [
            (*_combination(cell), language, *_retrieval(found))
            for cell in self.cells
            for language, found in cell.by_language.items()
        ]
        if languages:
            tables.append(_table("Words find their photo, by language", ("language", *_RETRIEVAL), languages))
        lines = [(*_combination(cell), *_line(cell.line)) for cell in self.cells if cell.line is not None]
        if lines:
            tables.append(_table("The relevance line, on everyday words", _LINE, lines))
        tables.append(_table("Cost", _COST, [(*_combination(cell), *_cost(cell)) for cell in self.cells]))
        return tables


_RETRIEVAL = ("queries", "R@1 %", "R@5 %", "R@10 %", "median rank", "mean rank", "mAP %")
_LINE = ("words", "precision %", "recall %", "F1 %", "mAP %", "F1 best fixed %", "F1 first 20 %")
_COST = ("p50 ms", "p95 ms", "words encoded ms", "MB", "of exact's 50 found %")


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in ("model", "metric", "index"):
        table.add_column(name)
    for name in columns:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _combination(cell: Cell) -> tuple[str, str, str]:
    return cell.model, str(cell.metric), str(cell.index)


def _retrieval(found: Retrieval) -> tuple[str, ...]:
    return (
        f"{found.queries:,}",
        _share(found.recall_at_1),
        _share(found.recall_at_5),
        _share(found.recall_at_10),
        _number(found.median_rank),
        _number(found.mean_rank),
        _share(found.mean_average_precision),
    )


def _line(line: LineReport) -> tuple[str, ...]:
    shares = (line.line.precision, line.line.recall, line.line.f1, line.mean_average_precision)
    others = (line.best_fixed.f1, line.top_20.f1)
    return (f"{line.queries:,}", *(_share(share) for share in (*shares, *others)))


def _cost(cell: Cell) -> tuple[str, ...]:
    milliseconds = (cell.latency_p50_ms, cell.latency_p95_ms, cell.encode_p50_ms)
    return (
        *(f"{one:.1f}" for one in milliseconds),
        f"{cell.memory_bytes / 1e6:.1f}",
        f"{100 * cell.exact_found_at_50:.1f}",
    )


def _share(interval: Interval) -> str:
    return f"{100 * interval.value:.1f} \u00b1{50 * (interval.high - interval.low):.1f}"


def _number(interval: Interval) -> str:
    return f"{interval.value:.1f} \u00b1{(interval.high - interval.low) / 2:.1f}"
