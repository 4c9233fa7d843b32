"""Stage 2: the image tower learns the space that texts and the feature teacher agreed on.

The text tower is finished, so its vectors are computed once, and a step costs no more than its pictures.
"""

import logging
from pathlib import Path

import torch
from torch import Tensor

from training.starter import towers
from training.starter.align import Aligner, load_aligner
from training.starter.config import Recipe
from training.starter.course import Course, follow
from training.starter.learning import Learner, Losses, losses_of, new_lesson, picture_groups, weighted
from training.starter.measure import measure
from training.starter.pairs import Pairs
from training.starter.text_distill import TextStudent

log = logging.getLogger(__name__)


def train(recipe: Recipe, stage1: Path | None, aligned: Path) -> Path:
    """Run or resume stage 2; returns the checkpoint of the averaged, finished learner.

    Without a checkpoint of stage 1 it goes on with the image tower that ships.
    """
    stage = recipe.stage2
    finished = recipe.places.work / "stage2.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    pairs = Pairs(recipe)
    aligner = load_aligner(recipe, aligned)
    learner = _start(recipe, stage1, aligner)
    lesson = new_lesson(recipe, pairs, aligner)
    per_epoch = pairs.steps_per_epoch(stage.share)

    def loss_at(step: int, size: int) -> tuple[Tensor, Losses]:
        draw = pairs.draw(step, stage.share)
        losses = losses_of(lesson, learner, draw, size, seed=recipe.seed * 100_003 + step)
        return weighted(recipe, losses), losses

    course = Course(
        name="stage2",
        sizes=tuple(phase.size for phase in stage.phases for _ in range(phase.epochs * per_epoch)),
        warmup=stage.warmup,
        averaging=stage.averaging,
        longest_gradient=stage.longest_gradient,
        measure_every=per_epoch * stage.measure_every,
    )
    groups = picture_groups(recipe, learner)
    weights = follow(course, recipe.places, learner, groups=groups, held_out=pairs.held_out, loss_at=loss_at)
    if stage1 is None:
        mix_in(weights, towers.shipped_image_tower(recipe.places), stage.kept_of_before)
        learner.load_state_dict(weights)
        log.info("mixed with what it began with: %s", measure(recipe.places, learner.model, pairs.held_out))
    torch.save(weights, finished)
    return finished


def mix_in(weights: dict[str, Tensor], before: dict[str, Tensor], share: float) -> None:
    """Move the image tower in a learner's `weights` a `share` of the way back to what it was `before`.

    Weights that were taught on from others, and the mean of both, often lie in one valley, and the mean forgets less
    (Wortsman and others 2022, "Robust fine-tuning of zero-shot models").
    """
    for name, weight in before.items():
        if weight.is_floating_point():
            weights[f"model.visual.{name}"].lerp_(weight, share)


def _start(recipe: Recipe, stage1: Path | None, aligner: Aligner) -> Learner:
    learner = Learner(recipe.places, recipe.teacher_dimension)
    text = TextStudent(learner.model).requires_grad_(False)
    text.load_state_dict(aligner.text.state_dict())
    with torch.no_grad():
        learner.model.logit_scale.copy_(aligner.scale)
    if stage1 is None:
        learner.model.visual.load_state_dict(towers.shipped_image_tower(recipe.places))
    else:
        _take_over(learner, torch.load(stage1, weights_only=True), aligner)
    towers.lay_out(learner)
    return learner


def _take_over(learner: Learner, student: dict[str, Tensor], aligner: Aligner) -> None:
    learner.model.visual.trunk.load_state_dict(_under(student, "trunk."))
    learner.teacher_head.load_state_dict(_under(student, "teacher."))
    with torch.no_grad():
        # the head first predicts the teacher's features, then maps them as the aligner does
        learner.model.visual.head.proj.weight.copy_(aligner.features.weight @ learner.teacher_head.weight)


def _under(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
