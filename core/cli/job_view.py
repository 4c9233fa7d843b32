"""Shows on stderr how far a job is: a bar in a terminal, now and then a line elsewhere."""

import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from core.cli.output import note
from core.values.jobs import JobKind, JobStatus

_PLAIN_SECONDS = 5.0
_TITLES = {JobKind.REMOVE_ROOT: "removing"}
_UNITS = {JobKind.REMOVE_ROOT: "files"}


def describe(job: JobStatus) -> str:
    """Return how far a job is, in one line."""
    counts = f"{job.done:,} of {job.total:,} {_UNITS[job.kind]}"
    return counts if job.problem is None else f"{counts}; {job.problem}"


class JobView:
    """Shows the job being done while it is entered."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._task = TaskID(0)
        self._next_line = 0.0
        if sys.stderr.isatty():
            self._bars = Bars(
                TextColumn("{task.fields[title]}"),
                BarColumn(),
                TextColumn("{task.fields[line]}", markup=False),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bars.add_task("", title="", line="", total=None)

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

    def show(self, jobs: Sequence[JobStatus]) -> None:
        """Show the newest state; cheap to call often."""
        if not jobs:
            return
        job = jobs[0]
        if self._bars is not None:
            self._bars.update(
                self._task, title=_TITLES[job.kind], line=describe(job), total=job.total, completed=job.done
            )
        elif time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + _PLAIN_SECONDS
            note(f"{_TITLES[job.kind]}: {describe(job)}")
