"""The last touch: batch-norm statistics measured again, on whole pictures at the size the program uses.

Training saw crops at smaller sizes; with its statistics the finished network finds clearly fewer photos.
"""

import logging
from pathlib import Path

import numpy as np
import torch
from torch import nn

from training.starter import data
from training.starter.config import Recipe
from training.starter.learning import Learner
from training.starter.measure import measure
from training.starter.pairs import Pairs
from training.starter.pictures import normalised

log = logging.getLogger(__name__)

BATCHES = 12


def settle(recipe: Recipe, trained: Path) -> Path:
    """Settle the learner of a stage 3 checkpoint; returns the checkpoint of the settled one."""
    finished = recipe.places.work / "settled.pt"
    if finished.exists():
        return finished
    learner = Learner(recipe.places, recipe.teacher_dimension)
    learner.load_state_dict(torch.load(trained, weights_only=True))
    pairs = Pairs(recipe)
    _measure_statistics(recipe, learner, pairs)
    log.info("settled: %s", measure(recipe.places, learner.model, pairs.held_out))
    torch.save(learner.state_dict(), finished)
    return finished


def _measure_statistics(recipe: Recipe, learner: Learner, pairs: Pairs) -> None:
    size = learner.model.visual.image_size[0]
    sources = (data.flickr_train(recipe.places).pixels, data.tiny_imagenet(recipe.places, "train").pixels)
    learner.eval()
    for norm in learner.modules():
        if isinstance(norm, nn.BatchNorm2d):
            norm.reset_running_stats()
            norm.momentum = None
            norm.train()
    with torch.no_grad():
        for step in range(BATCHES):
            draw = pairs.draw(step, recipe.stage2.share)
            rows = (draw.photos, draw.tiny)
            parts = [torch.from_numpy(np.array(source[part])) for source, part in zip(sources, rows, strict=True)]
            learner(torch.cat([normalised(part, size) for part in parts]))
    learner.eval()
