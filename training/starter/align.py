"""The text tower meets what the feature teacher sees, and both agree on one space.

No picture is looked at: the teacher's features stand for them, so this is quick. The outcome is a finished text tower.
"""

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.retrieval import photo_ranks, recall
from training.starter import checkpoint, towers
from training.starter.config import Align, Recipe
from training.starter.descent import Descent, Group, weight_groups
from training.starter.losses import cosine_loss, matching_loss, naming_loss, word_loss
from training.starter.pairs import Draw, Pairs
from training.starter.precision import autocast
from training.starter.teacher import Floats, photo_targets, teacher_targets
from training.starter.text_distill import TextStudent

if TYPE_CHECKING:
    import open_clip

log = logging.getLogger(__name__)

SAVE_EVERY = 50
READ_AT_ONCE = 128


class Aligner(nn.Module):
    """The text tower, a map from the teacher's features into its space, and the head that MiniLM looks at."""

    def __init__(self, model: "open_clip.CLIP", teacher_dimension: int, stage: Align) -> None:
        super().__init__()
        width, dimension = model.text_projection.shape
        self.text = TextStudent(model)
        self.dropout = nn.Dropout(stage.dropout)
        self.noise = stage.noise
        self.features = nn.Linear(teacher_dimension, dimension)
        self.text_head = nn.Parameter(torch.empty(width, dimension))
        self.scale = nn.Parameter(torch.tensor(20.0).log())

    def see(self, features: Tensor) -> Tensor:
        """Unit vectors of the teacher's features, which are blurred by noise while learning."""
        if self.training:
            features = features + self.noise * torch.randn_like(features)
        return functional.normalize(self.features(self.dropout(features)), dim=1)

    def read(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors of texts, and what MiniLM compares. Texts of like length are read together."""
        order = tokens.argmax(1).argsort()
        parts = []
        with autocast():
            for rows in torch.split(order, READ_AT_ONCE):
                pooled, vectors = towers.encode_tokens(self.text, tokens[rows])
                parts.append((vectors, pooled @ self.text_head))
        back = order.argsort()
        vectors, taught = (torch.cat(part).float()[back] for part in zip(*parts, strict=True))
        return functional.normalize(vectors, dim=1), taught


def train(recipe: Recipe, text: Path) -> Path:
    """Run or resume the alignment; returns the checkpoint of the finished aligner."""
    stage = recipe.align
    finished = recipe.places.work / "align.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    aligner = new_aligner(recipe)
    aligner.text.load_state_dict(torch.load(text, weights_only=True))
    with torch.no_grad():
        aligner.text_head.copy_(aligner.text.text_projection)
    descent = Descent(_groups(stage, aligner), stage.steps, stage.warmup)
    pairs = Pairs(recipe)
    features = known_features(recipe)
    running = recipe.places.work / "align-running.pt"
    since = time.monotonic()
    for step in range(checkpoint.load(running, aligner, descent.optimiser), stage.steps):
        aligner.train()
        loss = _loss(recipe, aligner, pairs, features, step)
        descent.follow(loss, step)
        if (step + 1) % stage.measure_every == 0 or step + 1 == stage.steps:
            pace = (time.monotonic() - since) / (step + 1)
            found = measured(aligner, pairs, features[0])
            log.info("align step %d/%d: loss %.3f, %s, %.2f s a step", step + 1, stage.steps, loss.item(), found, pace)
        if (step + 1) % SAVE_EVERY == 0:
            checkpoint.save(running, aligner, descent.optimiser, step + 1)
    torch.save(aligner.state_dict(), finished)
    return finished


def new_aligner(recipe: Recipe) -> Aligner:
    """An untrained aligner of the recipe's shape."""
    return Aligner(towers.build(recipe.places), recipe.teacher_dimension, recipe.align)


def load_aligner(recipe: Recipe, aligned: Path) -> Aligner:
    """The finished aligner of a checkpoint."""
    aligner = new_aligner(recipe)
    aligner.load_state_dict(torch.load(aligned, weights_only=True))
    return aligner


def read_all(aligner: Aligner, tokens: Tensor) -> Tensor:
    """Vectors of many texts."""
    aligner.eval()
    with torch.no_grad():
        return aligner.read(tokens)[0]


def _loss(recipe: Recipe, aligner: Aligner, pairs: Pairs, features: tuple[Tensor, Tensor], step: int) -> Tensor:
    stage = recipe.align
    draw = pairs.draw(step, stage.share)
    photos, tiny = aligner.see(features[0][draw.photos]), aligner.see(features[1][draw.tiny])
    captions, captions_taught = aligner.read(pairs.texts[draw.captions])
    words, _ = aligner.read(pairs.words[draw.said])
    names, _ = aligner.read(pairs.names[draw.names])
    _, alone_taught = aligner.read(pairs.texts[draw.alone])
    targets = [torch.from_numpy(pairs.text_targets[rows]) for rows in (draw.captions, draw.alone)]
    agreement = agreement_loss(
        stage, draw, aligner.scale.exp().clamp(max=100), (photos, tiny), (captions, words, names)
    )
    taught = cosine_loss(captions_taught, targets[0]) + cosine_loss(alone_taught, targets[1])
    return agreement + stage.text_teacher_weight * taught


def agreement_loss(
    stage: Align, draw: Draw, scale: Tensor, seen: tuple[Tensor, Tensor], read: tuple[Tensor, Tensor, Tensor]
) -> Tensor:
    """How far photos and labelled pictures (`seen`) of a draw are from captions, words and names (`read`)."""
    (photos, tiny), (captions, words, names) = seen, read
    return (
        matching_loss(photos, captions, draw.likeness, scale, stage.softness)
        + stage.word_weight * word_loss(photos, words, draw.present, scale)
        + stage.naming_weight * naming_loss(tiny, names, draw.labels, scale)
    )


def known_features(recipe: Recipe) -> tuple[Tensor, Tensor]:
    """The teacher's features of all photos with captions and of Tiny ImageNet's pictures."""
    return _scaled(recipe, photo_targets(recipe)), _scaled(recipe, teacher_targets(recipe, "tiny_train"))


def _scaled(recipe: Recipe, targets: Floats) -> Tensor:
    """The teacher's features, each about 1 in size."""
    features: Tensor = torch.from_numpy(targets) * recipe.teacher_dimension**0.5
    return features


def measured(aligner: Aligner, pairs: Pairs, photo_features: Tensor) -> str:
    """Recalls on the photos held out, by the feature teacher's eyes."""
    aligner.eval()
    rows = pairs.held_out.rows
    captions = read_all(aligner, pairs.texts[pairs.captions[rows].ravel()])
    with torch.inference_mode():
        photos = aligner.see(photo_features[rows])
    ranks = photo_ranks(captions.numpy(), photos.numpy(), np.arange(len(rows)).repeat(5))
    return "held out: text to photo R@1/5/10 " + " / ".join(f"{recall(ranks, within):.1f}" for within in (1, 5, 10))


def map_groups(stage: Align, aligner: Aligner) -> list[Group]:
    """Parameters that map the teacher's features."""
    return weight_groups([*aligner.features.parameters(), aligner.scale], stage.map_rate, stage.weight_decay)


def _groups(stage: Align, aligner: Aligner) -> list[Group]:
    """All that learn: the map, the text tower, and the head that MiniLM looks at.

    Token embeddings stay as they are, so that words without photos keep their place beside their synonyms.
    """
    aligner.text.token_embedding.weight.requires_grad_(False)
    tower = weight_groups(aligner.text.parameters(), stage.text_rate, stage.weight_decay)
    head = weight_groups([aligner.text_head], stage.text_rate, weight_decay=0.0)
    return [*tower, *head, *map_groups(stage, aligner)]
