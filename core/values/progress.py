"""How far indexing is. Built by the engine, shown by every front end."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What the indexer is doing."""

    IDLE = "idle"
    SCANNING = "scanning"
    INDEXING = "indexing"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of present photos, and the pace.

    `done + failed + waiting == found` at every moment.

    Attributes:
        rate: photos per second over the last half minute; 0 when unknown.
        seconds_left: None when it cannot be estimated yet.
        current: path last read, for display.
    """

    phase: Phase = Phase.IDLE
    found: int = 0
    done: int = 0
    failed: int = 0
    waiting: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    current: str | None = None
