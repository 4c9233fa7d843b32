"""Stage 3: both towers learn together for a while, slowly, so that texts move towards what the image tower can see.

Until here the text tower knew pictures from the feature teacher alone, which sees more than our image tower does.
"""

import logging
import time
from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor, nn

from training.starter import checkpoint, towers
from training.starter.align import Aligner, new_aligner, text_groups
from training.starter.config import Recipe
from training.starter.losses import cosine_loss
from training.starter.measure import measure
from training.starter.pairs import Draw, Pairs
from training.starter.schedule import rate_at
from training.starter.stage2 import (
    SAVE_EVERY,
    Learner,
    Lesson,
    Read,
    losses_of,
    move_towards,
    new_lesson,
    picture_groups,
    weighted,
)
from training.starter.text_distill import TextStudent

log = logging.getLogger(__name__)

REPORT_EVERY = 20
SEED_OFFSET = 1_000_000


def train(recipe: Recipe, stage2: Path, aligned: Path) -> Path:
    """Run or resume stage 3; returns the checkpoint of the averaged, finished learner."""
    stage = recipe.stage3
    finished = recipe.places.work / "stage3.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    pairs = Pairs(recipe)
    aligner = new_aligner(recipe)
    aligner.load_state_dict(torch.load(aligned, weights_only=True))
    lesson = new_lesson(recipe, pairs, aligner)
    learner = Learner(recipe.places, recipe.teacher_dimension)
    learner.load_state_dict(torch.load(stage2, weights_only=True))
    towers.lay_out(learner)
    aligner.text = TextStudent(learner.model)
    averaged = deepcopy(learner).requires_grad_(False)
    groups = [
        *picture_groups(recipe, learner, stage.trunk_rate, stage.head_rate),
        *text_groups(recipe, aligner, stage.text_rate),
    ]
    optimiser = torch.optim.AdamW(groups, fused=True)
    per_epoch = pairs.steps_per_epoch(stage.share)
    steps = stage.epochs * per_epoch
    running = recipe.places.work / "stage3-running.pt"
    both = nn.ModuleList([learner, averaged, nn.ParameterList([aligner.text_head])])
    since = time.monotonic()
    for step in range(checkpoint.load(running, both, optimiser), steps):
        learner.train()
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * rate_at(step / steps, stage.warmup)
        loss = _loss(lesson, learner, aligner, pairs.draw(SEED_OFFSET + step, stage.share), step)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(learner.parameters(), recipe.stage2.longest_gradient)
        optimiser.step()
        optimiser.zero_grad()
        move_towards(averaged, learner, 1 - stage.averaging)
        if (step + 1) % REPORT_EVERY == 0:
            pace = (time.monotonic() - since) / REPORT_EVERY
            log.info("stage 3 step %d/%d: loss %.3f, %.2f s a step", step + 1, steps, loss.item(), pace)
            since = time.monotonic()
        if (step + 1) % SAVE_EVERY == 0:
            checkpoint.save(running, both, optimiser, step + 1)
        if (step + 1) % per_epoch == 0:
            log.info("stage 3 step %d: %s", step + 1, measure(recipe.places, averaged.model, pairs.held_out))
    torch.save(averaged.state_dict(), finished)
    return finished


def _loss(lesson: Lesson, learner: Learner, aligner: Aligner, draw: Draw, step: int) -> Tensor:
    recipe, pairs = lesson.recipe, lesson.pairs
    captions, captions_taught = aligner.read(pairs.texts[draw.captions])
    words, _ = aligner.read(pairs.words[draw.words])
    names, _ = aligner.read(pairs.names[draw.names])
    _, alone_taught = aligner.read(pairs.texts[draw.alone])
    targets = [torch.from_numpy(pairs.text_targets[rows]) for rows in (draw.captions, draw.alone)]
    seed = recipe.seed * 100_003 + SEED_OFFSET + step
    losses = losses_of(lesson, learner, draw, Read(captions, words, names), recipe.stage3.size, seed=seed)
    taught = cosine_loss(captions_taught, targets[0]) + cosine_loss(alone_taught, targets[1])
    return weighted(recipe, losses) + recipe.stage3.text_teacher_weight * taught
