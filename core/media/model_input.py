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


def prepare(picture: Image.Image, model_input: ModelInput) -> npt.NDArray[np.uint8]:
    """Return the upright sRGB `picture` as uint8 RGB (size, size, 3)."""
    size = model_input.size
    resampling = Image.Resampling.BICUBIC if model_input.interpolation == "bicubic" else Image.Resampling.BILINEAR
    picture = picture.convert("RGB")
    width, height = picture.size
    if model_input.resize_mode == "squash":
        resized = picture.resize((size, size), resampling)
    elif model_input.resize_mode == "shortest":
        scale = size / min(width, height)
        target = (max(size, round(width * scale)), max(size, round(height * scale)))
        left, top = round((target[0] - size) / 2), round((target[1] - size) / 2)
        box = (left / target[0] * width, top / target[1] * height)
        span = (size / target[0] * width, size / target[1] * height)
        resized = picture.resize(
            (size, size), resampling, box=(box[0], box[1], min(width, box[0] + span[0]), min(height, box[1] + span[1]))
        )
    else:
        scale = size / max(width, height)
        fitted = picture.resize((max(1, round(width * scale)), max(1, round(height * scale))), resampling)
        resized = Image.new("RGB", (size, size))
        resized.paste(fitted, ((size - fitted.width) // 2, (size - fitted.height) // 2))
    return np.asarray(resized, dtype=np.uint8)
