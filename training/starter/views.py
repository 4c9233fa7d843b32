"""Crops of all training pictures, and what the feature teacher sees in each, place by place; computed once.

The image tower learns from these by heart nothing but what the teacher does with pixels, so a crop needs to be looked
at by the teacher only once, however often it is learnt from.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.starter import data
from training.starter.config import Recipe
from training.starter.pairs import shuffled
from training.starter.pictures import cut, standardised
from training.starter.teacher import MAPS, FeatureTeacher, directions, features_of

log = logging.getLogger(__name__)

Ints = npt.NDArray[np.int64]
LABELLED = 2
"""Place of Tiny ImageNet's pictures among `_pools`."""
AT_ONCE = 64
MEASURED = 12
"""So many batches tell how the numbers of each map are spread."""
UNLABELLED = -1
STEPS_OF_ONE = 31.75
"""Numbers of a map are kept as bytes, four spreads either way."""


@dataclass(frozen=True, slots=True)
class Views:
    """Rows of all arrays belong together.

    Attributes:
        pixels: crops `[n, 3, size, size]`, bytes.
        maps: the teacher's maps `[n, channels, side, side]`, each channel centred and divided by its spread, as bytes.
        targets: what is made of its features `[n, teacher_dimension]`, unit length.
        labels: classes of Tiny ImageNet's pictures `[n]`, and of all others `UNLABELLED`.
    """

    pixels: npt.NDArray[np.uint8]
    maps: tuple[npt.NDArray[np.int8], ...]
    targets: npt.NDArray[np.float16]
    labels: Ints

    def __len__(self) -> int:
        return len(self.pixels)

    def pictures(self, rows: Ints) -> Tensor:
        """Crops as towers look at them."""
        return standardised(torch.from_numpy(self.pixels[rows]))

    def map(self, number: int, rows: Ints) -> Tensor:
        """One of the teacher's maps, its numbers about 1 in size."""
        return torch.from_numpy(self.maps[number][rows]).float() / STEPS_OF_ONE

    def target(self, rows: Ints) -> Tensor:
        """Unit vectors."""
        return torch.from_numpy(self.targets[rows]).float()


def load_views(recipe: Recipe) -> Views:
    """All views of a recipe, made when they are not there."""
    folder = recipe.places.work / "views"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        unfinished.mkdir(parents=True, exist_ok=True)
        _write(recipe, unfinished)
        unfinished.rename(folder)
    views = _open(folder)
    data.ensure_of(folder, len(views), len(_sources(recipe)[0]))
    return views


def _write(recipe: Recipe, folder: Path) -> None:
    kinds, rows = _sources(recipe)
    pools = _pools(recipe)
    teacher = FeatureTeacher(recipe, MAPS)
    projection, known = directions(recipe), features_of(recipe, "flickr_train")
    size, total = recipe.image.size, len(kinds)
    dice = np.random.default_rng([recipe.seed, 6])
    some = [
        teacher.look(standardised(_crops(recipe, pools, kinds[pick], rows[pick], number)))[1]
        for number, pick in enumerate(dice.choice(total, (MEASURED, min(AT_ONCE, total))))
    ]
    measures = [_measure(torch.cat(parts)) for parts in zip(*some, strict=True)]
    shapes = [tuple(one.shape[1:]) for one in some[0]]
    labels = np.full(total, UNLABELLED)
    labels[kinds == LABELLED] = data.tiny_imagenet(recipe.places, "train").labels[rows[kinds == LABELLED]]
    views = _create(folder, size, shapes, recipe.teacher_dimension, labels)
    for start in range(0, total, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        crops = _crops(recipe, pools, kinds[part], rows[part], MEASURED + start)
        features, maps = teacher.look(standardised(crops))
        views.pixels[part] = crops.numpy()
        views.targets[part] = projection.of(features.numpy(), like=known)
        for kept, seen, (centre, spread) in zip(views.maps, maps, measures, strict=True):
            kept[part] = ((seen - centre) / spread * STEPS_OF_ONE).round().clamp(-127, 127).to(torch.int8).numpy()
        if start % (AT_ONCE * 100) == 0:
            log.info("views %d/%d", start, total)


def _sources(recipe: Recipe) -> tuple[Ints, Ints]:
    """Which pool each view is of, and which row of it: photos with captions several times, the others once."""
    stage = recipe.image
    flickr = len(data.flickr_train(recipe.places).names)
    captioned = flickr + len(data.more_captioned(recipe.places).names)
    learnt = np.concatenate([shuffled(recipe, flickr)[recipe.held_out_photos :], np.arange(flickr, captioned)])
    rows = [
        np.tile(learnt, stage.views_of_captioned),
        np.arange(len(data.more_photos(recipe.places))),
        np.arange(len(data.tiny_imagenet(recipe.places, "train").labels)),
    ]
    kinds = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
    together = np.concatenate(rows)
    order = np.random.default_rng([recipe.seed, 7]).permutation(len(kinds))
    return kinds[order], together[order]


def _pools(recipe: Recipe) -> tuple[data.Pixels, ...]:
    """Pixels that `_sources` speaks of."""
    captioned = [of(recipe.places).pixels for of in (data.flickr_train, data.more_captioned)]
    return np.concatenate(captioned), data.more_photos(recipe.places), data.tiny_imagenet(recipe.places, "train").pixels


def _crops(recipe: Recipe, pools: tuple[data.Pixels, ...], kinds: Ints, rows: Ints, number: int) -> Tensor:
    """A random crop of each, bytes `[n, 3, size, size]`; `number` is their seed."""
    stage, dice = recipe.image, torch.Generator().manual_seed(recipe.seed * 100_003 + number)
    crops = torch.empty(len(rows), 3, stage.size, stage.size, dtype=torch.uint8)
    for kind, pool in enumerate(pools):
        (places,) = np.nonzero(kinds == kind)
        if len(places):
            pixels = torch.from_numpy(np.stack([pool[row] for row in rows[places]]))
            crops[torch.from_numpy(places)] = cut(pixels, stage.size, stage.smallest_crop, dice)
    return crops


def _measure(seen: Tensor) -> tuple[Tensor, Tensor]:
    """Centre and spread of each channel, `[channels, 1, 1]`."""
    return seen.mean((0, 2, 3))[:, None, None], seen.std((0, 2, 3))[:, None, None] + 1e-6


def _create(folder: Path, size: int, shapes: list[tuple[int, ...]], dimension: int, labels: Ints) -> Views:
    def empty(name: str, kind: type[np.generic], *shape: int) -> Any:
        return np.lib.format.open_memmap(folder / f"{name}.npy", "w+", kind, (len(labels), *shape))

    np.save(folder / "labels.npy", labels)
    maps = [empty(f"map{number}", np.int8, *shape) for number, shape in enumerate(shapes)]
    return Views(empty("pixels", np.uint8, 3, size, size), tuple(maps), empty("targets", np.float16, dimension), labels)


def _open(folder: Path) -> Views:
    kept = [np.load(path, mmap_mode="r") for path in sorted(folder.glob("map*.npy"))]
    pixels, targets, labels = (
        np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("pixels", "targets", "labels")
    )
    return Views(pixels, tuple(kept), targets, labels)
