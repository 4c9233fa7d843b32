"""Shows how far a download is: a bar on a terminal, a line for each tenth elsewhere. Always on stderr."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from core.cli.output import note, size

if TYPE_CHECKING:
    from core.embedding.models.download import DownloadProgress


class DownloadView:
    """Shows progress while it is entered."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._told_tenths = 0
        if sys.stderr.isatty():
            self._bars = Bars(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                DownloadColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bars.add_task("", total=None)

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def show(self, progress: "DownloadProgress") -> None:
        """Show the newest state."""
        if self._bars is not None:
            self._bars.update(
                self._task, description=progress.file, completed=progress.done_bytes, total=progress.total_bytes
            )
            return
        tenths = 10 * progress.done_bytes // max(1, progress.total_bytes)
        if tenths > self._told_tenths:
            self._told_tenths = tenths
            note(f"{size(progress.done_bytes)} of {size(progress.total_bytes)}")
