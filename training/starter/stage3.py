"""Stage 3: both towers learn together for a while, slowly, so that texts move towards what the image tower can see.

Until here the text tower knew pictures from the feature teacher alone, which sees more than our image tower does.
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from training.starter import towers
from training.starter.align import Aligner, load_aligner, text_groups
from training.starter.config import Recipe
from training.starter.course import Course, follow
from training.starter.learning import (
    Learner,
    Losses,
    Read,
    losses_of,
    new_lesson,
    picture_groups,
    weighted,
)
from training.starter.losses import cosine_loss
from training.starter.pairs import Draw, Pairs
from training.starter.text_distill import TextStudent

SEED_OFFSET = 1_000_000


def train(recipe: Recipe, stage2: Path, aligned: Path) -> Path:
    """Run or resume stage 3; returns the checkpoint of the averaged, finished learner."""
    stage = recipe.stage3
    finished = recipe.places.work / "stage3.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    pairs = Pairs(recipe)
    aligner = load_aligner(recipe, aligned)
    lesson = new_lesson(recipe, pairs, aligner)
    learner = Learner(recipe.places, recipe.teacher_dimension)
    learner.load_state_dict(torch.load(stage2, weights_only=True))
    towers.lay_out(learner)
    aligner.text = TextStudent(learner.model)
    per_epoch = pairs.steps_per_epoch(stage.share)

    def loss_at(step: int, size: int) -> tuple[Tensor, Losses]:
        draw = pairs.draw(SEED_OFFSET + step, stage.share)
        read, taught = _read(pairs, aligner, draw)
        seed = recipe.seed * 100_003 + SEED_OFFSET + step
        losses = losses_of(lesson, learner, draw, read, size, seed=seed)
        return weighted(recipe, losses) + stage.text_teacher_weight * taught, losses

    course = Course(
        name="stage3",
        sizes=(stage.size,) * (stage.epochs * per_epoch),
        warmup=stage.warmup,
        averaging=stage.averaging,
        longest_gradient=recipe.stage2.longest_gradient,
        measure_every=per_epoch,
    )
    groups = [
        *picture_groups(recipe, learner, stage.trunk_rate, stage.head_rate),
        *text_groups(recipe, aligner, stage.text_rate),
    ]
    others = [nn.ParameterList([aligner.text_head])]
    weights = follow(
        course, recipe.places, learner, groups=groups, held_out=pairs.held_out, loss_at=loss_at, others=others
    )
    torch.save(weights, finished)
    return finished


def _read(pairs: Pairs, aligner: Aligner, draw: Draw) -> tuple[Read, Tensor]:
    """What a draw reads, and how far the text tower is from MiniLM on it."""
    captions, captions_taught = aligner.read(pairs.texts[draw.captions])
    words, _ = aligner.read(pairs.words[draw.words])
    names, _ = aligner.read(pairs.names[draw.names])
    _, alone_taught = aligner.read(pairs.texts[draw.alone])
    targets = [torch.from_numpy(pairs.text_targets[rows]) for rows in (draw.captions, draw.alone)]
    taught = cosine_loss(captions_taught, targets[0]) + cosine_loss(alone_taught, targets[1])
    return Read(captions, words, names), taught
