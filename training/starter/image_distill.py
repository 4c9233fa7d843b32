"""The image tower learns to see as the feature teacher does, block by block, then as a whole.

A loss at the far end of an untrained network tells its first blocks next to nothing. So they first learn alone what
the teacher sees near the pixels, of which every picture shows hundreds of places; the next blocks then learn from what
these make of pictures, and these stay as they are meanwhile. Then all learn together, at last with class labels too.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.starter import checkpoint, towers
from training.starter.config import Part, Recipe
from training.starter.descent import Descent, weight_groups
from training.starter.losses import cosine_loss
from training.starter.pairs import held_out
from training.starter.pictures import seen
from training.starter.teacher import directions, features_of
from training.starter.views import UNLABELLED, Views, load_views

log = logging.getLogger(__name__)

REPORT_EVERY = 100
SAVE_EVERY = 200
CLASSES = 200


class Student(nn.Module):
    """The image trunk, whose head predicts the teacher's features, and what is thrown away: its maps, and classes.

    Args:
        recipe: names the network; one that timm builds of `blocks`.
        channels: of the teacher's maps, nearest to the pixels first.

    Attributes:
        taps: after which blocks it is compared with these maps: the last blocks of as many sizes.
        head: the number that the part after the last block goes by.
    """

    def __init__(self, recipe: Recipe, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.trunk = towers.image_trunk(recipe.places, recipe.teacher_dimension)
        ends = self.trunk.feature_info[-len(channels) :]
        self.taps = [int(end["module"].removeprefix("blocks.")) for end in ends]
        self.head = len(self.trunk.blocks)
        self.classes = nn.Linear(self.trunk.head_hidden_size, CLASSES)
        self.adapters = nn.ModuleList(
            nn.Conv2d(end["num_chs"], wanted, kernel_size=1) for end, wanted in zip(ends, channels, strict=True)
        )

    def forward(self, pictures: Tensor, first: int, last: int) -> tuple[dict[int, Tensor], Tensor | None]:
        """What the blocks from `first` to `last` say of the teacher's maps, by number, and what the head is given.

        The head is given nothing if it is not among these parts.
        """
        trunk, said = self.trunk, {}
        states = trunk.bn1(trunk.conv_stem(pictures))
        for block in trunk.blocks[:first]:
            states = block(states)
        for number in range(first, min(last + 1, self.head)):
            states = trunk.blocks[number](states)
            if number in self.taps:
                tap = self.taps.index(number)
                said[tap] = self.adapters[tap](states)
        return said, trunk.forward_head(states, pre_logits=True) if last == self.head else None

    def maps(self) -> list[nn.Module]:
        """What is thrown away in the end."""
        return [*self.adapters, self.trunk.classifier, self.classes]

    def parts(self, first: int, last: int) -> list[nn.Module]:
        """All that learns in blocks `first` to `last`."""
        trunk = self.trunk
        parts: list[nn.Module] = [trunk.conv_stem, trunk.bn1] if first == 0 else []
        parts += [*trunk.blocks[first : last + 1]]
        parts += [adapter for tap, adapter in zip(self.taps, self.adapters, strict=True) if first <= tap <= last]
        if last == self.head:
            parts += [trunk.conv_head, trunk.norm_head, trunk.classifier, self.classes]
        return parts


@dataclass(frozen=True, slots=True)
class Run:
    """What stays the same through one part."""

    recipe: Recipe
    part: Part
    name: str
    student: Student
    views: Views


def train(recipe: Recipe, *, go_on: bool = False) -> Path:
    """Run or resume all parts; returns the checkpoint of the finished student.

    Args:
        recipe: the numbers.
        go_on: begin with the trunk that ships, and run the last part alone.
    """
    finished = recipe.places.work / "image.pt"
    if finished.exists():
        log.info("image tower: %s is there, nothing to learn", finished)
        return finished
    torch.manual_seed(recipe.seed)
    views = load_views(recipe)
    student = Student(recipe, tuple(one.shape[1] for one in views.maps))
    towers.lay_out(student)
    parts = {f"image-{number}": part for number, part in enumerate(recipe.image.parts, 1)}
    if go_on:
        towers.put_trunk(student.trunk, towers.shipped_trunk(recipe.places))
        # names of their own: what a course from nothing left must not be taken for this one's
        parts = {"image-mapped": recipe.image.mapped, "image-onward": recipe.image.parts[-1]}
    for name, part in parts.items():
        ended = recipe.places.work / f"{name}.pt"
        if ended.exists():
            student.load_state_dict(torch.load(ended, weights_only=True))
            continue
        _learn(Run(recipe, part, name, student, views))
        torch.save(student.state_dict(), ended)
    log.info("image tower: cosine to the teacher's features, photos held out: %.3f", likeness(recipe, student))
    torch.save(student.state_dict(), finished)
    return finished


def likeness(recipe: Recipe, student: Student) -> float:
    """Mean cosine to the teacher's features of the photos held out, whole."""
    student.eval()
    photos, size = held_out(recipe), towers.architecture(recipe.places)["vision_cfg"]["image_size"]
    known = features_of(recipe, "flickr_train")
    targets = directions(recipe).of(known[photos.rows], like=known)
    taught = seen(photos.pixels, size, student.trunk)
    return float(functional.cosine_similarity(taught, torch.from_numpy(targets)).mean())


