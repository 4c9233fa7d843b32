"""The map that the probe fits: noise must help where there are few photos and many numbers that mean nothing."""

import torch
from torch import Tensor
from torch.nn import functional

from training.starter import probe
from training.starter.config import Recipe
from training.starter.pairs import CAPTIONS

PHOTOS, MEANT, MEANINGLESS = 200, 8, 150


def test_with_noise_a_map_finds_more_photos_that_it_was_not_fitted_to() -> None:
    dice = torch.Generator().manual_seed(3)
    meaning = torch.randn(2 * PHOTOS, MEANT, generator=dice)
    blur = torch.randn(2 * PHOTOS, MEANINGLESS, generator=dice)
    features = torch.cat([3 * meaning, 0.5 * blur], 1)
    features /= features.var(0).mean().sqrt()
    said = meaning[:, None] + 0.4 * torch.randn(2 * PHOTOS, CAPTIONS, MEANT, generator=dice)
    texts = functional.normalize(said, dim=2)
    plain, blurred = (_found_first(features, texts, noise) for noise in (0.0, 1.0))
    assert blurred > plain > 10 / PHOTOS


def _found_first(features: Tensor, texts: Tensor, noise: float) -> float:
    fitted = probe.fit(Recipe(), features[:PHOTOS], texts[:PHOTOS], noise)
    with torch.inference_mode():
        places = functional.normalize(fitted(features[PHOTOS:]), dim=1)
    found = (texts[PHOTOS:, 0] @ places.T).argmax(1)
    return float((found == torch.arange(PHOTOS)).float().mean())
