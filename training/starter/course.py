"""How stages 2 and 3 go through their steps: the averaged learner, reports, checkpoints."""

import logging
import time
from copy import deepcopy
from pathlib import Path

import torch
from torch import nn

from training.starter import checkpoint
from training.starter.align import Aligner
from training.starter.config import PictureStage, Recipe
from training.starter.descent import Descent
from training.starter.learning import Learner, losses_of, new_lesson, picture_groups, weighted
from training.starter.measure import measure
from training.starter.pairs import Pairs

log = logging.getLogger(__name__)

REPORT_EVERY = 50
SAVE_EVERY = 100


def follow(recipe: Recipe, stage: PictureStage, name: str, learner: Learner, aligner: Aligner) -> Path:
    """Run or resume a stage; returns the checkpoint of the averaged, finished learner.

    Args:
        recipe: where pictures are and checkpoints go, and the seed.
        stage: the numbers.
        name: as files and the log call the stage.
        learner: what learns, as it begins.
        aligner: says where pictures and texts belong.
    """
    pairs = Pairs(recipe)
    lesson = new_lesson(recipe, stage, pairs, aligner)
    averaged = deepcopy(learner).requires_grad_(False)
    running = recipe.places.work / f"{name}-running.pt"
    together = nn.ModuleList([learner, averaged])
    sizes = [phase.size for phase in stage.phases for _ in range(phase.count)]
    steps, since = len(sizes), time.monotonic()
    groups = picture_groups(stage, learner)
    descent = Descent(groups, steps, stage.warmup, longest_gradient=stage.longest_gradient)
    for step in range(checkpoint.load(running, together, descent.optimiser), steps):
        learner.train()
        number = stage.first_draw + step
        draw = pairs.draw(number, stage.share)
        losses = losses_of(lesson, learner, draw, sizes[step], seed=recipe.seed * 100_003 + number)
        descent.follow(weighted(stage.weights, losses), step)
        _move_towards(averaged, learner, 1 - stage.averaging)
        done = step + 1
        if done % REPORT_EVERY == 0:
            pace = (time.monotonic() - since) / REPORT_EVERY
            log.info("%s step %d/%d size %d: %s, %.2f s a step", name, done, steps, sizes[step], losses, pace)
            since = time.monotonic()
        if done % SAVE_EVERY == 0:
            checkpoint.save(running, together, descent.optimiser, done)
        if done % stage.measure_every == 0 or done == steps:
            log.info("%s step %d: %s", name, done, measure(recipe.places, averaged.model, pairs.held_out))
    finished = recipe.places.work / f"{name}.pt"
    torch.save(averaged.state_dict(), finished)
    return finished


def _move_towards(averaged: nn.Module, learner: nn.Module, share: float) -> None:
    """Move every weight and statistic of `averaged` a `share` of the way to those of `learner`."""
    with torch.no_grad():
        for slow, fast in zip(averaged.state_dict().values(), learner.state_dict().values(), strict=True):
            if slow.is_floating_point():
                slow.lerp_(fast, share)
            else:
                slow.copy_(fast)
