"""Stage 3: photos and their captions find each other. Short, before the captions are known by heart.

Of the text tower only the last projection moves, so the vectors before it stay as they are. After each round the
weights are mixed with those before it, and at the end the projection goes part of the way back, so that words without
photos stay nearer to their place beside their synonyms.
"""

from pathlib import Path

import torch

from training.starter import towers
from training.starter.align import load_aligner
from training.starter.config import PictureStage, Recipe
from training.starter.course import follow
from training.starter.learning import Learner
from training.starter.mixing import mix
from training.starter.text_distill import TextStudent

PROJECTION = "model.text_projection"


def train(recipe: Recipe, placed: Path, aligned: Path) -> Path:
    """Run or resume all rounds from the checkpoint of stage 2; returns that of the finished learner."""
    finished = recipe.places.work / "stage3.pt"
    if finished.exists():
        return finished
    before = placed
    for number, (stage, mixture) in enumerate(recipe.stage3, 1):
        name = f"stage3-{number}"
        after = _round(recipe, stage, name, before, aligned)
        before = mix(recipe, f"{name}-mixed", mixture, after, before)
    weights, first = (torch.load(path, weights_only=True) for path in (before, placed))
    weights[PROJECTION].lerp_(first[PROJECTION], recipe.projection_kept)
    torch.save(weights, finished)
    return finished


def _round(recipe: Recipe, stage: PictureStage, name: str, before: Path, aligned: Path) -> Path:
    finished = recipe.places.work / f"{name}.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    learner = Learner(recipe.places, recipe.teacher_dimension)
    learner.load_state_dict(torch.load(before, weights_only=True))
    TextStudent(learner.model).requires_grad_(False)
    learner.model.text_projection.requires_grad_(True)
    towers.lay_out(learner)
    return follow(recipe, stage, name, learner, load_aligner(recipe, aligned))
