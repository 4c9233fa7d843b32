"""Training crops: uint8 squares in, normalised float batches out, reproducible from a generator."""

import torch
from torch import Tensor
from torch.nn import functional

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
LONGEST_ASPECT = 4 / 3
LIGHT_CHANGE = 0.2


def normalised(pixels: Tensor, size: int) -> Tensor:
    """`[n, h, w, 3]` bytes as `[n, 3, size, size]` floats, the whole picture, antialiased."""
    planes = pixels.permute(0, 3, 1, 2).float()
    if planes.shape[-1] != size:
        planes = functional.interpolate(
            planes, size=(size, size), mode="bicubic", antialias=True, align_corners=False
        ).clamp_(0, 255)
    return _standardised(planes, torch.ones(len(planes)), torch.zeros(len(planes)))


def random_crops(pixels: Tensor, size: int, smallest: float, generator: torch.Generator) -> Tensor:
    """One crop of `smallest` to all of each picture's area, half of them mirrored, relit a little.

    Shapes as in `normalised`. Large pictures are first shrunk with antialiasing so that sampling
    the crop never skips pixels.
    """
    count = len(pixels)
    planes = pixels.permute(0, 3, 1, 2).float()
    roomy = round(size * 1.2)
    if planes.shape[-1] > 1.5 * size:
        planes = functional.interpolate(
            planes, size=(roomy, roomy), mode="bilinear", antialias=True, align_corners=False
        )

    def uniform(low: float, high: float) -> Tensor:
        return torch.rand(count, generator=generator) * (high - low) + low

    side = uniform(smallest, 1.0).sqrt()
    stretch = torch.exp(uniform(-1, 1) * torch.tensor(LONGEST_ASPECT).log() / 2)
    width, height = (side * stretch).clamp(max=1), (side / stretch).clamp(max=1)
    mirror = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    boxes = torch.zeros(count, 2, 3)
    boxes[:, 0, 0] = width * mirror
    boxes[:, 1, 1] = height
    boxes[:, 0, 2] = uniform(-1, 1) * (1 - width)
    boxes[:, 1, 2] = uniform(-1, 1) * (1 - height)
    grid = functional.affine_grid(boxes, [count, 3, size, size], align_corners=False)
    crops = functional.grid_sample(planes, grid, padding_mode="border", align_corners=False)
    gain = uniform(1 - LIGHT_CHANGE, 1 + LIGHT_CHANGE)
    lift = uniform(-1, 1) * 255 * LIGHT_CHANGE / 2
    return _standardised(crops, gain, lift)


def _standardised(planes: Tensor, gain: Tensor, lift: Tensor) -> Tensor:
    """`(planes * gain + lift - mean) / std` in one pass; gain and lift are one number a picture."""
    mean = torch.tensor(MEAN).view(1, 3, 1, 1) * 255
    std = torch.tensor(STD).view(1, 3, 1, 1) * 255
    factor = gain.view(-1, 1, 1, 1) / std
    offset = (lift.view(-1, 1, 1, 1) - mean) / std
    return torch.addcmul(offset, planes, factor).contiguous(memory_format=torch.channels_last)
