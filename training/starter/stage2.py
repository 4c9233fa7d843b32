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
from training.starter.align import new_aligner, read_all, seen_by_teacher
from training.starter.config import Places, Recipe
from training.starter.losses import cosine_loss, matching_loss, naming_loss, word_loss
from training.starter.measure import measure
from training.starter.pairs import Pairs
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
    photo_features: Tensor
    tiny_features: Tensor


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that stays the same through the run; `photos` and `tiny` are pixels."""

    recipe: Recipe
    pairs: Pairs
    wanted: Wanted
    photos: data.Pixels
    tiny: data.Pixels


@dataclass(frozen=True, slots=True)
class Losses:
    """The parts of one step's loss."""

    matching: Tensor
    words: Tensor
    naming: Tensor
    place: Tensor
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
    learner, wanted = _start(recipe, stage1, aligned, pairs)
    averaged = deepcopy(learner).requires_grad_(False)
    optimiser = torch.optim.AdamW(_groups(recipe, learner), fused=True)
    photos = np.array(data.flickr_train(recipe.places).pixels)
    tiny = data.tiny_imagenet(recipe.places, "train").pixels
    lesson = Lesson(recipe, pairs, wanted, photos, tiny)
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
        losses = _losses(lesson, learner, step, sizes[step])
        torch.autograd.backward(_weighted(recipe, losses))
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


def _start(recipe: Recipe, stage1: Path, aligned: Path, pairs: Pairs) -> tuple[Learner, Wanted]:
    aligner = new_aligner(recipe)
    aligner.load_state_dict(torch.load(aligned, weights_only=True))
    learner = Learner(recipe.places, recipe.teacher_dimension)
    seen = torch.load(stage1, weights_only=True)
    learner.model.visual.trunk.load_state_dict(_under(seen, "trunk."))
    learner.teacher_head.load_state_dict(_under(seen, "teacher."))
    text = TextStudent(learner.model).requires_grad_(False)
    text.load_state_dict(aligner.text.state_dict())
    with torch.no_grad():
        learner.model.logit_scale.copy_(aligner.scale)
        # the head first predicts the teacher's features, then maps them as the aligner does
        learner.model.visual.head.proj.weight.copy_(aligner.features.weight @ learner.teacher_head.weight)
    towers.lay_out(learner)
    captions = torch.empty(len(pairs.texts), aligner.text_head.shape[1])
    rows = torch.from_numpy(np.unique(pairs.captions))
    captions[rows] = read_all(aligner, pairs.texts[rows])
    photos, tiny = seen_by_teacher(recipe, aligner)
    features = [torch.from_numpy(teacher_targets(recipe, part)) for part in ("flickr_train", "tiny_train")]
    words, names = read_all(aligner, pairs.words), read_all(aligner, pairs.names)
    return learner, Wanted(captions, words, names, photos, tiny, *features)


def _losses(lesson: Lesson, learner: Learner, step: int, size: int) -> Losses:
    recipe, pairs, wanted = lesson.recipe, lesson.pairs, lesson.wanted
    stage = recipe.stage2
    draw = pairs.draw(step, stage.share)
    dice = torch.Generator().manual_seed(recipe.seed * 100_003 + step)
    crops = [
        random_crops(torch.from_numpy(source[rows]), size, stage.smallest_crop, dice)
        for source, rows in zip((lesson.photos, lesson.tiny), (draw.photos, draw.tiny), strict=True)
    ]
    vectors, taught = learner(torch.cat(crops).contiguous(memory_format=torch.channels_last))
    photos, tiny = vectors[: len(draw.photos)], vectors[len(draw.photos) :]
    scale = learner.model.logit_scale.exp().clamp(max=100)
    places = torch.cat([wanted.photos[draw.photos], wanted.tiny[draw.tiny]])
    features = torch.cat([wanted.photo_features[draw.photos], wanted.tiny_features[draw.tiny]])
    return Losses(
        matching_loss(photos, wanted.captions[draw.captions], draw.likeness, scale, stage.softness),
        word_loss(photos, wanted.words[draw.words], draw.present, scale),
        naming_loss(tiny, wanted.names[draw.names], draw.labels, scale),
        cosine_loss(vectors, places),
        cosine_loss(taught, features),
    )


def _weighted(recipe: Recipe, losses: Losses) -> Tensor:
    stage = recipe.stage2
    return (
        losses.matching
        + stage.word_weight * losses.words
        + stage.naming_weight * losses.naming
        + stage.place_weight * losses.place
        + stage.teacher_weight * losses.teacher
    )


def _groups(recipe: Recipe, learner: Learner) -> list[dict[str, object]]:
    stage = recipe.stage2
    heads = nn.ModuleList([learner.model.visual.head, learner.teacher_head])
    groups: list[dict[str, object]] = []
    for part, peak in ((learner.model.visual.trunk, stage.trunk_rate), (heads, stage.head_rate)):
        groups += [{**group, "peak": peak, "lr": 0.0} for group in checkpoint.decay_groups(part, stage.weight_decay)]
    scale = {"params": [learner.model.logit_scale], "weight_decay": 0.0, "peak": stage.head_rate, "lr": 0.0}
    return [*groups, scale]


def _under(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
