"""Stage 2: the image tower learns the space that texts and the feature teacher agreed on.

The text tower is finished, so its vectors are computed once, and a step costs no more than its pictures.
"""

import logging
import time
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.starter import checkpoint, data, towers
from training.starter.align import Aligner, new_aligner, read_all, seen_by_teacher
from training.starter.config import Places, Recipe
from training.starter.losses import cosine_loss, matching_loss, naming_loss, word_loss
from training.starter.measure import measure
from training.starter.pairs import Draw, Pairs
from training.starter.pictures import random_crops
from training.starter.schedule import rate_at
from training.starter.teacher import teacher_targets
from training.starter.text_distill import TextStudent

log = logging.getLogger(__name__)

REPORT_EVERY = 20
SAVE_EVERY = 100


class Learner(nn.Module):
    """The whole model with the head that only the feature teacher looks at."""

    def __init__(self, places: Places, teacher_dimension: int) -> None:
        super().__init__()
        self.model = towers.build(places)
        self.teacher_head = nn.Linear(int(self.model.visual.trunk.num_features), teacher_dimension)
        # Names of classes lie closer together than captions do, so they need a sharper scale.
        self.naming_scale = nn.Parameter(torch.tensor(40.0).log())

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors of pictures, and what the feature teacher compares."""
        with torch.autocast("cpu", torch.bfloat16):
            features = self.model.visual.trunk(pictures)
            vectors, taught = self.model.visual.head(features), self.teacher_head(features)
        return functional.normalize(vectors.float(), dim=1), taught.float()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Finished vectors: of all texts, and where each picture should lie; the teacher's features beside them."""

    captions: Tensor
    words: Tensor
    names: Tensor
    photos: Tensor
    tiny: Tensor
    more: Tensor
    photo_features: Tensor
    tiny_features: Tensor
    more_features: Tensor


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that stays the same through the run; `photos`, `tiny` and `more` are pixels."""

    recipe: Recipe
    pairs: Pairs
    wanted: Wanted
    photos: data.Pixels
    tiny: data.Pixels
    more: data.Pixels


@dataclass(frozen=True, slots=True)
class Read:
    """Unit vectors of what a step reads: captions, single words, one name for each class."""

    captions: Tensor
    words: Tensor
    names: Tensor


@dataclass(frozen=True, slots=True)
class Losses:
    """The parts of one step's loss."""

    matching: Tensor
    words: Tensor
    naming: Tensor
    place: Tensor
    tiny_place: Tensor
    teacher: Tensor

    def __str__(self) -> str:
        return ", ".join(f"{part.name} {getattr(self, part.name).item():.3f}" for part in fields(self))


def train(recipe: Recipe, stage1: Path, aligned: Path) -> Path:
    """Run or resume stage 2; returns the checkpoint of the averaged, finished learner."""
    stage = recipe.stage2
    finished = recipe.places.work / "stage2.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    pairs = Pairs(recipe)
    aligner = new_aligner(recipe)
    aligner.load_state_dict(torch.load(aligned, weights_only=True))
    learner = _start(recipe, stage1, aligner)
    averaged = deepcopy(learner).requires_grad_(False)
    optimiser = torch.optim.AdamW(picture_groups(recipe, learner, stage.trunk_rate, stage.head_rate), fused=True)
    lesson = new_lesson(recipe, pairs, aligner)
    per_epoch = pairs.steps_per_epoch(stage.share)
    sizes = [phase.size for phase in stage.phases for _ in range(phase.epochs * per_epoch)]
    running = recipe.places.work / "stage2-running.pt"
    both = nn.ModuleList([learner, averaged])
    first = checkpoint.load(running, both, optimiser)
    since = time.monotonic()
    for step in range(first, len(sizes)):
        learner.train()
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * rate_at(step / len(sizes), stage.warmup)
        draw, wanted = pairs.draw(step, stage.share), lesson.wanted
        read = Read(wanted.captions[draw.captions], wanted.words[draw.words], wanted.names[draw.names])
        losses = losses_of(lesson, learner, draw, read, sizes[step], seed=recipe.seed * 100_003 + step)
        torch.autograd.backward(weighted(recipe, losses))
        nn.utils.clip_grad_norm_(learner.parameters(), stage.longest_gradient)
        optimiser.step()
        optimiser.zero_grad()
        move_towards(averaged, learner, 1 - stage.averaging)
        if (step + 1) % REPORT_EVERY == 0:
            pace = (time.monotonic() - since) / REPORT_EVERY
            log.info("stage 2 step %d/%d size %d: %s, %.2f s a step", step + 1, len(sizes), sizes[step], losses, pace)
            since = time.monotonic()
        if (step + 1) % SAVE_EVERY == 0:
            checkpoint.save(running, both, optimiser, step + 1)
        if (step + 1) % (per_epoch * stage.measure_every) == 0 or step + 1 == len(sizes):
            log.info("stage 2 step %d: %s", step + 1, measure(recipe.places, averaged.model, pairs.held_out))
    torch.save(averaged.state_dict(), finished)
    return finished


