"""Targets from the feature teacher, computed once: ImageNet MobileNetV2 without its classifier.

The features are square-rooted and standardised, then projected to half-whitened principal
directions, so that a cosine between two targets is not ruled by a few strong features.
Picture and mirror image are averaged before that.
"""

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch
from torch.nn import functional

from training.starter import data
from training.starter.config import Recipe

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
BATCH = 64
SIZES = {"tiny_train": 128, "flickr_train": 224}


def teacher_targets(recipe: Recipe, part: str) -> Floats:
    """Unit-length targets `[n, teacher_dimension]` of `tiny_train` or `flickr_train`."""
    cache = recipe.places.work / f"targets_{part}.npy"
    if not cache.exists():
        raw = {name: _features(recipe, name) for name in SIZES}
        for name, projected in _project(raw, recipe.teacher_dimension).items():
            np.save(recipe.places.work / f"targets_{name}.npy", projected)
    targets: Floats = np.load(cache)
    return targets


def _features(recipe: Recipe, part: str) -> Floats:
    cache = recipe.places.work / f"features_{part}.npy"
    if not cache.exists():
        places = recipe.places
        source = data.tiny_imagenet(places, "train") if part == "tiny_train" else data.flickr_train(places)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = recipe.threads
        model = onnxruntime.InferenceSession(str(places.data / "mobilenetv2_features.onnx"), options)
        rows = []
        for start in range(0, len(source.pixels), BATCH):
            pictures = _enlarged(source.pixels[start : start + BATCH], SIZES[part])
            (plain,) = model.run(["feat"], {"image": pictures})
            (mirrored,) = model.run(["feat"], {"image": pictures[..., ::-1].copy()})
            rows.append((plain + mirrored).astype(np.float32) / 2)
            if start % (BATCH * 100) == 0:
                log.info("teacher %s %d/%d", part, start, len(source.pixels))
        _save(cache, np.concatenate(rows))
    features: Floats = np.load(cache)
    return features


def _enlarged(pixels: data.Pixels, size: int) -> Floats:
    pictures = torch.from_numpy(((pixels / 255.0 - MEAN) / STD).astype(np.float32))
    scaled = functional.interpolate(
        pictures.permute(0, 3, 1, 2), size=(size, size), mode="bicubic", align_corners=False
    )
    enlarged: Floats = scaled.contiguous().numpy()
    return enlarged


def _project(raw: dict[str, Floats], dimension: int) -> dict[str, Floats]:
    """Centre each set by itself (they differ in sharpness), share scale and directions."""
    roots = {name: np.sqrt(np.maximum(features, 0)) for name, features in raw.items()}
    centred = {name: root - root.mean(0) for name, root in roots.items()}
    together = np.concatenate(list(centred.values()))
    scale = together.std(0) + 1e-3
    together /= scale
    values, directions = np.linalg.eigh(together.T @ together / len(together))
    strongest = np.argsort(values)[::-1][:dimension]
    basis = directions[:, strongest] / values[strongest] ** 0.25
    projected = {name: (part / scale) @ basis for name, part in centred.items()}
    return {
        name: (part / np.linalg.norm(part, axis=1, keepdims=True)).astype(np.float32)
        for name, part in projected.items()
    }


def _save(path: Path, rows: Floats) -> None:
    unfinished = path.with_suffix(".unfinished.npy")
    np.save(unfinished, rows)
    unfinished.rename(path)
