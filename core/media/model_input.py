"""Prepares a picture for a model, as open_clip's evaluation transform does, but on the CPU with Pillow alone.

Normalisation (mean, standard deviation) is left to the encoder, so that what crosses processes is small: uint8.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

ResizeMode = Literal["shortest", "longest", "squash"]


@dataclass(frozen=True, slots=True)
class ModelInput:
    """The size and shape of picture that a model takes.

    Attributes:
        size: side in pixels; models take squares.
        resize_mode: `shortest`: fit the shorter side, crop the centre; `longest`: fit the longer side, pad
            with black; `squash`: ignore the aspect.
        interpolation: `bicubic` or `bilinear`.
    """

    size: int
    resize_mode: ResizeMode = "shortest"
    interpolation: Literal["bicubic", "bilinear"] = "bicubic"


Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels; fractions count."""


def prepare(picture: Image.Image, model_input: ModelInput, box: Box | None = None) -> npt.NDArray[np.uint8]:
    """Return the upright sRGB `picture` as uint8 RGB (size, size, 3).

    `box` is the part that holds the picture: decoding at a reduced scale leaves a fraction of a pixel at the edges.
    """
    size = model_input.size
    resampling = Image.Resampling.BICUBIC if model_input.interpolation == "bicubic" else Image.Resampling.BILINEAR
    picture = picture.convert("RGB")
    left, top, right, bottom = box or (0.0, 0.0, float(picture.width), float(picture.height))
    width, height = right - left, bottom - top
    if model_input.resize_mode == "squash":
        resized = picture.resize((size, size), resampling, box=(left, top, right, bottom))
    elif model_input.resize_mode == "shortest":
        scale = size / min(width, height)
        target = (max(size, round(width * scale)), max(size, round(height * scale)))
        inner_left = left + round((target[0] - size) / 2) / target[0] * width
        inner_top = top + round((target[1] - size) / 2) / target[1] * height
        inner_right = min(right, inner_left + size / target[0] * width)
        inner_bottom = min(bottom, inner_top + size / target[1] * height)
        resized = picture.resize((size, size), resampling, box=(inner_left, inner_top, inner_right, inner_bottom))
    else:
        scale = size / max(width, height)
        fitted_size = (max(1, round(width * scale)), max(1, round(height * scale)))
        fitted = picture.resize(fitted_size, resampling, box=(left, top, right, bottom))
        resized = Image.new("RGB", (size, size))
        resized.paste(fitted, ((size - fitted.width) // 2, (size - fitted.height) // 2))
    return np.asarray(resized, dtype=np.uint8)
