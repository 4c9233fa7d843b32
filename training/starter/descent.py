"""How weights follow a loss down: which of them decay, and at what rate they move."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

Group = dict[str, object]
"""What torch's optimisers call a parameter group; `peak` is the highest learning rate that it gets."""


class Descent:
    """AdamW whose learning rates warm up in a straight line, then run down by half a cosine.

    Args:
        groups: what moves, as `weight_groups` makes them.
        steps: of the whole course.
        warmup: share of the course before the peak.
        last: share of the peak that it ends at.
        longest_gradient: gradients of all groups together that are longer are cut to it.
    """

    def __init__(
        self, groups: list[Group], steps: int, warmup: float, *, last: float = 0.0, longest_gradient: float = math.inf
    ) -> None:
        self.optimiser = torch.optim.AdamW(groups, fused=True)
        self.steps = steps
        self._warmup = warmup
        self._last = last
        self._longest_gradient = longest_gradient

    def follow(self, loss: Tensor, step: int) -> None:
        """Move all weights by the gradient of `loss`, at the rates of the course's `step` (from 0)."""
        share = rate_at(step / self.steps, self._warmup, self._last)
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * share
        torch.autograd.backward(loss)
        if math.isfinite(self._longest_gradient):
            moved = [weight for group in self.optimiser.param_groups for weight in group["params"]]
            nn.utils.clip_grad_norm_(moved, self._longest_gradient)
        self.optimiser.step()
        self.optimiser.zero_grad()


def weight_groups(weights: Iterable[nn.Parameter], peak: float, weight_decay: float) -> list[Group]:
    """Those that learn: matrices and kernels decay; biases, norms, scales and other vectors do not."""
    learning = [weight for weight in weights if weight.requires_grad]
    return [
        {"params": [weight for weight in learning if weight.ndim > 1], "weight_decay": weight_decay, "peak": peak},
        {"params": [weight for weight in learning if weight.ndim < 2], "weight_decay": 0.0, "peak": peak},
    ]


def rate_at(progress: float, warmup: float, last: float = 0.0) -> float:
    """Share of the peak rate at `progress` (0 to 1) of the course."""
    if progress < warmup:
        return max(progress / warmup, 0.01)
    fall = 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
    return last + (1 - last) * fall
