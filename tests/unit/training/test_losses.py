"""The losses of the later stages prefer what they should."""

import torch
from torch.nn import functional

from training.starter.losses import (
    contrast_loss,
    cosine_loss,
    matching_loss,
    mimicry_loss,
    naming_loss,
    word_loss,
)

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


def test_contrast_wants_both_to_find_what_belongs_to_them() -> None:
    pictures = _unit(4, 7)
    belong = torch.tensor([[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]])
    texts = functional.normalize(belong.float() @ pictures, dim=1)
    right = contrast_loss(pictures, texts, belong, SCALE)
    assert right < contrast_loss(pictures, texts.roll(1, dims=0), belong, SCALE)
    assert right < contrast_loss(pictures.roll(1, dims=0), texts, belong, SCALE)


def test_mimicry_minds_only_what_texts_tell_apart() -> None:
    texts, teachers = torch.eye(16)[:4], _unit(3, 6)
    beside = teachers.clone()
    beside[:, 4:] = beside[:, 4:].roll(1, dims=1)
    across = teachers.clone()
    across[:, :4] = across[:, :4].roll(1, dims=1)
    assert torch.allclose(mimicry_loss(beside, teachers, texts, SCALE), torch.tensor(0.0), atol=1e-6)
    assert mimicry_loss(across, teachers, texts, SCALE) > 0.05
