"""Shows how far indexing is: a bar on a terminal, plain lines elsewhere. Always on stderr."""

import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from core.cli.output import count, duration, note
from core.values.enrichment import EnrichmentKind
from core.values.paths import shown
from core.values.progress import Phase, Progress

_PLAIN_SECONDS = 5.0
_TO_COME = {EnrichmentKind.LABELS: "labels for", EnrichmentKind.TEXT: "text in"}


def describe(progress: Progress) -> str:
    """Return one line: counts, pace, time left."""
    parts = [f"{progress.done:,} of {count(progress.found, 'photo')}"]
    if progress.failed:
        parts.append(f"{progress.failed:,} could not be read")
    if progress.rate and progress.waiting:
        parts.append(f"{progress.rate:.1f} photos/s")
    if progress.seconds_left is not None and progress.waiting:
        parts.append(f"{duration(progress.seconds_left)} left")
    return ", ".join(parts)


def enrichment_line(to_come: Mapping[EnrichmentKind, int]) -> str:
    """Return what is still to be found out about photos, in one line."""
    return ", ".join(f"{_TO_COME[kind]} {count(left, 'photo')}" for kind, left in to_come.items() if left)


class ProgressView:
    """Shows progress while it is entered. `quiet`: shows nothing."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._bars: Bars | None = None
        self._task = TaskID(0)
        self._plain = False
        self._last_line = ""
        self._next_line = 0.0
        if quiet:
            return
        if sys.stderr.isatty():
            self._bars = Bars(
                TextColumn("{task.fields[phase]}"),
                BarColumn(),
                TextColumn("{task.fields[line]}", markup=False),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bars.add_task("", phase="", line="", total=None)
        else:
            self._plain = True

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._bars.start()
        self._next_line = time.monotonic() + _PLAIN_SECONDS
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def show(self, progress: Progress) -> None:
        """Show the newest state; cheap to call often."""
        line = describe(progress)
        self.show_line(progress.phase.value, line, progress.done + progress.failed, progress.found)

    def show_line(self, phase: str, line: str, done: int = 0, total: int = 0) -> None:
        """Show what is being done and how far it is; without a `total` nobody knows."""
        if self._bars is not None:
            self._bars.update(self._task, phase=phase, line=line, total=total or None, completed=done)
        elif self._plain and time.monotonic() >= self._next_line and line != self._last_line:
            self._next_line = time.monotonic() + _PLAIN_SECONDS
            self._last_line = line
            note(f"{phase}: {line}")

    def tell(self, message: str) -> None:
        """Print a message above the bar."""
        if self._bars is not None:
            self._bars.console.print(shown(message), markup=False, highlight=False)
        else:
            note(shown(message))


def is_busy(progress: Progress) -> bool:
    """Whether there is something to wait for."""
    return progress.phase in {Phase.SCANNING, Phase.INDEXING}
