"""Long work that was asked for: what it is and how far it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

JobId = NewType("JobId", int)


class JobKind(StrEnum):
    """What is done. The names stand in the catalog: a job that was interrupted goes on at the next start."""

    REMOVE_ROOT = "remove root"


class JobState(StrEnum):
    """`WAITING`: behind another job, or for what hinders it. The last two are told once; the job is then gone."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How far one job is.

    Attributes:
        subject: what it is about, by its id in the catalog: a root.
        done, total: in its own unit; `total` is an estimate.
        problem: why it does not get on now, with what to do; None while it does.
    """

    job_id: JobId
    kind: JobKind
    subject: int | None
    state: JobState
    done: int
    total: int
    problem: str | None = None
