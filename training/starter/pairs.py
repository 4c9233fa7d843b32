"""The batches of stage 2: photos with captions, pictures with class names, texts alone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.starter import data, texts, towers, words
from training.starter.config import Recipe
from training.starter.pictures import random_crops
from training.starter.teacher import teacher_targets
from training.starter.text_distill import corpus_tokens, text_targets

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Training photos that this run never learns from: it is chosen by them."""

    pixels: data.Pixels
    captions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """One step's input.

    Attributes:
        pictures: photos first, then Tiny ImageNet's; `photos` says how many are photos.
        captions: tokens of some captions a photo, photo by photo.
        likeness: what `matching_loss` calls so.
        words: tokens of single words; present: `[words, photos]`, which photos mention them.
        names: tokens of one text a class; labels: the class of each Tiny ImageNet picture.
        texts: tokens of texts without a picture.
    """

    pictures: Tensor
    photos: int
    picture_targets: Tensor
    captions: Tensor
    caption_targets: Tensor
    likeness: Tensor
    words: Tensor
    present: Tensor
    names: Tensor
    labels: Tensor
    texts: Tensor
    text_targets: Tensor


class Pairs:
    """All that stage 2 learns from. A batch depends on the recipe and the step's number only."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        photos = data.flickr_train(recipe.places)
        order = np.random.default_rng(recipe.seed).permutation(len(photos.names))
        split = recipe.stage2.held_out_photos
        self.held_out = HeldOut(photos.pixels[order[:split]], tuple(photos.captions[row] for row in order[:split]))
        self._rows = order[split:]
        self.steps_per_epoch = len(self._rows) // recipe.stage2.photos
        self._photos = np.array(photos.pixels)
        self._photo_targets = teacher_targets(recipe, "flickr_train")
        self._tiny = data.tiny_imagenet(recipe.places, "train")
        self._tiny_targets = teacher_targets(recipe, "tiny_train")
        all_texts = texts.corpus(recipe)
        self._texts = corpus_tokens(recipe, all_texts)
        self._text_targets = text_targets(recipe, all_texts)
        row_of = {text: row for row, text in enumerate(all_texts)}
        self._captions = np.array([[row_of[texts.clean_caption(text)] for text in five] for five in photos.captions])
        meanings = self._text_targets[self._captions].mean(1)
        self._meanings = meanings / np.linalg.norm(meanings, axis=1, keepdims=True)
        tokenizer = towers.tokenizer(recipe.places)
        vocabulary, self._present = words.mentions(photos.captions)
        self._words = torch.stack(
            [tokenizer([template.format(word) for word in vocabulary]) for template in words.TEMPLATES]
        )
        self._names = [tokenizer(texts.class_texts(words)) for words in self._tiny.class_words]

    def batch(self, step: int, size: int) -> Batch:
        """The batch of a step, at one picture size."""
        stage = self._recipe.stage2
        dice = np.random.default_rng([self._recipe.seed, 2, step])
        torch_dice = torch.Generator().manual_seed(self._recipe.seed * 100_003 + step)
        photos = self._photo_rows(step)
        tiny = np.sort(dice.choice(len(self._tiny.labels), stage.tiny, replace=False))
        crops = [
            random_crops(torch.from_numpy(pixels), size, stage.smallest_crop, torch_dice)
            for pixels in (self._photos[photos], self._tiny.pixels[tiny])
        ]
        targets = np.concatenate([self._photo_targets[photos], self._tiny_targets[tiny]])
        chosen = np.stack([dice.choice(5, stage.captions, replace=False) for _ in photos])
        captions = np.take_along_axis(self._captions[photos], chosen, axis=1).ravel()
        likeness = self._text_targets[captions] @ self._meanings[photos].T / stage.likeness_spread
        alone = dice.choice(len(self._texts), stage.texts, replace=False)
        present = self._present[photos]
        said = np.flatnonzero(present.any(0))
        said = dice.choice(said, min(stage.words, len(said)), replace=False)
        template = dice.integers(len(words.TEMPLATES), size=len(said))
        names = torch.stack([tokens[dice.integers(len(tokens))] for tokens in self._names])
        return Batch(
            pictures=torch.cat(crops).contiguous(memory_format=torch.channels_last),
            photos=len(photos),
            picture_targets=torch.from_numpy(targets),
            captions=self._texts[captions],
            caption_targets=torch.from_numpy(self._text_targets[captions]),
            likeness=torch.from_numpy(likeness),
            words=self._words[template, said],
            present=torch.from_numpy(present[:, said].T.copy()),
            names=names,
            labels=torch.from_numpy(self._tiny.labels[tiny]),
            texts=self._texts[alone],
            text_targets=torch.from_numpy(self._text_targets[alone]),
        )

    def _photo_rows(self, step: int) -> Ints:
        epoch, place = divmod(step, self.steps_per_epoch)
        order = np.random.default_rng([self._recipe.seed, 3, epoch]).permutation(self._rows)
        start = place * self._recipe.stage2.photos
        rows: Ints = order[start : start + self._recipe.stage2.photos]
        return rows
