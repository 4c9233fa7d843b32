"""The last stage: the image tower's head and the texts' last projection are fitted anew, to finished features.

The trunk and the text tower stay as they are, so every picture and text is looked at once, and a step costs no more
than a few matrix products. The pictures' features are blurred by noise meanwhile: without it the head tells the few
photos with captions apart by directions that mean nothing for others. Single words and class names keep it from minding
whole sentences alone. What comes out is mixed with the head and projection before it: that names and finds more.
"""

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.starter import data, towers, words
from training.starter.config import Head, Recipe
from training.starter.descent import Descent, weight_groups
from training.starter.learning import Learner
from training.starter.losses import matching_loss, naming_loss, word_loss
from training.starter.measure import encode_texts, measure
from training.starter.pairs import CAPTIONS, ClassNames, five, held_out, shuffled
from training.starter.pictures import seen
from training.starter.texts import clean_caption

if TYPE_CHECKING:
    import open_clip

log = logging.getLogger(__name__)

REPORT_EVERY = 250


class Maps(nn.Module):
    """A linear map of pictures' features, and one of what the text tower makes of texts, into one space."""

    def __init__(self, features: int, projection: Tensor) -> None:
        super().__init__()
        self.picture = nn.Linear(features, projection.shape[1])
        self.projection = nn.Parameter(projection.clone())
        self.scale = nn.Parameter(torch.tensor(20.0).log())
        self.naming_scale = nn.Parameter(torch.tensor(40.0).log())

    def see(self, features: Tensor) -> Tensor:
        """Unit vectors of pictures."""
        return functional.normalize(self.picture(features), dim=-1)

    def read(self, texts: Tensor) -> Tensor:
        """Unit vectors of texts."""
        return functional.normalize(texts @ self.projection, dim=-1)


@dataclass(frozen=True, slots=True)
class Said:
    """Single words of captions.

    Attributes:
        present: `[n, words]`, which of them the captions of each photo have.
        texts: each in all templates, before the last projection, `[templates, words, w]`.
    """

    present: Tensor
    texts: Tensor


@dataclass(frozen=True, slots=True)
class Captioned:
    """Features of photos `[n, f]`, their captions before the last projection `[n, 5, w]`, and words of these."""

    features: Tensor
    texts: Tensor
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """Features of pictures `[n, f]`, their classes `[n]`, and all classes' names before the last projection."""

    features: Tensor
    labels: Tensor
    names: ClassNames
    texts: Tensor


def train(recipe: Recipe, before: Path | None) -> Path:
    """Fit the head of a learner's checkpoint, or of the model that ships; returns that of the finished learner."""
    finished = recipe.places.work / "head.pt"
    if finished.exists():
        return finished
    learner = Learner(recipe.places, recipe.teacher_dimension)
    if before is None:
        learner.model.load_state_dict(towers.shipped(recipe.places))
    else:
        learner.load_state_dict(torch.load(before, weights_only=True))
    towers.lay_out(learner)
    model = learner.model.eval()
    captioned, labelled = _captioned(recipe, model), _labelled(recipe, model)
    centre, spread = standard_of(captioned.features)
    maps = fit(
        recipe.head,
        replace(captioned, features=(captioned.features - centre) / spread),
        replace(labelled, features=(labelled.features - centre) / spread),
        model.text_projection.detach(),
        recipe.seed,
    )
    with torch.no_grad():
        weight = maps.picture.weight / spread
        fitted = (weight, maps.picture.bias - weight @ centre)
        _mix_in(recipe.head, model, fitted, captioned.features)
        model.text_projection.lerp_(maps.projection, 1 - recipe.head.kept)
        model.logit_scale.copy_(maps.scale)
    log.info("head: %s", measure(recipe.places, model, held_out(recipe)))
    torch.save(learner.state_dict(), finished)
    return finished


def fit(stage: Head, captioned: Captioned, labelled: Labelled | None, projection: Tensor, seed: int) -> Maps:
    """Learn maps by which pictures and what is said of them meet.

    Args:
        stage: the numbers.
        captioned: photos and captions; features are centred, each number about 1 in size on the average over all.
        labelled: pictures with class names, features in the same measure.
        projection: the texts' map to begin with.
        seed: of what each step takes, and of the noise.
    """
    torch.manual_seed(seed)
    maps = Maps(captioned.features.shape[1], projection)
    maps.projection.requires_grad_(stage.projection_rate > 0)
    groups = weight_groups([*maps.picture.parameters(), maps.scale, maps.naming_scale], stage.rate, stage.weight_decay)
    groups += weight_groups([maps.projection], stage.projection_rate, weight_decay=0.0)
    descent = Descent(groups, stage.steps, stage.warmup)
    for step in range(stage.steps):
        loss = _matching(stage, captioned, maps)
        if labelled is not None:
            loss = loss + stage.naming_weight * _naming(stage, labelled, maps)
        descent.follow(loss, step)
        if (step + 1) % REPORT_EVERY == 0:
            log.info("head step %d/%d: loss %.3f", step + 1, stage.steps, loss.item())
    return maps