def _learn(run: Run) -> None:
    part, student = run.part, run.student
    learning = _prepare(run)
    groups = weight_groups(learning.parameters(), part.rate, part.weight_decay)
    descent = Descent(groups, part.steps, part.warmup, last=part.last_rate, longest_gradient=part.longest_gradient)
    running = run.recipe.places.work / f"{run.name}-running.pt"
    since, totals = time.monotonic(), Counter[str]()
    for step in range(checkpoint.load(running, student, descent.optimiser), part.steps):
        losses = _losses(run, step)
        descent.follow(torch.stack(list(losses.values())).sum(), step)
        totals.update({name: loss.item() for name, loss in losses.items()})
        if (step + 1) % REPORT_EVERY == 0:
            pace = REPORT_EVERY * part.batch / (time.monotonic() - since)
            said = ", ".join(f"{name} {total / REPORT_EVERY:.3f}" for name, total in totals.items())
            log.info("%s step %d/%d: %s; %.0f views/s", run.name, step + 1, part.steps, said, pace)
            since, totals = time.monotonic(), Counter()
        if (step + 1) % SAVE_EVERY == 0:
            checkpoint.save(running, student, descent.optimiser, step + 1)


def _prepare(run: Run) -> nn.ModuleList:
    """What learns keeps statistics of what it sees; all else stays as it is."""
    part, student = run.part, run.student
    learning = nn.ModuleList(student.maps() if part.only_maps else student.parts(part.first, part.last))
    student.eval().requires_grad_(requires_grad=False)
    return learning.train().requires_grad_(requires_grad=True)


def _rows(run: Run, step: int) -> npt.NDArray[np.int64]:
    """Views without class labels, and after them those with."""
    part, labelled = run.part, run.views.labels != UNLABELLED
    plain = _turn(run, np.flatnonzero(~labelled), part.batch - part.labelled, step)
    return np.concatenate([plain, _turn(run, np.flatnonzero(labelled), part.labelled, step)])


def _turn(run: Run, rows: npt.NDArray[np.int64], count: int, step: int) -> npt.NDArray[np.int64]:
    """So many of these rows at every step: each pass goes through all, in an order of its own."""
    if count == 0:
        return rows[:0]
    steps = len(rows) // count
    order = np.random.default_rng([run.recipe.seed, run.part.first, step // steps]).permutation(len(rows))
    start = step % steps * count
    return np.sort(rows[order[start : start + count]])


def _losses(run: Run, step: int) -> dict[str, Tensor]:
    """What is made small, by name; each as it counts.

    In float32 whatever the processor has: with AVX-512's bfloat16 this network learns from fewer pictures a second.
    """
    part, student, views, rows = run.part, run.student, run.views, _rows(run, step)
    said, features = student(views.pictures(rows), part.first, part.last)
    losses = {
        f"map {number}": part.map_weights[number] * functional.mse_loss(one.float(), views.map(number, rows))
        for number, one in said.items()
        if part.map_weights[number]
    }
    if features is not None:
        taught = student.trunk.classifier(features).float()
        losses["features"] = part.feature_weight * cosine_loss(taught, views.target(rows))
    if features is not None and part.label_weight:
        scores = student.classes(features[-part.labelled :]).float()
        labels = torch.from_numpy(views.labels[rows[-part.labelled :]])
        losses["classes"] = part.label_weight * functional.cross_entropy(scores, labels, label_smoothing=0.1)
    return losses