def move_towards(averaged: nn.Module, learner: nn.Module, share: float) -> None:
    """Move every weight and statistic of `averaged` a `share` of the way to those of `learner`."""
    with torch.no_grad():
        for slow, fast in zip(averaged.state_dict().values(), learner.state_dict().values(), strict=True):
            if slow.is_floating_point():
                slow.lerp_(fast, share)
            else:
                slow.copy_(fast)


def _start(recipe: Recipe, stage1: Path, aligner: Aligner) -> Learner:
    learner = Learner(recipe.places, recipe.teacher_dimension)
    student = torch.load(stage1, weights_only=True)
    learner.model.visual.trunk.load_state_dict(_under(student, "trunk."))
    learner.teacher_head.load_state_dict(_under(student, "teacher."))
    text = TextStudent(learner.model).requires_grad_(False)
    text.load_state_dict(aligner.text.state_dict())
    with torch.no_grad():
        learner.model.logit_scale.copy_(aligner.scale)
        # the head first predicts the teacher's features, then maps them as the aligner does
        learner.model.visual.head.proj.weight.copy_(aligner.features.weight @ learner.teacher_head.weight)
    towers.lay_out(learner)
    return learner


def new_lesson(recipe: Recipe, pairs: Pairs, aligner: Aligner) -> Lesson:
    """All pictures, and where the aligner wants them and what is said of them to lie."""
    captions = torch.empty(len(pairs.texts), aligner.text_head.shape[1])
    rows = torch.from_numpy(np.unique(pairs.captions))
    captions[rows] = read_all(aligner, pairs.texts[rows])
    seen = seen_by_teacher(recipe, aligner)
    features = [torch.from_numpy(teacher_targets(recipe, part)) for part in ("flickr_train", "tiny_train", "more")]
    words, names = read_all(aligner, pairs.words), read_all(aligner, pairs.names)
    photos = np.array(data.flickr_train(recipe.places).pixels)
    tiny = data.tiny_imagenet(recipe.places, "train").pixels
    wanted = Wanted(captions, words, names, *seen, *features)
    return Lesson(recipe, pairs, wanted, photos, tiny, data.more_photos(recipe.places))


def losses_of(lesson: Lesson, learner: Learner, draw: Draw, read: Read, size: int, *, seed: int) -> Losses:
    """Look at the pictures of a draw, cropped by `seed` to `size` pixels, and compare with what was read."""
    stage, wanted = lesson.recipe.stage2, lesson.wanted
    dice = torch.Generator().manual_seed(seed)
    crops = [
        random_crops(torch.from_numpy(source[rows]), size, stage.smallest_crop, dice)
        for source, rows in zip(
            (lesson.photos, lesson.tiny, lesson.more), (draw.photos, draw.tiny, draw.more), strict=True
        )
        if len(rows)
    ]
    vectors, taught = learner(torch.cat(crops).contiguous(memory_format=torch.channels_last))
    photos, tiny, more = vectors.split([len(draw.photos), len(draw.tiny), len(draw.more)])
    scale = learner.model.logit_scale.exp().clamp(max=100)
    places = torch.cat([wanted.photos[draw.photos], wanted.more[draw.more]])
    features = torch.cat(
        [wanted.photo_features[draw.photos], wanted.tiny_features[draw.tiny], wanted.more_features[draw.more]]
    )
    return Losses(
        matching_loss(photos, read.captions, draw.likeness, scale, stage.softness),
        word_loss(photos, read.words, draw.present, scale),
        naming_loss(tiny, read.names, draw.labels, learner.naming_scale.exp().clamp(max=100)),
        cosine_loss(torch.cat([photos, more]), places),
        cosine_loss(tiny, wanted.tiny[draw.tiny]),
        cosine_loss(taught, features),
    )


def weighted(recipe: Recipe, losses: Losses) -> Tensor:
    """The parts by their weights."""
    stage = recipe.stage2
    return (
        losses.matching
        + stage.word_weight * losses.words
        + stage.naming_weight * losses.naming
        + stage.place_weight * losses.place
        + stage.tiny_place_weight * losses.tiny_place
        + stage.teacher_weight * losses.teacher
    )


def picture_groups(recipe: Recipe, learner: Learner, trunk_rate: float, head_rate: float) -> list[dict[str, object]]:
    """Parameters of the image tower, with the peak rates of its trunk and its heads."""
    stage = recipe.stage2
    heads = nn.ModuleList([learner.model.visual.head, learner.teacher_head])
    groups: list[dict[str, object]] = []
    for part, peak in ((learner.model.visual.trunk, trunk_rate), (heads, head_rate)):
        groups += [{**group, "peak": peak, "lr": 0.0} for group in checkpoint.decay_groups(part, stage.weight_decay)]
    scales = [learner.model.logit_scale, learner.naming_scale]
    return [*groups, {"params": scales, "weight_decay": 0.0, "peak": head_rate, "lr": 0.0}]


def _under(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
