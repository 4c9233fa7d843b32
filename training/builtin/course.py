"""Stage 3: the heads learn. Pictures and texts meet by captions, names of classes, words, and translations."""

import logging
import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.builtin.config import Course, Recipe
from training.builtin.data import CAPTIONS, Data, Said, Seen
from training.builtin.heads import Map, PictureHead, TextHead
from training.builtin.towers import CLASSES

logger = logging.getLogger(__name__)
_SCALE = 3.0
"""Logarithm of what cosines are multiplied by, at first."""


class Trainer:
    """Both heads and what moves them. Every text is learnt as if only its language were known, and with English too."""

    def __init__(self, recipe: Recipe, data: Data) -> None:
        torch.manual_seed(recipe.seed)
        self.course: Course = recipe.course
        self.data = data
        self._recipe = recipe
        self._dice = np.random.default_rng(recipe.seed)
        learnt = torch.from_numpy(data.learnt)
        captions = data.captions.rows((learnt[:, None] * CAPTIONS + torch.arange(CAPTIONS)).flatten())
        photos = torch.cat([data.photos.features[learnt], data.mirrored.features[learnt]])
        self.pictures = PictureHead(self._map(photos), self.course.class_share)
        self.texts = TextHead(self._map(captions.languages), self._map(captions.english))
        self.caption_scale = torch.nn.Parameter(torch.tensor(_SCALE))
        self.name_scale = torch.nn.Parameter(torch.tensor(_SCALE))

    def train(self) -> None:
        """Go through all photos `epochs` times."""
        course = self.course
        steps_of_epoch = len(self.data.learnt) // course.batch
        steps = steps_of_epoch * course.epochs
        optimizer = self._optimizer()
        for step in range(steps):
            rise, fall = min(1.0, (step + 1) / course.warmup), (1 + math.cos(math.pi * step / steps)) / 2
            for group in optimizer.param_groups:
                group["lr"] = course.rate * rise * fall
            epoch, place = divmod(step, steps_of_epoch)
            if place == 0:
                order = self._dice.permutation(self.data.learnt)
                logger.info("epoch %s of %s", epoch + 1, course.epochs)
            if step % course.class_texts_every == 0:
                class_texts = self.class_texts(templates=1)
            rows = torch.from_numpy(order[place * course.batch : (place + 1) * course.batch])
            with torch.autocast("cpu", torch.bfloat16):
                loss = self._loss(rows, class_texts)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()

    @torch.no_grad()
    def class_texts(self, templates: int) -> Tensor:
        """Unit vectors of ImageNet's classes `[1000, width]`, by the texts' head as it is now."""
        rows = self.data.names.plain(range(CLASSES), templates)
        vectors = self.encode_texts(self.data.names.said.rows(rows.flatten()), english=True)
        return functional.normalize(vectors.view(*rows.shape, -1).mean(dim=1), dim=1)

    @torch.no_grad()
    def encode_texts(self, said: Said, *, english: bool) -> Tensor:
        """Unit vectors of texts, as the program computes them."""
        own = self.texts.english.standardised(said.english) if english else None
        found: Tensor = self.texts(self.texts.languages.standardised(said.languages), own)
        return found

    @torch.no_grad()
    def encode_pictures(self, seen: Seen, class_texts: Tensor) -> Tensor:
        """Unit vectors of pictures, as the program computes them."""
        found: Tensor = self.pictures(self.pictures.map.standardised(seen.features), seen.probabilities, class_texts)
        return found

    def _loss(self, rows: Tensor, class_texts: Tensor) -> Tensor:
        """The loss of one step; `rows`: of the photos with captions."""
        course, data = self.course, self.data
        photos = self._between(rows)
        captions = self._spoken(data.captions.rows(rows * CAPTIONS + torch.randint(CAPTIONS, (len(rows),))))
        drawn = torch.randint(len(data.tiny_labels), (course.batch,))
        labels = data.tiny_labels[drawn]
        tiny = Seen(data.tiny.features[drawn], data.tiny.probabilities[drawn])
        photo_vectors, tiny_vectors = self._looked(photos, class_texts), self._looked(tiny, class_texts)
        labelled = functional.one_hot(data.tiny_classes[labels], CLASSES).float()
        believed = course.label_trust * labelled + (1 - course.label_trust) * tiny.probabilities
        vectors = torch.cat([photo_vectors, tiny_vectors])
        shown = torch.cat([photos.probabilities, believed]) @ data.members.T
        rows_of_names = self._names_of(shown)
        names = self._spoken(data.names.draw(self._dice, rows_of_names.numpy(), course.translated))
        words, present = self._words(rows)
        columns = torch.searchsorted(rows_of_names, data.tiny_classes)
        wanted = torch.eye(len(rows))
        scale, name_scale = self.caption_scale.exp(), self.name_scale.exp()
        loss = torch.zeros(())
        for caption, name, word in zip(captions, names, words, strict=True):
            scores = scale * caption @ photo_vectors.T
            loss = loss + (_cross_entropy(scores, wanted) + _cross_entropy(scores.T, wanted)) / 2
            scores = name_scale * vectors @ name.T
            loss = loss + course.naming * self._naming(scores, shown[:, rows_of_names], rows_of_names)
            loss = loss + course.finding * _cross_entropy(scores.T, _shares(shown[:, rows_of_names].T))
            among = scores[len(rows) :, columns]
            smoothing = course.label_smoothing
            loss = loss + course.labels * functional.cross_entropy(among, labels, label_smoothing=smoothing)
            loss = loss + course.saying * _cross_entropy(name_scale * word @ photo_vectors.T, _shares(present))
        return loss / len(captions) + course.translating * self._translating(name_scale)

    def _between(self, rows: Tensor) -> Seen:
        """Photos, their mirror images, or something between, at random."""
        data = self.data
        share = torch.rand(len(rows), 1)
        share = torch.where(torch.rand(len(rows), 1) < 0.5, (share > 0.5).float(), share)
        pairs = (
            (data.photos.features, data.mirrored.features),
            (data.photos.probabilities, data.mirrored.probabilities),
        )
        mixed = (share * straight[rows] + (1 - share) * mirrored[rows] for straight, mirrored in pairs)
        return Seen(*mixed)

    def _looked(self, seen: Seen, class_texts: Tensor) -> Tensor:
        features = self.pictures.map.standardised(seen.features)
        noisy = features + self.course.picture_noise * torch.randn_like(features)
        found: Tensor = self.pictures(noisy, seen.probabilities, class_texts)
        return found

    def _spoken(self, said: Said) -> tuple[Tensor, Tensor]:
        """Vectors of texts without and with the English encoder."""
        noise = self.course.text_noise
        languages = self.texts.languages.standardised(said.languages)
        english = self.texts.english.standardised(said.english)
        languages = languages + noise * torch.randn_like(languages)
        english = english + noise * torch.randn_like(english)
        return self.texts(languages, None), self.texts(languages, english)

    def _names_of(self, shown: Tensor) -> Tensor:
        """Draw names of this step, sorted: what the pictures show more often, and all classes of Tiny ImageNet."""
        often = shown.sum(dim=0).clamp(max=20) + 1e-3
        drawn = torch.multinomial(often, min(self.course.names, len(often)))
        names: Tensor = torch.unique(torch.cat([drawn, self.data.tiny_classes]))
        return names

    def _naming(self, scores: Tensor, shown: Tensor, names: Tensor) -> Tensor:
        """Each picture's names, the general ones less; pictures that show nothing drawn are left out."""
        covered = self.data.members[names].sum(dim=1)
        wanted = shown / torch.where(names >= CLASSES, 1 + covered.log(), torch.ones(()))
        named = (wanted.sum(dim=1) > self.course.surest_mass).float()
        return -(named[:, None] * _shares(wanted) * scores.log_softmax(dim=1)).sum(dim=1).mean()

    def _words(self, rows: Tensor) -> tuple[tuple[Tensor, Tensor], Tensor]:
        """Some words of these photos' captions, and which photos have which `[words, photos]`."""
        present = self.data.present[rows]
        words = present.any(dim=0).nonzero()[:, 0]
        words = words[torch.randperm(len(words))[: self.course.words]]
        spoken = self._spoken(self.data.words.draw(self._dice, words.numpy(), self.course.translated))
        return spoken, present[:, words].T.float()

    def _translating(self, scale: Tensor) -> Tensor:
        data = self.data
        things = torch.randperm(len(data.english_names))[: self.course.translations]
        languages = torch.randint(len(data.translations), (len(things),))
        head = self.texts.languages
        foreign = self.texts(head.standardised(data.translations[languages, things]), None)
        english = self.texts(head.standardised(data.english_names[things]), None)
        return functional.cross_entropy(scale * foreign @ english.T, torch.arange(len(things)))

    def _map(self, features: Tensor) -> Map:
        return Map(features.mean(dim=0), features.std(dim=0) + 1e-3, self.course.hidden, self.course.width)

    def _optimizer(self) -> torch.optim.AdamW:
        trained = [*self.pictures.parameters(), *self.texts.parameters(), self.caption_scale, self.name_scale]
        matrices = [one for one in trained if one.dim() > 1]
        others = [one for one in trained if one.dim() <= 1]
        groups = [
            {"params": matrices, "weight_decay": self.course.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(groups, lr=self.course.rate)


def _cross_entropy(scores: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy of rows of `scores` with rows of shares."""
    return -(wanted * scores.log_softmax(dim=1)).sum(dim=1).mean()


def _shares(rows: Tensor) -> Tensor:
    return rows / rows.sum(dim=1, keepdim=True).clamp(min=1e-6)
