"""The last stage: the image tower's head and the texts' last projection are fitted anew, to finished features.

The towers stay as they are, so every picture and text is looked at once, and a step costs no more than a few matrix
products. The pictures' features are blurred by noise meanwhile: without it the head tells the few photos with captions
apart by directions that mean nothing for others. Single words and class names keep it from minding whole sentences
alone.
"""

import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.starter import data, towers, words
from training.starter.align import load_aligner
from training.starter.config import Head, Recipe
from training.starter.descent import Descent, weight_groups
from training.starter.losses import matching_loss, naming_loss, word_loss
from training.starter.measure import encode_texts, measure
from training.starter.pairs import CAPTIONS, ClassNames, five, held_out, shuffled
from training.starter.pictures import seen
from training.starter.text_distill import TextStudent
from training.starter.texts import clean_caption

if TYPE_CHECKING:
    import open_clip

log = logging.getLogger(__name__)

Ints = npt.NDArray[np.int64]
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


def train(recipe: Recipe, image_tower: Path | None, aligned: Path | None) -> Path:
    """Fit the head; returns the checkpoint of the finished model.

    Args:
        recipe: the numbers.
        image_tower: checkpoint of the trained student, or nothing for the image tower that ships.
        aligned: checkpoint of the aligner, for its text tower, or nothing for the one that ships.
    """
    finished = recipe.places.work / "head.pt"
    if finished.exists():
        return finished
    model = _towers(recipe, image_tower, aligned)
    photos, tiny = data.flickr_train(recipe.places).pixels, data.tiny_imagenet(recipe.places, "train").pixels
    features = [_features(model, photos[_learnt(recipe)]), _features(model, tiny[_named(recipe)])]
    centre, spread = standard_of(features[0])
    maps = _fit_to_texts(recipe, model, *((part - centre) / spread for part in features))
    head = towers.picture_head(model)
    with torch.no_grad():
        head.weight.copy_(maps.picture.weight / spread)
        head.bias.copy_(maps.picture.bias - head.weight @ centre)
        model.text_projection.copy_(maps.projection)
        model.logit_scale.copy_(maps.scale)
    log.info("head: %s", measure(recipe.places, model, held_out(recipe)))
    torch.save(model.state_dict(), finished)
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


def _towers(recipe: Recipe, image_tower: Path | None, aligned: Path | None) -> "open_clip.CLIP":
    places = recipe.places
    model = towers.build(places)
    towers.put_trunk(model.visual.trunk, towers.trunk_of(image_tower) if image_tower else towers.shipped_trunk(places))
    text = load_aligner(recipe, aligned).text.state_dict() if aligned else towers.shipped_text_tower(places)
    TextStudent(model).load_state_dict(text)
    towers.lay_out(model)
    return model.eval()


def _learnt(recipe: Recipe) -> Ints:
    """Rows of Flickr8k's photos that are not held out."""
    return shuffled(recipe, len(data.flickr_train(recipe.places).names))[recipe.held_out_photos :]


def _named(recipe: Recipe) -> Ints:
    """Rows of Tiny ImageNet's pictures that are looked at for their names."""
    labels = data.tiny_imagenet(recipe.places, "train").labels
    rows: Ints = np.random.default_rng([recipe.seed, 4]).permutation(len(labels))[: recipe.head.labelled_in_all]
    return np.sort(rows)


def _fit_to_texts(recipe: Recipe, model: "open_clip.CLIP", photos: Tensor, pictures: Tensor) -> Maps:
    """Maps by which a text tower meets any features of the photos learnt from and the pictures named.

    Features are centred, and about 1 in size on the average.
    """
    said = data.flickr_train(recipe.places).captions
    captions = [clean_caption(text) for row in _learnt(recipe) for text in five(said[row])]
    vocabulary, present = words.mentions([said[row] for row in _learnt(recipe)])
    inside = [template.format(word) for template in words.TEMPLATES for word in vocabulary]
    tiny = data.tiny_imagenet(recipe.places, "train")
    names = ClassNames(tiny.class_words)
    captioned = Captioned(
        photos,
        _read(recipe, model, captions).view(len(photos), CAPTIONS, -1),
        Said(torch.from_numpy(present), _read(recipe, model, inside).view(len(words.TEMPLATES), len(vocabulary), -1)),
    )
    labelled = Labelled(
        pictures, torch.from_numpy(tiny.labels[_named(recipe)]), names, _read(recipe, model, names.texts)
    )
    return fit(recipe.head, captioned, labelled, model.text_projection.detach(), recipe.seed)


def _matching(stage: Head, captioned: Captioned, maps: Maps) -> Tensor:
    rows = torch.randperm(len(captioned.features))[: stage.photos]
    which = torch.rand(len(rows), CAPTIONS).argsort(1)[:, : stage.captions]
    captions = maps.read(captioned.texts[rows[:, None], which].flatten(0, 1))
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


def _features(model: "open_clip.CLIP", pixels: data.Pixels) -> Tensor:
    """What the trunk makes of whole pictures, `[n, f]`."""
    return seen(pixels, towers.picture_size(model), partial(towers.picture_features, model))


def _read(recipe: Recipe, model: "open_clip.CLIP", texts: list[str]) -> Tensor:
    """What the text tower made the vectors of texts from, but for length, `[n, w]`."""
    vectors = torch.from_numpy(encode_texts(recipe.places, model, texts))
    unprojected: Tensor = vectors @ torch.linalg.pinv(model.text_projection.detach())
    return unprojected
