"""The learning rate warms up, then runs down; weights follow the loss at that rate."""

import pytest
import torch
from torch import nn

from training.starter.descent import Descent, rate_at, weight_groups


def test_rate_starts_low_peaks_after_the_warm_up_and_ends_at_nothing() -> None:
    course = [rate_at(step / 100, 0.1) for step in range(101)]
    assert course[0] == pytest.approx(0.01)
    assert max(course) == pytest.approx(1.0)
    assert course.index(max(course)) == 10
    assert course[-1] == pytest.approx(0.0, abs=1e-6)
    assert sorted(course[10:], reverse=True) == course[10:]


def test_only_matrices_decay_and_what_is_frozen_is_left_out() -> None:
    model, frozen = nn.Linear(4, 3), nn.Parameter(torch.ones(2, 2), requires_grad=False)
    decaying, kept = weight_groups([*model.parameters(), frozen], 1e-3, 0.1)
    assert decaying == {"params": [model.weight], "weight_decay": 0.1, "peak": 1e-3}
    assert kept == {"params": [model.bias], "weight_decay": 0.0, "peak": 1e-3}


def test_a_line_through_points_is_found_and_each_group_moves_at_its_own_rate() -> None:
    torch.manual_seed(3)
    places = torch.randn(200, 4)
    wanted = places @ torch.tensor([[1.0, -2.0, 0.5, 3.0]]).T + 0.7
    line = nn.Linear(4, 1)
    still = nn.Parameter(torch.tensor([0.25]))
    descent = Descent([*weight_groups(line.parameters(), 0.1, 0.0), *weight_groups([still], 0.0, 0.0)], 300, 0.1)
    for step in range(descent.steps):
        descent.follow((line(places) * (1 + still - 0.25) - wanted).square().mean(), step)
    assert (line(places) - wanted).abs().max().item() < 0.01
    assert still.item() == 0.25


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_long_gradients_are_cut_to_the_longest_allowed(scale: float) -> None:
    first, second = nn.Parameter(torch.tensor([3.0])), nn.Parameter(torch.tensor([4.0]))
    descent = Descent(weight_groups([first, second], 1.0, 0.0), 1, 0.0, longest_gradient=0.5)
    descent.follow(scale * (first.square().sum() + second.square().sum()), 0)
    kept = [descent.optimiser.state[weight]["exp_avg"].item() / 0.1 for weight in (first, second)]
    assert kept == pytest.approx([0.3, 0.4], abs=1e-4)
