"""A run that was broken off goes on exactly where it was."""

from pathlib import Path

import torch
from torch import nn

from training.starter import checkpoint


def _run(model: nn.Linear, optimiser: torch.optim.Optimizer, steps: range) -> None:
    for step in steps:
        rows = torch.randn(8, 4, generator=torch.Generator().manual_seed(step))
        model(rows).square().mean().backward()
        optimiser.step()
        optimiser.zero_grad()


def _new() -> tuple[nn.Linear, torch.optim.Optimizer]:
    torch.manual_seed(1)
    model = nn.Linear(4, 3)
    return model, torch.optim.AdamW(model.parameters(), lr=0.01)


def test_resumed_run_ends_like_an_unbroken_one(tmp_path: Path) -> None:
    whole, whole_optimiser = _new()
    _run(whole, whole_optimiser, range(10))
    first, first_optimiser = _new()
    _run(first, first_optimiser, range(6))
    checkpoint.save(tmp_path / "running.pt", first, first_optimiser, 6)
    second, second_optimiser = _new()
    done = checkpoint.load(tmp_path / "running.pt", second, second_optimiser)
    _run(second, second_optimiser, range(done, 10))
    assert torch.equal(whole.weight, second.weight)


def test_without_a_checkpoint_a_run_starts_at_the_first_step(tmp_path: Path) -> None:
    assert checkpoint.load(tmp_path / "running.pt", *_new()) == 0
