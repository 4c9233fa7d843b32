"""What was taught on is mixed with what it began with, by shares."""

import torch

from training.starter.mixing import mean


def test_weights_are_mixed_over_the_parts_that_have_them_and_counters_stay() -> None:
    after = {"trunk": torch.tensor([1.0, 3.0]), "head": torch.tensor([4.0]), "steps": torch.tensor(700)}
    before = {"trunk": torch.tensor([2.0, 1.0]), "head": torch.tensor([0.0]), "steps": torch.tensor(20)}
    shipped = {"trunk": torch.tensor([5.0, 5.0])}

    mixed = mean([(after, 0.6), (before, 0.2), (shipped, 0.2)])

    torch.testing.assert_close(mixed["trunk"], torch.tensor([2.0, 3.0]))
    torch.testing.assert_close(mixed["head"], torch.tensor([3.0]))
    assert mixed["steps"].item() == 700
