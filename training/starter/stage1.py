"""Stage 1: the image tower learns to see, from class labels and the feature teacher."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.starter import checkpoint, data, towers
from training.starter.config import Places, Recipe
from training.starter.descent import Descent, weight_groups
from training.starter.losses import cosine_loss
from training.starter.pictures import normalised, random_crops
from training.starter.precision import autocast
from training.starter.teacher import teacher_targets

log = logging.getLogger(__name__)

CLASSES = 200
REPORT_EVERY = 50
SAVE_EVERY = 400


class Student(nn.Module):
    """The image trunk with the two heads that only stage 1 needs."""

    def __init__(self, places: Places, teacher_dimension: int) -> None:
        super().__init__()
        self.trunk = towers.image_trunk(places)
        features = int(self.trunk.num_features)
        self.classes = nn.Linear(features, CLASSES)
        self.teacher = nn.Linear(features, teacher_dimension)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Class scores and teacher-space vectors of normalised pictures."""
        features = self.trunk(pictures)
        return self.classes(features), self.teacher(features)


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over all pictures: which size, and the learning-rate steps it spans."""

    number: int
    size: int
    first_step: int
    steps: int


@dataclass(frozen=True, slots=True)
class Run:
    """What stays the same through a run."""

    recipe: Recipe
    student: Student
    descent: Descent
    pool: "_Pool"
    running: Path


def train(recipe: Recipe) -> Path:
    """Run or resume stage 1; returns the checkpoint of the finished student."""
    finished = recipe.places.work / "stage1.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    student = Student(recipe.places, recipe.teacher_dimension)
    towers.lay_out(student)
    stage = recipe.stage1
    pool = _Pool(recipe)
    epochs = _epochs(recipe, len(pool))
    last_step = epochs[-1].first_step + epochs[-1].steps
    groups = weight_groups(student.parameters(), stage.rate, stage.weight_decay)
    descent = Descent(groups, last_step, stage.warmup, last=stage.last_rate)
    run = Run(recipe, student, descent, pool, recipe.places.work / "stage1-running.pt")
    done = checkpoint.load(run.running, student, descent.optimiser)
    for epoch in epochs:
        if done < epoch.first_step + epoch.steps:
            _run_epoch(run, epoch, max(done - epoch.first_step, 0))
            log.info("stage 1 epoch %d: top-1 %.1f %%", epoch.number + 1, validate(recipe, student))
    torch.save(student.state_dict(), finished)
    return finished


def validate(recipe: Recipe, student: Student, size: int = 64) -> float:
    """Top-1 (%) by the label head on Tiny ImageNet's validation pictures."""
    pictures = data.tiny_imagenet(recipe.places, "val")
    student.eval()
    right = 0
    with torch.inference_mode(), autocast():
        for start in range(0, len(pictures.pixels), 250):
            batch = torch.from_numpy(pictures.pixels[start : start + 250].copy())
            found = student(normalised(batch, size))[0].argmax(1).numpy()
            right += int((found == pictures.labels[start : start + 250]).sum())
    return 100 * right / len(pictures.pixels)


class _Pool:
    """All pictures of stage 1: Tiny ImageNet's with labels, Flickr8k's without (label -1)."""

    def __init__(self, recipe: Recipe) -> None:
        tiny = data.tiny_imagenet(recipe.places, "train")
        self._tiny = np.array(tiny.pixels)
        self._photos = _shrunk(data.flickr_train(recipe.places).pixels, 96)
        self._labels = np.concatenate([tiny.labels, np.full(len(self._photos), -1)])
        self._targets = np.concatenate([teacher_targets(recipe, part) for part in ("tiny_train", "flickr_train")])

    def __len__(self) -> int:
        return len(self._labels)

    def batch(
        self, rows: npt.NDArray[np.int64], size: int, smallest: float, dice: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Crops, labels and teacher targets of some rows; Tiny ImageNet's rows come first."""
        rows = np.sort(rows)
        split = int(np.searchsorted(rows, len(self._tiny)))
        sources = (self._tiny[rows[:split]], self._photos[rows[split:] - len(self._tiny)])
        crops = torch.cat([random_crops(torch.from_numpy(part), size, smallest, dice) for part in sources]).contiguous(
            memory_format=torch.channels_last
        )
        labels = torch.from_numpy(self._labels[rows])
        return crops, labels, torch.from_numpy(self._targets[rows])


def _run_epoch(run: Run, epoch: Epoch, done: int) -> None:
    stage, seed = run.recipe.stage1, run.recipe.seed
    order = np.random.default_rng([seed, epoch.number]).permutation(len(run.pool))
    run.student.train()
    totals, since = np.zeros(3), time.monotonic()
    for index in range(done, epoch.steps):
        step = epoch.first_step + index
        rows = order[index * stage.batch : (index + 1) * stage.batch]
        dice = torch.Generator().manual_seed(seed * 100_003 + step)
        totals += _step(run, run.pool.batch(rows, epoch.size, stage.smallest_crop, dice), step)
        if (step + 1) % REPORT_EVERY == 0:
            rate = totals[0] * stage.batch / (time.monotonic() - since)
            labels, teacher = totals[1:] / totals[0]
            place = f"{step + 1}/{run.descent.steps} size {epoch.size}"
            log.info("stage 1 step %s: labels %.3f teacher %.3f, %.0f pictures/s", place, labels, teacher, rate)
            totals, since = np.zeros(3), time.monotonic()
        if (step + 1) % SAVE_EVERY == 0 or index + 1 == epoch.steps:
            checkpoint.save(run.running, run.student, run.descent.optimiser, step + 1)


def _step(run: Run, batch: tuple[Tensor, Tensor, Tensor], step: int) -> tuple[int, float, float]:
    stage = run.recipe.stage1
    crops, labels, targets = batch
    with autocast():
        scores, seen = run.student(crops)
    label_loss = functional.cross_entropy(
        scores.float(), labels, ignore_index=-1, label_smoothing=stage.label_smoothing
    )
    teacher_loss = cosine_loss(seen.float(), targets)
    run.descent.follow(label_loss + stage.teacher_weight * teacher_loss, step)
    return 1, label_loss.item(), teacher_loss.item()


def _epochs(recipe: Recipe, pictures: int) -> list[Epoch]:
    steps = pictures // recipe.stage1.batch
    sizes = [phase.size for phase in recipe.stage1.phases for _ in range(phase.epochs)]
    return [Epoch(number, size, number * steps, steps) for number, size in enumerate(sizes)]


def _shrunk(pixels: data.Pixels, side: int) -> data.Pixels:
    parts = []
    for start in range(0, len(pixels), 500):
        planes = torch.from_numpy(pixels[start : start + 500].copy()).permute(0, 3, 1, 2).float()
        small = functional.interpolate(planes, size=(side, side), mode="bilinear", antialias=True)
        parts.append(small.round().to(torch.uint8).permute(0, 2, 3, 1).numpy())
    return np.concatenate(parts)
