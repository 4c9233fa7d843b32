"""Puts into words how far a job is, for `ProgressView`."""

from core.cli.progress_view import ProgressView
from core.values.jobs import JobKind, JobStatus

_TITLES = {JobKind.REMOVE_ROOT: "removing"}
_UNITS = {JobKind.REMOVE_ROOT: "files"}


def show_job(view: ProgressView, job: JobStatus) -> None:
    """Show how far a job is; cheap to call often."""
    view.show_line(_TITLES[job.kind], describe(job), job.done, job.total)


def describe(job: JobStatus) -> str:
    """Return how far a job is, in one line."""
    counts = f"{job.done:,} of {job.total:,} {_UNITS[job.kind]}"
    return counts if job.problem is None else f"{counts}; {job.problem}"
