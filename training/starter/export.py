"""The finished model as it ships: open_clip's own weight names, float16, safetensors."""

from pathlib import Path

import torch
from safetensors.torch import save_file

from training.starter import towers
from training.starter.config import Recipe

LARGEST = 48 * 1024 * 1024


def export(recipe: Recipe, finished: Path) -> Path:
    """Write `model.safetensors` from the finished model's checkpoint."""
    model = towers.build(recipe.places)
    model.load_state_dict(torch.load(finished, weights_only=True))
    weights = {name: _half(weight) for name, weight in model.state_dict().items()}
    target = recipe.places.model / "model.safetensors"
    save_file(weights, target, metadata={"format": "pt"})
    target.chmod(0o644)  # safetensors leaves it to its owner alone, and so would a package
    if target.stat().st_size > LARGEST:
        message = f"{target} has {target.stat().st_size} bytes; at most {LARGEST} may ship"
        raise RuntimeError(message)
    return target


def _half(weight: torch.Tensor) -> torch.Tensor:
    kept = weight.half() if weight.is_floating_point() else weight
    return kept.contiguous()
