"""Targets from the feature teacher, computed once: ImageNet MobileNetV2 without its classifier.

Picture and mirror image are averaged; `projection` makes targets of that.
"""

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch
from torch.nn import functional

from training.starter import data
from training.starter.config import Places, Recipe
from training.starter.projection import projection_of

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
BATCH = 64
FEATURES = 1280
SIZES = {"tiny_train": 128, "flickr_train": 224, "more_captioned": 224, "more": 160}
FITTED = ("tiny_train", "flickr_train")
"""The directions come from these, so that more photos leave them, and what was taught with them, as they are."""


def teacher_targets(recipe: Recipe, part: str) -> Floats:
    """Unit-length targets `[n, teacher_dimension]` of a set that `SIZES` names."""
    cache = recipe.places.work / f"targets_{part}.npy"
    if not cache.exists():
        projection = projection_of({name: features_of(recipe, name) for name in FITTED}, recipe.teacher_dimension)
        _save(cache, projection.of(features_of(recipe, part)))
    targets: Floats = np.load(cache)
    data.ensure_of(cache, len(targets), len(_pixels(recipe.places, part)))
    return targets


def photo_targets(recipe: Recipe) -> Floats:
    """Targets of all photos with captions: Flickr8k's first."""
    return np.concatenate([teacher_targets(recipe, part) for part in ("flickr_train", "more_captioned")])


def features_of(recipe: Recipe, part: str) -> Floats:
    """The teacher's own numbers `[n, FEATURES]` of a set that `SIZES` names, picture and mirror image averaged."""
    cache = recipe.places.work / f"features_{part}.npy"
    if not cache.exists():
        source = _pixels(recipe.places, part)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = recipe.threads
        model = onnxruntime.InferenceSession(str(recipe.places.data / "mobilenetv2_features.onnx"), options)
        rows = [np.empty((0, FEATURES), np.float32)]
        for start in range(0, len(source), BATCH):
            pictures = _enlarged(source[start : start + BATCH], SIZES[part])
            (plain,) = model.run(["feat"], {"image": pictures})
            (mirrored,) = model.run(["feat"], {"image": pictures[..., ::-1].copy()})
            rows.append((plain + mirrored).astype(np.float32) / 2)
            if start % (BATCH * 100) == 0:
                log.info("teacher %s %d/%d", part, start, len(source))
        _save(cache, np.concatenate(rows))
    features: Floats = np.load(cache)
    data.ensure_of(cache, len(features), len(_pixels(recipe.places, part)))
    return features


def _pixels(places: Places, part: str) -> data.Pixels:
    match part:
        case "tiny_train":
            return data.tiny_imagenet(places, "train").pixels
        case "flickr_train":
            return data.flickr_train(places).pixels
        case "more_captioned":
            return data.more_captioned(places).pixels
        case _:
            return data.more_photos(places)


def _enlarged(pixels: data.Pixels, size: int) -> Floats:
    pictures = torch.from_numpy(((pixels / 255.0 - MEAN) / STD).astype(np.float32))
    scaled = functional.interpolate(
        pictures.permute(0, 3, 1, 2), size=(size, size), mode="bicubic", align_corners=False
    )
    enlarged: Floats = scaled.contiguous().numpy()
    return enlarged


def _save(path: Path, rows: Floats) -> None:
    unfinished = path.with_suffix(".unfinished.npy")
    np.save(unfinished, rows)
    unfinished.rename(path)
