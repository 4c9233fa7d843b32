"""Draws an evaluation with matplotlib, which comes with the extra `plot`."""

from pathlib import Path

from core.search.evaluation.report import EvaluationReport
from core.values.errors import EideticError
from core.values.paths import shown


def save(report: EvaluationReport, path: Path) -> None:
    """Write a picture (PNG, SVG or PDF by the name): recall by rank, and precision, recall and F1 of the cuts.

    Raises:
        EideticError: matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise EideticError("Drawing needs matplotlib. Install it with: pip install 'eidetic[plot]'") from error
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    recalls, cuts = figure.subplots(1, 2)
    for cell in report.cells:
        found = (cell.text_to_image.recall_at_1, cell.text_to_image.recall_at_5, cell.text_to_image.recall_at_10)
        values = [100 * one.value for one in found]
        below = [value - 100 * one.low for value, one in zip(values, found, strict=True)]
        above = [100 * one.high - value for value, one in zip(values, found, strict=True)]
        label = f"{cell.model}, {cell.metric}, {cell.index}"
        recalls.errorbar([1, 5, 10], values, yerr=[below, above], marker="o", capsize=3, label=label)
    recalls.set(title="Words find their photo", xlabel="among the first", ylabel="%", xticks=[1, 5, 10], ylim=(0, None))
    recalls.legend(fontsize="small")
    measured = [cell.line for cell in report.cells if cell.line is not None]
    if measured:
        line = measured[0]
        for place, (name, cut) in enumerate(
            (("relevance line", line.line), ("best fixed", line.best_fixed), ("top 20", line.top_20))
        ):
            heights = [100 * cut.precision, 100 * cut.recall, 100 * cut.f1]
            cuts.bar([number + 0.27 * (place - 1) for number in range(3)], heights, 0.25, label=name)
        cuts.set(title="What belongs, parted from the rest", ylabel="%", ylim=(0, 100))
        cuts.set_xticks(range(3), ["precision", "recall", "F1"])
        cuts.legend(fontsize="small")
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise EideticError(f"The plot {shown(path)} cannot be written: {error}") from error