def standard_of(features: Tensor) -> tuple[Tensor, Tensor]:
    """Their centre, and how far they spread from it: less and divided by these, numbers are about 1 in size."""
    centre = features.mean(0)
    return centre, (features - centre).var(0).mean().sqrt()


def _mix_in(stage: Head, model: "open_clip.CLIP", fitted: tuple[Tensor, Tensor], features: Tensor) -> None:
    """Move the model's head towards weight and bias of the fitted one, whose vectors are brought to like lengths."""
    head = model.visual.head.proj
    before, after = (
        functional.linear(features, *pair).norm(dim=1).mean() for pair in ((head.weight, head.bias), fitted)
    )
    for old, new in zip((head.weight, head.bias), fitted, strict=True):
        old.lerp_(new * before / after, 1 - stage.kept)


def _matching(stage: Head, captioned: Captioned, maps: Maps) -> Tensor:
    rows = torch.randperm(len(captioned.features))[: stage.photos]
    captions = maps.read(captioned.texts[rows, torch.randint(CAPTIONS, (len(rows),))])
    photos = maps.see(_blurred(stage, captioned.features[rows]))
    with torch.no_grad():
        meanings = functional.normalize(maps.read(captioned.texts[rows]).mean(1), dim=1)
        likeness = captions @ meanings.T / stage.likeness_spread
    scale = maps.scale.exp().clamp(max=100)
    loss = matching_loss(photos, captions, likeness, scale, stage.softness)
    if captioned.said is None:
        return loss
    present = captioned.said.present[rows]
    (columns,) = present.any(0).nonzero(as_tuple=True)
    columns = columns[torch.randperm(len(columns))[: stage.said]]
    templates = torch.randint(len(captioned.said.texts), (len(columns),))
    read = maps.read(captioned.said.texts[templates, columns])
    return loss + stage.word_weight * word_loss(photos, read, present[:, columns].T, scale)


def _naming(stage: Head, labelled: Labelled, maps: Maps) -> Tensor:
    rows = torch.randint(len(labelled.features), (stage.labelled,))
    pictures = maps.see(_blurred(stage, labelled.features[rows]))
    dice = np.random.default_rng(int(torch.randint(2**31, ())))
    names = maps.read(labelled.texts[labelled.names.draw(dice)])
    return naming_loss(pictures, names, labelled.labels[rows], maps.naming_scale.exp().clamp(max=100))


def _blurred(stage: Head, features: Tensor) -> Tensor:
    return functional.dropout(features + stage.noise * torch.randn_like(features), stage.dropout)


def _captioned(recipe: Recipe, model: "open_clip.CLIP") -> Captioned:
    photos = data.flickr_train(recipe.places)
    rows = shuffled(recipe, len(photos.names))[recipe.held_out_photos :]
    captions = [clean_caption(text) for row in rows for text in five(photos.captions[row])]
    vocabulary, present = words.mentions([photos.captions[row] for row in rows])
    inside = [template.format(word) for template in words.TEMPLATES for word in vocabulary]
    return Captioned(
        _features(model, photos.pixels[rows]),
        _read(recipe, model, captions).view(len(rows), CAPTIONS, -1),
        Said(torch.from_numpy(present), _read(recipe, model, inside).view(len(words.TEMPLATES), len(vocabulary), -1)),
    )


def _labelled(recipe: Recipe, model: "open_clip.CLIP") -> Labelled:
    tiny = data.tiny_imagenet(recipe.places, "train")
    dice = np.random.default_rng([recipe.seed, 4])
    rows = np.sort(dice.permutation(len(tiny.labels))[: recipe.head.labelled_in_all])
    names = ClassNames(tiny.class_words)
    features = _features(model, tiny.pixels[rows])
    return Labelled(features, torch.from_numpy(tiny.labels[rows]), names, _read(recipe, model, names.texts))


def _features(model: "open_clip.CLIP", pixels: data.Pixels) -> Tensor:
    """What the trunk makes of whole pictures, `[n, f]`."""
    return seen(pixels, model.visual.image_size[0], model.visual.trunk)


def _read(recipe: Recipe, model: "open_clip.CLIP", texts: list[str]) -> Tensor:
    """What the text tower made the vectors of texts from, but for length, `[n, w]`."""
    vectors = torch.from_numpy(encode_texts(recipe.places, model, texts))
    unprojected: Tensor = vectors @ torch.linalg.pinv(model.text_projection.detach())
    return unprojected
