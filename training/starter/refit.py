"""Another way to an aligner: the text tower stays as it ships, only the map from the teacher's features is fitted anew.

All texts are read once, so this takes a minute beyond that. For going on with what ships: the image tower knows the
space of that text tower already.
"""

import logging
from pathlib import Path

import torch

from training.starter import align, towers
from training.starter.config import Recipe
from training.starter.descent import Descent
from training.starter.pairs import Pairs

log = logging.getLogger(__name__)

REPORT_EVERY = 200
FIRST_DRAW = 1_000_000
"""Number of the first step's draw: the stages after this one take others."""


def train(recipe: Recipe) -> Path:
    """Fit the map; returns the checkpoint of the finished aligner."""
    finished = recipe.places.work / "align.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    stage, steps, pairs = recipe.align, recipe.refit_steps, Pairs(recipe)
    aligner = align.new_aligner(recipe)
    aligner.text.load_state_dict(towers.shipped_text_tower(recipe.places))
    features = align.known_features(recipe)
    texts, words, names = (align.read_all(aligner, tokens) for tokens in (pairs.texts, pairs.words, pairs.names))
    descent = Descent(align.map_groups(stage, aligner), steps, stage.warmup)
    for step in range(steps):
        aligner.train()
        draw = pairs.draw(FIRST_DRAW + step, stage.share)
        seen = (aligner.see(features[0][draw.photos]), aligner.see(features[1][draw.tiny]))
        read = (texts[draw.captions], words[draw.said], names[draw.names])
        loss = align.agreement_loss(stage, draw, aligner.scale.exp().clamp(max=100), seen, read)
        descent.follow(loss, step)
        if (step + 1) % REPORT_EVERY == 0:
            log.info("refit step %d/%d: loss %.3f", step + 1, steps, loss.item())
    log.info("refit: %s", align.measured(aligner, pairs, features[0]))
    torch.save(aligner.state_dict(), finished)
    return finished
