"""Crops for training: the whole picture when asked for, reproducible, never mirrored in the measure."""

import torch

from training.starter.pictures import cut, normalised, standardised


def _left_red_right_blue(count: int, side: int) -> torch.Tensor:
    pixels = torch.zeros(count, side, side, 3, dtype=torch.uint8)
    pixels[:, :, : side // 2, 0] = 255
    pixels[:, :, side // 2 :, 2] = 255
    return pixels


def test_whole_picture_keeps_its_sides_at_any_size() -> None:
    planes = normalised(_left_red_right_blue(2, 64), 32)
    assert planes.shape == (2, 3, 32, 32)
    assert (planes[:, 0, :, 4] > planes[:, 0, :, 28]).all()
    assert (planes[:, 2, :, 4] < planes[:, 2, :, 28]).all()


def test_white_and_black_have_imagenet_statistics() -> None:
    white = normalised(torch.full((1, 8, 8, 3), 255, dtype=torch.uint8), 8)
    assert torch.allclose(white[0, 0], torch.tensor((1 - 0.485) / 0.229), atol=1e-4)


def test_same_dice_give_same_crops() -> None:
    pixels = torch.randint(0, 256, (6, 48, 48, 3), dtype=torch.uint8)
    first, second = (cut(pixels, 32, 0.4, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first, second)


def test_about_half_of_the_crops_are_mirrored() -> None:
    crops = cut(_left_red_right_blue(200, 40), 24, 0.9, torch.Generator().manual_seed(1))
    plain = int((crops[:, 0, 12, 2] > crops[:, 0, 12, 21]).sum())
    assert 70 < plain < 130


def test_large_pictures_are_shrunk_smoothly_before_cropping() -> None:
    checks = torch.zeros(4, 256, 256, 3, dtype=torch.uint8)
    checks[:, ::2, ::2] = 255
    checks[:, 1::2, 1::2] = 255
    crops = cut(checks, 32, 0.9, torch.Generator().manual_seed(1)).float()
    assert crops.std(dim=(2, 3)).max() < 12


def test_a_crop_of_everything_is_as_sharp_as_what_the_model_sees() -> None:
    pixels = torch.randint(0, 256, (12, 80, 80, 3), dtype=torch.uint8)
    crops = standardised(cut(pixels, 32, 1.0, torch.Generator().manual_seed(2)))
    whole = normalised(pixels, 32)
    plain, mirrored = (torch.isclose(crops, seen, atol=1e-3).all(3).all(2).all(1) for seen in (whole, whole.flip(3)))
    assert (plain ^ mirrored).all()
    assert plain.any()
    assert mirrored.any()
