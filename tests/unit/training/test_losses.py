"""The losses prefer what they should."""

import torch
from torch.nn import functional

from training.starter.losses import cosine_loss, matching_loss, naming_loss, word_loss

SCALE = torch.tensor(20.0)


def _unit(rows: int, seed: int) -> torch.Tensor:
    return functional.normalize(torch.randn(rows, 16, generator=torch.Generator().manual_seed(seed)), dim=1)


def test_captions_at_their_own_photo_cost_less_than_at_another() -> None:
    photos = _unit(6, 1)
    right = photos.repeat_interleave(2, dim=0)
    likeness = torch.zeros(12, 6)
    matched = matching_loss(photos, right, likeness, SCALE, 0.0)
    crossed = matching_loss(photos, right.roll(2, dims=0), likeness, SCALE, 0.0)
    assert matched < 0.5 < crossed


def test_soft_targets_forgive_a_caption_that_fits_another_photo_too() -> None:
    photos = _unit(4, 2)
    captions = photos[[1, 1, 2, 3]]
    fits_second = torch.full((4, 4), -9.0).fill_diagonal_(9.0)
    fits_second[0, 1] = 9.0
    fits_none = torch.full((4, 4), -9.0).fill_diagonal_(9.0)
    assert matching_loss(photos, captions, fits_second, SCALE, 0.5) < matching_loss(
        photos, captions, fits_none, SCALE, 0.5
    )


def test_naming_prefers_the_right_class() -> None:
    names = _unit(5, 3)
    labels = torch.tensor([0, 3, 4])
    assert naming_loss(names[labels], names, labels, SCALE) < naming_loss(names[labels], names, (labels + 1) % 5, SCALE)


def test_cosine_loss_ignores_length() -> None:
    wanted = _unit(3, 4)
    assert torch.allclose(cosine_loss(wanted * 7, wanted), torch.tensor(0.0), atol=1e-6)


def test_a_word_belongs_to_the_photos_that_mention_it() -> None:
    photos = _unit(4, 5)
    words = functional.normalize(photos[:2] + photos[2:], dim=1)
    present = torch.tensor([[True, False, True, False], [False, True, False, True]])
    assert word_loss(photos, words, present, SCALE) < word_loss(photos, words, ~present, SCALE)
