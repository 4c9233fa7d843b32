"""What the whole model is taught in stages 2 and 3, and how far it is from it."""

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.starter import data, towers
from training.starter.align import Aligner, read_all, seen_by_teacher
from training.starter.config import PictureStage, Places, Recipe, Weights
from training.starter.descent import Group, weight_groups
from training.starter.losses import contrast_loss, cosine_loss, mimicry_loss, naming_loss
from training.starter.pairs import Draw, Pairs
from training.starter.pictures import random_crops
from training.starter.precision import autocast
from training.starter.teacher import photo_targets, teacher_targets


class Learner(nn.Module):
    """The whole model with the head that only the feature teacher looks at."""

    def __init__(self, places: Places, teacher_dimension: int) -> None:
        super().__init__()
        self.model = towers.build(places)
        self.teacher_head = nn.Linear(int(self.model.visual.trunk.num_features), teacher_dimension)
        # Names of classes lie closer together than captions do, so they need a sharper scale.
        self.naming_scale = nn.Parameter(torch.tensor(40.0).log())

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors of pictures, and what the feature teacher compares."""
        with autocast():
            features = self.model.visual.trunk(pictures)
            vectors, taught = self.model.visual.head(features), self.teacher_head(features)
        return functional.normalize(vectors.float(), dim=1), taught.float()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Finished vectors: of all texts, and where each picture should lie; the teacher's features beside them.

    Attributes:
        scale: what the aligner multiplies a cosine of such vectors with before it compares.
        unprojected: what turns a vector of a text into what the aligner's last projection made it from, but for length.
    """

    texts: Tensor
    words: Tensor
    names: Tensor
    photos: Tensor
    tiny: Tensor
    more: Tensor
    photo_features: Tensor
    tiny_features: Tensor
    more_features: Tensor
    scale: Tensor
    unprojected: Tensor


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that stays the same through the run; `photos`, `tiny` and `more` are pixels."""

    stage: PictureStage
    pairs: Pairs
    wanted: Wanted
    photos: data.Pixels
    tiny: data.Pixels
    more: data.Pixels


@dataclass(frozen=True, slots=True)
class Losses:
    """The parts of one step's loss.

    Attributes:
        contrast: of pictures and what is said of them; zero in a step without captions.
        naming: of Tiny ImageNet's pictures by class names.
        place, tiny_place: how far photos, and Tiny ImageNet's pictures, are from where the teacher's eyes put them.
        mimicry: how much else than the teacher's eyes they tell about texts.
        teacher: how far what the teacher compares is from its features.
    """

    contrast: Tensor
    naming: Tensor
    place: Tensor
    tiny_place: Tensor
    mimicry: Tensor
    teacher: Tensor

    def __str__(self) -> str:
        return ", ".join(f"{part.name} {getattr(self, part.name).item():.3f}" for part in fields(self))


def new_lesson(recipe: Recipe, stage: PictureStage, pairs: Pairs, aligner: Aligner) -> Lesson:
    """All pictures, and where the aligner wants them and what is said of them to lie."""
    texts = read_all(aligner, pairs.texts)
    seen = seen_by_teacher(recipe, aligner)
    photo_features, tiny_features, more_features = (
        torch.from_numpy(targets)
        for targets in (photo_targets(recipe), teacher_targets(recipe, "tiny_train"), teacher_targets(recipe, "more"))
    )
    words, names = read_all(aligner, pairs.words), read_all(aligner, pairs.names)
    # read into memory: picked at random from the file, pictures take longer to come than to be learnt from
    photos = np.concatenate([of(recipe.places).pixels for of in (data.flickr_train, data.more_captioned)])
    tiny = np.array(data.tiny_imagenet(recipe.places, "train").pixels)
    more = np.array(data.more_photos(recipe.places))
    unprojected = torch.linalg.pinv(aligner.text.text_projection.detach())
    wanted = Wanted(
        texts,
        words,
        names,
        *seen,
        photo_features,
        tiny_features,
        more_features,
        scale=aligner.scale.detach().exp(),
        unprojected=unprojected,
    )
    return Lesson(stage, pairs, wanted, photos, tiny, more)


def losses_of(lesson: Lesson, learner: Learner, draw: Draw, size: int, *, seed: int) -> Losses:
    """Look at the pictures of a draw, cropped by `seed` to `size` pixels, and compare with what is wanted."""
    wanted = lesson.wanted
    dice = torch.Generator().manual_seed(seed)
    crops = [
        random_crops(torch.from_numpy(source[rows]), size, lesson.stage.smallest_crop, dice)
        for source, rows in zip(
            (lesson.photos, lesson.tiny, lesson.more), (draw.photos, draw.tiny, draw.more), strict=True
        )
        if len(rows)
    ]
    vectors, taught = learner(torch.cat(crops).contiguous(memory_format=torch.channels_last))
    photos, tiny, more = vectors.split([len(draw.photos), len(draw.tiny), len(draw.more)])
    features = torch.cat(
        [wanted.photo_features[draw.photos], wanted.tiny_features[draw.tiny], wanted.more_features[draw.more]]
    )
    place, tiny_place, more_place = wanted.photos[draw.photos], wanted.tiny[draw.tiny], wanted.more[draw.more]
    places = torch.cat([place, tiny_place, more_place])
    banks = (torch.cat([wanted.texts[draw.captions], wanted.texts[draw.alone]]), wanted.words[draw.words])
    return Losses(
        _contrast(wanted, learner, draw, photos, tiny) if len(draw.captions) else torch.zeros(()),
        naming_loss(tiny, wanted.names[draw.names], draw.labels, learner.naming_scale.exp().clamp(max=100)),
        cosine_loss(torch.cat([photos, more]), torch.cat([place, more_place])),
        cosine_loss(tiny, tiny_place),
        torch.stack([mimicry_loss(vectors, places, bank, wanted.scale) for bank in banks]).mean(),
        cosine_loss(taught, features),
    )


def weighted(weights: Weights, losses: Losses) -> Tensor:
    """The parts by their weights."""
    return torch.stack([getattr(weights, part.name) * getattr(losses, part.name) for part in fields(losses)]).sum()


def picture_groups(stage: PictureStage, learner: Learner) -> list[Group]:
    """Parameters that learn: the image trunk at one rate, all others at another."""
    heads = nn.ModuleList([learner.model.visual.head, learner.teacher_head])
    trunk = weight_groups(learner.model.visual.trunk.parameters(), stage.trunk_rate, stage.weight_decay)
    others = [learner.model.logit_scale, learner.naming_scale, learner.model.text_projection]
    return [
        *trunk,
        *weight_groups(heads.parameters(), stage.head_rate, stage.weight_decay),
        *weight_groups(others, stage.head_rate, weight_decay=0.0),
    ]


def _contrast(wanted: Wanted, learner: Learner, draw: Draw, photos: Tensor, tiny: Tensor) -> Tensor:
    """Photos with their captions and Tiny ImageNet's pictures with their classes' names, all against all."""
    classes = np.unique(draw.labels.numpy())
    said = torch.cat([wanted.texts[draw.captions], wanted.names[draw.names[classes]]])
    texts = functional.normalize(said @ wanted.unprojected @ learner.model.text_projection, dim=1)
    belong = torch.zeros(len(texts), len(photos) + len(tiny))
    captions = len(draw.captions)
    belong[:captions, : len(photos)] = torch.eye(len(photos)).repeat_interleave(captions // len(photos), dim=0)
    belong[captions:, len(photos) :] = torch.from_numpy(classes)[:, None] == draw.labels[None]
    scale = learner.model.logit_scale.exp().clamp(max=100)
    return contrast_loss(torch.cat([photos, tiny]), texts, belong, scale)
