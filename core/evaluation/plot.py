"""Draws an evaluation with matplotlib, which comes with the extra `plot`."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.evaluation.report import Cell, Cut, EvaluationReport, Interval, Retrieval
from core.values.errors import EideticError, UsageError
from core.values.paths import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = (".png", ".svg", ".pdf")


def check(path: Path) -> None:
    """Make sure that a plot can be drawn, before minutes are spent on measuring.

    Raises:
        EideticError: matplotlib is not installed.
        UsageError: the name tells no format that is known.
    """
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"The plot {shown(path)} must be named as one of {', '.join(FORMATS)}.")
    if importlib.util.find_spec("matplotlib") is None:
        raise EideticError("Drawing needs matplotlib. Install it with: pip install 'eidetic[plot]'")


def save(report: EvaluationReport, path: Path) -> None:
    """Write a picture, in the format of its name: recalls both ways, the cuts of each combination, and what it costs.

    Raises:
        EideticError: as `check`, or the file cannot be written.
    """
    check(path)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 7 + 0.3 * len(report.cells)), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(f"{report.photos:,} photos, {report.captions:,} captions")
    (words, photos), (cuts, cost) = figure.subplots(2, 2)
    _recalls(words, "Words find their photo", [(cell.name, cell.text_to_image) for cell in report.cells])
    _recalls(photos, "Photos find their words", [(cell.name, cell.image_to_text) for cell in report.cells])
    _cuts(cuts, report.cells)
    _cost(cost, report.cells)
    handles, labels = words.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize="small")
    try:
        figure.savefig(path)
    except OSError as error:
        raise EideticError(f"The plot {shown(path)} cannot be written: {error.strerror}") from error


def _recalls(axes: "Axes", title: str, found: Sequence[tuple[str, Retrieval]]) -> None:
    for name, one in found:
        heights, reaches = _percent((one.recall_at_1, one.recall_at_5, one.recall_at_10))
        axes.errorbar([1, 5, 10], heights, yerr=reaches, marker="o", capsize=3, label=name)
    axes.set(title=title, xlabel="among the first", ylabel="recall, %", xticks=[1, 5, 10], ylim=(0, None))


def _cuts(axes: "Axes", cells: Sequence[Cell]) -> None:
    """Draw the relevance line of each combination, and beside one alone what simpler cuts give."""
    measured = [(cell.name, cell.line) for cell in cells if cell.line is not None]
    bars: list[tuple[str, Cut]] = [(name, line.line) for name, line in measured]
    if len(measured) == 1:
        line = measured[0][1]
        bars = [("relevance line", line.line), ("best fixed threshold", line.best_fixed), ("first 20", line.top_20)]
    width = 0.8 / max(1, len(bars))
    for number, (name, cut) in enumerate(bars):
        heights, reaches = _percent((cut.precision, cut.recall, cut.f1))
        places = [group - 0.4 + (number + 0.5) * width for group in range(3)]
        axes.bar(places, heights, 0.9 * width, yerr=reaches, capsize=2, label=name)
    axes.set(title="The relevance line parts what belongs", ylabel="%", ylim=(0, 100))
    axes.set_xticks(range(3), ["precision", "recall", "F1"])
    if len(measured) == 1:
        axes.legend(fontsize="small")


def _cost(axes: "Axes", cells: Sequence[Cell]) -> None:
    for number, cell in enumerate(cells):
        axes.barh(number, cell.latency_p95_ms, 0.7, color=f"C{number % 10}", alpha=0.4)
        axes.barh(number, cell.latency_p50_ms, 0.7, color=f"C{number % 10}")
        axes.text(0, number, f" {cell.memory_bytes / 1e6:.1f} MB", va="center", fontsize="small")
    axes.set(title="A query takes: median and 95 of 100; its index holds", xlabel="ms")
    axes.set_yticks(range(len(cells)), [cell.name for cell in cells], fontsize="small")
    axes.invert_yaxis()


def _percent(intervals: Sequence[Interval]) -> tuple[list[float], list[list[float]]]:
    """Return values, and how far their intervals reach below and above."""
    values = [100 * one.value for one in intervals]
    below = [max(0.0, value - 100 * one.low) for value, one in zip(values, intervals, strict=True)]
    above = [max(0.0, 100 * one.high - value) for value, one in zip(values, intervals, strict=True)]
    return values, [below, above]
