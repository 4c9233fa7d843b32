"""What the feature teacher sees: ImageNet MobileNetV2 without its classifier.

Of whole pictures, computed once, picture and mirror image are averaged; `projection` makes targets of that. Of crops
it also says what it sees place by place; see `views.py`.
"""

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
from torch import Tensor
from torch.nn import functional

from training.starter import data
from training.starter.config import Places, Recipe
from training.starter.projection import Projection, projection_of

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
BATCH = 64
FEATURES = 1280
SIZES = {"tiny_train": 128, "flickr_train": 224, "more_captioned": 224}
FITTED = ("tiny_train", "flickr_train")
"""The directions come from these, so that more photos leave them, and what was taught with them, as they are."""


MAPS = ("o31a", "o71a", "o94")
"""What its graph calls the ends of its linear bottlenecks at an eighth, a sixteenth and a thirty-second of the size."""


class FeatureTeacher:
    """The network itself.

    Args:
        recipe: where it lies, and how many threads it may use.
        maps: names of inner results that it is asked for as well.
    """

    def __init__(self, recipe: Recipe, maps: tuple[str, ...] = ()) -> None:
        network = onnx.load(str(recipe.places.data / "mobilenetv2_features.onnx"))
        network.graph.output.extend(
            onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in maps
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = recipe.threads
        self._outputs = ["feat", *maps]
        self._session = onnxruntime.InferenceSession(network.SerializeToString(), options)

    def look(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Features `[n, FEATURES]` and maps `[n, channels, side, side]` of `[n, 3, h, w]`, as towers look at them."""
        features, *maps = self._session.run(self._outputs, {"image": pictures.contiguous().numpy()})
        return torch.from_numpy(features), [torch.from_numpy(one) for one in maps]


def directions(recipe: Recipe) -> Projection:
    """What targets are made with, from the teacher's features of `FITTED`."""
    return projection_of({name: features_of(recipe, name) for name in FITTED}, recipe.teacher_dimension)


def teacher_targets(recipe: Recipe, part: str) -> Floats:
    """Unit-length targets `[n, teacher_dimension]` of a set that `SIZES` names."""
    cache = recipe.places.work / f"targets_{part}.npy"
    if not cache.exists():
        _save(cache, directions(recipe).of(features_of(recipe, part)))
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
        teacher = FeatureTeacher(recipe)
        rows = []
        for start in range(0, len(source), BATCH):
            pictures = _enlarged(source[start : start + BATCH], SIZES[part])
            (plain, _), (mirrored, _) = teacher.look(pictures), teacher.look(pictures.flip(3))
            rows.append(((plain + mirrored) / 2).numpy())
            if start % (BATCH * 100) == 0:
                log.info("teacher %s %d/%d", part, start, len(source))
        _save(cache, np.concatenate(rows) if rows else np.empty((0, FEATURES), np.float32))
    features: Floats = np.load(cache)
    data.ensure_of(cache, len(features), len(_pixels(recipe.places, part)))
    return features


def _pixels(places: Places, part: str) -> data.Pixels:
    match part:
        case "tiny_train":
            return data.tiny_imagenet(places, "train").pixels
        case "flickr_train":
            return data.flickr_train(places).pixels
        case _:
            return data.more_captioned(places).pixels


def _enlarged(pixels: data.Pixels, size: int) -> Tensor:
    pictures = torch.from_numpy(((pixels / 255.0 - MEAN) / STD).astype(np.float32)).permute(0, 3, 1, 2)
    return functional.interpolate(pictures, size=(size, size), mode="bicubic", align_corners=False)


def _save(path: Path, rows: Floats) -> None:
    unfinished = path.with_suffix(".unfinished.npy")
    np.save(unfinished, rows)
    unfinished.rename(path)
