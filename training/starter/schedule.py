"""The learning rate's course: a straight warm-up, then half a cosine down."""

import math


def rate_at(progress: float, warmup: float, last: float = 0.0) -> float:
    """Share of the peak rate at `progress` (0 to 1) of the run; it ends at the share `last`."""
    if progress < warmup:
        return max(progress / warmup, 0.01)
    fall = 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
    return last + (1 - last) * fall
