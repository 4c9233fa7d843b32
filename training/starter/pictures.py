"""Pictures as towers look at them: uint8 squares in, float batches out, crops reproducible from a generator."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from training.starter.precision import autocast

if TYPE_CHECKING:
    from training.starter.data import Pixels

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
SEEN_AT_ONCE = 100


def seen(pixels: "Pixels", size: int, see: Callable[[Tensor], Tensor]) -> Tensor:
    """What `see` makes of whole pictures `[n, 3, size, size]`, of all of them in turn; float32, without gradients."""
    parts = []
    with torch.no_grad(), autocast():
        for start in range(0, len(pixels), SEEN_AT_ONCE):
            some = torch.from_numpy(pixels[start : start + SEEN_AT_ONCE].copy())
            parts.append(see(normalised(some, size)).float())
    return torch.cat(parts)


def normalised(pixels: Tensor, size: int) -> Tensor:
    """`[n, h, w, 3]` bytes as `[n, 3, size, size]` floats, the whole picture, antialiased."""
    return standardised(_scaled(pixels, size, size))


def cut(pixels: Tensor, size: int, smallest: float, generator: torch.Generator) -> Tensor:
    """One crop of `smallest` to all of each picture's area, half of them mirrored: bytes `[n, 3, size, size]`.

    All are scaled alike, as whole pictures are when they are looked at, and cut to whole pixels: crops that are each
    scaled in a second step come out softer than what the tower sees later.
    """
    count, largest = len(pixels), size / math.sqrt(smallest)
    height, width = (int(side) for side in (torch.rand(2, generator=generator) * (largest - size) + size).round())
    planes = _scaled(pixels, height, width)
    tops = torch.randint(height - size + 1, (count,), generator=generator).tolist()
    lefts = torch.randint(width - size + 1, (count,), generator=generator).tolist()
    crops = torch.empty(count, 3, size, size, dtype=torch.uint8)
    for row, (top, left) in enumerate(zip(tops, lefts, strict=True)):
        crops[row] = planes[row, :, top : top + size, left : left + size]
    mirrored = torch.rand(count, generator=generator) < 0.5
    crops[mirrored] = crops[mirrored].flip(3)
    return crops


def standardised(planes: Tensor) -> Tensor:
    """`[n, 3, h, w]` bytes as floats, less ImageNet's mean and by its spread."""
    mean = torch.tensor(MEAN).view(1, 3, 1, 1) * 255
    std = torch.tensor(STD).view(1, 3, 1, 1) * 255
    return torch.addcmul(-mean / std, planes.float(), 1 / std).contiguous(memory_format=torch.channels_last)


def _scaled(pixels: Tensor, height: int, width: int) -> Tensor:
    """`[n, h, w, 3]` bytes as `[n, 3, height, width]`, bicubic and antialiased.

    Bytes they stay: those are scaled much faster than floats.
    """
    planes = pixels.permute(0, 3, 1, 2)
    if planes.shape[-2:] == (height, width):
        return planes
    return functional.interpolate(planes, size=(height, width), mode="bicubic", antialias=True, align_corners=False)
