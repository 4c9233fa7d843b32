"""Saving and resuming a run."""

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
