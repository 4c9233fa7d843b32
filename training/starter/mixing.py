"""Weights that were taught on from others, and theirs: the mean of both.

Such weights often lie in one valley, and their mean forgets less of what came before and finds more of what is new
(Wortsman and others 2022, "Robust fine-tuning of zero-shot models").
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from training.starter import towers
from training.starter.config import Mixture, Recipe


def mix(recipe: Recipe, name: str, mixture: Mixture, after: Path, before: Path) -> Path:
    """Write the checkpoint `name` from the one of a stage and of the one before; returns it.

    Where the recipe goes on with the towers that ship, the image tower that ships has its share too.
    """
    finished = recipe.places.work / f"{name}.pt"
    if finished.exists():
        return finished
    parts = [
        (torch.load(after, weights_only=True), mixture.after),
        (torch.load(before, weights_only=True), mixture.before),
    ]
    if recipe.go_on and mixture.shipped:
        weights = towers.shipped_image_tower(recipe.places)
        parts.append(({f"model.{towers.VISUAL}{key}": weight for key, weight in weights.items()}, mixture.shipped))
    torch.save(mean(parts), finished)
    return finished


def mean(parts: Sequence[tuple[dict[str, Tensor], float]]) -> dict[str, Tensor]:
    """The mean of all weights by shares, each over the parts that have it; counters are those of the first."""
    mixed = {}
    for name, first in parts[0][0].items():
        mixed[name] = first
        if first.is_floating_point():
            having = [(weights[name], share) for weights, share in parts if name in weights]
            total = sum(share for _, share in having)
            mixed[name] = torch.stack([weight * (share / total) for weight, share in having]).sum(0)
    return mixed
