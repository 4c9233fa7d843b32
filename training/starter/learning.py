"""What the whole model is taught in stage 2, and how far it is from it."""

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.starter import checkpoint, data, towers
from training.starter.align import Aligner, read_all, seen_by_teacher
from training.starter.config import Places, Recipe
from training.starter.losses import cosine_loss, matching_loss, mimicry_loss, naming_loss, word_loss
from training.starter.pairs import Draw, Pairs
from training.starter.pictures import random_crops
from training.starter.teacher import teacher_targets


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
        with torch.autocast("cpu", torch.bfloat16):
            features = self.model.visual.trunk(pictures)
            vectors, taught = self.model.visual.head(features), self.teacher_head(features)
        return functional.normalize(vectors.float(), dim=1), taught.float()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Finished vectors: of all texts, and where each picture should lie; the teacher's features beside them.

    `scale` is what the aligner multiplies a cosine of such vectors with before it compares.
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


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that stays the same through the run; `photos`, `tiny` and `more` are pixels."""

    recipe: Recipe
    pairs: Pairs
    wanted: Wanted
    photos: data.Pixels
    tiny: data.Pixels
    more: data.Pixels


@dataclass(frozen=True, slots=True)
class Losses:
    """The parts of one step's loss."""

    matching: Tensor
    words: Tensor
    naming: Tensor
    place: Tensor
    tiny_place: Tensor
    mimicry: Tensor
    teacher: Tensor

    def __str__(self) -> str:
        return ", ".join(f"{part.name} {getattr(self, part.name).item():.3f}" for part in fields(self))


def new_lesson(recipe: Recipe, pairs: Pairs, aligner: Aligner) -> Lesson:
    """All pictures, and where the aligner wants them and what is said of them to lie."""
    texts = read_all(aligner, pairs.texts)
    seen = seen_by_teacher(recipe, aligner)
    photo_features, tiny_features, more_features = (
        torch.from_numpy(teacher_targets(recipe, part)) for part in ("flickr_train", "tiny_train", "more")
    )
    words, names = read_all(aligner, pairs.words), read_all(aligner, pairs.names)
    # read into memory: picked at random from the file, pictures take longer to come than to be learnt from
    photos, tiny, more = (
        np.array(pixels)
        for pixels in (
            data.flickr_train(recipe.places).pixels,
            data.tiny_imagenet(recipe.places, "train").pixels,
            data.more_photos(recipe.places),
        )
    )
    scale = aligner.scale.detach().exp()
    wanted = Wanted(texts, words, names, *seen, photo_features, tiny_features, more_features, scale)
    return Lesson(recipe, pairs, wanted, photos, tiny, more)


def losses_of(lesson: Lesson, learner: Learner, draw: Draw, size: int, *, seed: int) -> Losses:
    """Look at the pictures of a draw, cropped by `seed` to `size` pixels, and compare with what is wanted."""
    stage, wanted = lesson.recipe.stage2, lesson.wanted
    dice = torch.Generator().manual_seed(seed)
    crops = [
        random_crops(torch.from_numpy(source[rows]), size, stage.smallest_crop, dice)
        for source, rows in zip(
            (lesson.photos, lesson.tiny, lesson.more), (draw.photos, draw.tiny, draw.more), strict=True
        )
        if len(rows)
    ]
    vectors, taught = learner(torch.cat(crops).contiguous(memory_format=torch.channels_last))
    photos, tiny, more = vectors.split([len(draw.photos), len(draw.tiny), len(draw.more)])
    scale = learner.model.logit_scale.exp().clamp(max=100)
    features = torch.cat(
        [wanted.photo_features[draw.photos], wanted.tiny_features[draw.tiny], wanted.more_features[draw.more]]
    )
    place, tiny_place, more_place = wanted.photos[draw.photos], wanted.tiny[draw.tiny], wanted.more[draw.more]
    places = torch.cat([place, tiny_place, more_place])
    captions, words = wanted.texts[draw.captions], wanted.words[draw.words]
    banks = (torch.cat([captions, wanted.texts[draw.alone]]), words)
    return Losses(
        matching_loss(photos, captions, draw.likeness, scale, stage.softness),
        word_loss(photos, words, draw.present, scale),
        naming_loss(tiny, wanted.names[draw.names], draw.labels, learner.naming_scale.exp().clamp(max=100)),
        cosine_loss(torch.cat([photos, more]), torch.cat([place, more_place])),
        cosine_loss(tiny, tiny_place),
        torch.stack([mimicry_loss(vectors, places, bank, wanted.scale) for bank in banks]).mean(),
        cosine_loss(taught, features),
    )


def weighted(recipe: Recipe, losses: Losses) -> Tensor:
    """The parts by their weights."""
    stage = recipe.stage2
    return (
        stage.matching_weight * losses.matching
        + stage.word_weight * losses.words
        + stage.naming_weight * losses.naming
        + stage.place_weight * losses.place
        + stage.tiny_place_weight * losses.tiny_place
        + stage.mimicry_weight * losses.mimicry
        + stage.teacher_weight * losses.teacher
    )


def picture_groups(recipe: Recipe, learner: Learner) -> list[dict[str, object]]:
    """Parameters of the image tower, with the peak rates of its trunk and its heads."""
    stage = recipe.stage2
    heads = nn.ModuleList([learner.model.visual.head, learner.teacher_head])
    groups: list[dict[str, object]] = []
    for part, peak in ((learner.model.visual.trunk, stage.trunk_rate), (heads, stage.head_rate)):
        groups += [{**group, "peak": peak, "lr": 0.0} for group in checkpoint.decay_groups(part, stage.weight_decay)]
    scales = [learner.model.logit_scale, learner.naming_scale]
    return [*groups, {"params": scales, "weight_decay": 0.0, "peak": stage.head_rate, "lr": 0.0}]
