"""The learning rate's course: a straight warm-up, then half a cosine down to nothing."""

import math


def rate_at(progress: float, warmup: float) -> float:
    """Share of the peak rate at `progress` (0 to 1) of the run."""
    if progress < warmup:
        return max(progress / warmup, 0.01)
    return 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
