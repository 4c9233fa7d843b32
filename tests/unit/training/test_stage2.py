"""What is taught on keeps a share of what it began with."""

import torch

from training.starter.stage2 import mix_in


def test_only_the_image_tower_goes_back_and_counters_stay() -> None:
    weights = {
        "model.visual.trunk.conv1.weight": torch.tensor([1.0, 3.0]),
        "model.visual.trunk.bn1.num_batches_tracked": torch.tensor(700),
        "model.text.ln_final.weight": torch.tensor([5.0]),
    }

    mix_in(
        weights,
        {"trunk.conv1.weight": torch.tensor([2.0, 1.0]), "trunk.bn1.num_batches_tracked": torch.tensor(20)},
        0.25,
    )

    assert weights["model.visual.trunk.conv1.weight"].tolist() == [1.25, 2.5]
    assert weights["model.visual.trunk.bn1.num_batches_tracked"].item() == 700
    assert weights["model.text.ln_final.weight"].tolist() == [5.0]
