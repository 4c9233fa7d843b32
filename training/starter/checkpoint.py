"""Saving and resuming a run, and which weights decay."""

from pathlib import Path

import torch
from torch import nn


def save(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, step: int) -> None:
    """Write all that resuming needs, whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
    torch.save(state, unfinished)
    unfinished.rename(path)


def load(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer) -> int:
    """Restore `model` and `optimiser` when `path` exists; returns the steps already done."""
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def decay_groups(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Matrices and kernels decay; biases, norms and other vectors do not."""
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    return [
        {"params": [weight for weight in trained if weight.ndim > 1], "weight_decay": weight_decay},
        {"params": [weight for weight in trained if weight.ndim < 2], "weight_decay": 0.0},
    ]
