"""Stage 2: the image tower learns the space that texts and the feature teacher agreed on, without captions.

The text tower is finished, so its vectors are computed once, and a step costs no more than its pictures. What captions
say of single photos is left to stage 3: told again and again, it is learnt by heart.
"""

from pathlib import Path

import torch
from torch import Tensor

from training.starter import towers
from training.starter.align import Aligner, load_aligner
from training.starter.config import Recipe
from training.starter.course import follow
from training.starter.learning import Learner
from training.starter.text_distill import TextStudent


def train(recipe: Recipe, stage1: Path | None, aligned: Path) -> Path:
    """Run or resume stage 2; returns the checkpoint of the averaged, finished learner.

    Without a checkpoint of stage 1 it goes on with the image tower that ships.
    """
    finished = recipe.places.work / "stage2.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    aligner = load_aligner(recipe, aligned)
    return follow(recipe, recipe.stage2, "stage2", _start(recipe, stage1, aligner), aligner)


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
        learner.model.visual.head.proj.bias.zero_()


def _under(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
