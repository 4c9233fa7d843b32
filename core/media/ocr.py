"""Reads the words that stand in a picture, with RapidOCR, where the extra `ocr` is installed. For decode workers.

Latin, Chinese and Japanese print, signs and clear handwriting; its models come with the package, nothing is fetched.
"""

import importlib.util
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from rapidocr import RapidOCR

SHORTEST_PX = 1080
"""Side to which the shorter one is decoded: smaller loses small print, larger costs time; see decision 21."""
LONGEST_PX = 2400
LEAST_CONFIDENCE = 0.6
"""Of a line, as the recogniser says; what is below is mostly leaves, fences and cloth."""
LONGEST_TEXT = 20_000


def is_available() -> bool:
    """Tell whether text can be read here, without loading anything."""
    return all(importlib.util.find_spec(package) is not None for package in ("rapidocr", "onnxruntime"))


def read_text(picture: Image.Image) -> str:
    """Return the lines of text in an upright picture, top to bottom; empty when there is none."""
    from rapidocr.utils.output import RapidOCROutput

    small = picture.convert("RGB")
    scale = min(1.0, SHORTEST_PX / min(small.size), LONGEST_PX / max(small.size))
    if scale < 1.0:
        size = (max(1, round(small.width * scale)), max(1, round(small.height * scale)))
        small = small.resize(size, Image.Resampling.BICUBIC)
    found = _recogniser()(np.ascontiguousarray(np.asarray(small)[:, :, ::-1]))
    if not isinstance(found, RapidOCROutput):
        return ""
    lines = zip(found.txts or (), found.scores or (), strict=True)
    return "\n".join(line.strip() for line, score in lines if score >= LEAST_CONFIDENCE and line.strip())[:LONGEST_TEXT]


@cache
def _recogniser() -> "RapidOCR":
    """One a process: loading takes seconds, and the process is a worker that reads many pictures."""
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1})
