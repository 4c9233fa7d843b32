"""Stage 2: both towers meet on captioned photos, while their teachers keep watching."""

import logging
import time
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.starter import checkpoint, towers
from training.starter.config import Places, Recipe
from training.starter.losses import cosine_loss, matching_loss, naming_loss, word_loss
from training.starter.measure import measure
from training.starter.pairs import Batch, Pairs
from training.starter.schedule import rate_at
from training.starter.text_distill import TextStudent

log = logging.getLogger(__name__)

REPORT_EVERY = 20
SAVE_EVERY = 100


class Learner(nn.Module):
    """The whole model with the two heads that only its teachers look at."""

    def __init__(self, places: Places, teacher_dimension: int) -> None:
        super().__init__()
        self.model = towers.build(places)
        features = int(self.model.visual.trunk.num_features)
        self.picture_head = nn.Linear(features, teacher_dimension)
        width, dimension = self.model.text_projection.shape
        self.text_head = nn.Parameter(torch.empty(width, dimension))

    def start_from(self, stage1: Path, text: Path) -> None:
        """Take over the towers and heads that earlier steps trained."""
        seen = torch.load(stage1, weights_only=True)
        self.model.visual.trunk.load_state_dict(_under(seen, "trunk."))
        self.picture_head.load_state_dict(_under(seen, "teacher."))
        TextStudent(self.model).load_state_dict(torch.load(text, weights_only=True))
        with torch.no_grad():
            self.text_head.copy_(self.model.text_projection)

    def see(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors of pictures, and what the feature teacher compares."""
        with torch.autocast("cpu", torch.bfloat16):
            features = self.model.visual.trunk(pictures)
            vectors, taught = self.model.visual.head(features), self.picture_head(features)
        return functional.normalize(vectors.float(), dim=1), taught.float()

    def read(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors of texts, and what MiniLM compares."""
        with torch.autocast("cpu", torch.bfloat16):
            pooled, vectors = towers.encode_tokens(self.model, tokens)
            taught = pooled @ self.text_head
        return functional.normalize(vectors.float(), dim=1), taught.float()


@dataclass(frozen=True, slots=True)
class Losses:
    """The parts of one step's loss."""

    matching: Tensor
    words: Tensor
    naming: Tensor
    pictures: Tensor
    texts: Tensor

    def __str__(self) -> str:
        return ", ".join(f"{part.name} {getattr(self, part.name).item():.3f}" for part in fields(self))


def train(recipe: Recipe, stage1: Path, text: Path) -> Path:
    """Run or resume stage 2; returns the checkpoint of the averaged, finished learner."""
    stage = recipe.stage2
    finished = recipe.places.work / f"{stage.name}.pt"
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    learner = Learner(recipe.places, recipe.teacher_dimension)
    learner.start_from(stage1, text)
    towers.lay_out(learner)
    averaged = deepcopy(learner).requires_grad_(False)
    optimiser = torch.optim.AdamW(_groups(recipe, learner), fused=True)
    pairs = Pairs(recipe)
    plan = [phase.size for phase in stage.phases for _ in range(phase.epochs * pairs.steps_per_epoch)]
    running = recipe.places.work / f"{stage.name}-running.pt"
    both = nn.ModuleList([learner, averaged])
    first = checkpoint.load(running, both, optimiser)
    since = time.monotonic()
    learner.train()
    for step in range(first, len(plan)):
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * rate_at(step / len(plan), stage.warmup)
        losses = _losses(recipe, learner, pairs.batch(step, plan[step]))
        torch.autograd.backward(_weighted(recipe, losses))
        nn.utils.clip_grad_norm_(learner.parameters(), stage.longest_gradient)
        optimiser.step()
        optimiser.zero_grad()
        move_towards(averaged, learner, 1 - stage.averaging)
        if (step + 1) % REPORT_EVERY == 0:
            pace = (time.monotonic() - since) / REPORT_EVERY
            log.info("stage 2 step %d/%d size %d: %s, %.2f s a step", step + 1, len(plan), plan[step], losses, pace)
            since = time.monotonic()
        if (step + 1) % SAVE_EVERY == 0:
            checkpoint.save(running, both, optimiser, step + 1)
        if (step + 1) % (pairs.steps_per_epoch * stage.measure_every) == 0:
            log.info("stage 2 step %d: %s", step + 1, _measured(recipe, averaged, pairs))
            learner.train()
    log.info("stage 2: %s", _measured(recipe, averaged, pairs))
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


def _measured(recipe: Recipe, learner: Learner, pairs: Pairs) -> str:
    return str(measure(recipe.places, learner.model, pairs.held_out))


def _losses(recipe: Recipe, learner: Learner, batch: Batch) -> Losses:
    stage = recipe.stage2
    seen, seen_taught = learner.see(batch.pictures)
    photos, tiny = seen[: batch.photos], seen[batch.photos :]
    captions, captions_taught = learner.read(batch.captions)
    words, _ = learner.read(batch.words)
    names, _ = learner.read(batch.names)
    _, texts_taught = learner.read(batch.texts)
    scale = learner.model.logit_scale.exp().clamp(max=100)
    text_loss = cosine_loss(captions_taught, batch.caption_targets)
    return Losses(
        matching_loss(photos, captions, batch.likeness, scale, stage.softness),
        word_loss(photos, words, batch.present, scale),
        naming_loss(tiny, names, batch.labels, scale),
        cosine_loss(seen_taught, batch.picture_targets),
        (text_loss + cosine_loss(texts_taught, batch.text_targets)) / 2,
    )


def _weighted(recipe: Recipe, losses: Losses) -> Tensor:
    stage = recipe.stage2
    return (
        losses.matching
        + stage.word_weight * losses.words
        + stage.naming_weight * losses.naming
        + stage.picture_teacher_weight * losses.pictures
        + stage.text_teacher_weight * losses.texts
    )


def _groups(recipe: Recipe, learner: Learner) -> list[dict[str, object]]:
    """Peak rates: new heads fast, the image trunk slower, the text tower slowest.

    Token embeddings stay as they are, so that words without pictures keep their place beside
    their synonyms.
    """
    stage = recipe.stage2
    model = learner.model
    model.token_embedding.weight.requires_grad_(False)
    text = nn.ModuleList([model.transformer, model.ln_final])
    new = nn.ModuleList([model.visual.head, learner.picture_head])
    groups: list[dict[str, object]] = []
    for part, peak in (
        (model.visual.trunk, stage.trunk_rate),
        (text, stage.text_rate),
        (new, stage.head_rate),
    ):
        groups += [{**group, "peak": peak, "lr": peak} for group in checkpoint.decay_groups(part, stage.weight_decay)]
    projections = [model.text_projection, learner.text_head, model.positional_embedding]
    groups.append({"params": projections, "weight_decay": 0.0, "peak": stage.text_rate, "lr": 0.0})
    scale = {"params": [model.logit_scale], "weight_decay": 0.0, "peak": stage.head_rate, "lr": 0.0}
    return [*groups, scale]


def _under(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
