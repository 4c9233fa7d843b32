"""What is learnt together in one step: photos with captions and words, pictures with class names, texts alone.

A `Draw` holds row numbers only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle, islice

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.starter import data, texts, towers, words
from training.starter.config import Recipe, Share
from training.starter.text_distill import corpus_tokens, text_targets

Ints = npt.NDArray[np.int64]
CAPTIONS = 5


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Training photos that are never learnt from: the recipe is chosen by them."""

    rows: Ints
    pixels: data.Pixels
    captions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """Row numbers of one step.

    Attributes:
        photos, tiny: of the photos with captions and of Tiny ImageNet; labels: the classes of the latter.
        captions: rows of `Pairs.texts`, some for each photo in turn; likeness: what `matching_loss` calls so.
        said: rows of `Pairs.words` that captions of the photos have; present: `[said, photos]`, which photos.
        names: one row of `Pairs.names` for each class.
        alone: rows of `Pairs.texts` without a picture.
    """

    photos: Ints
    tiny: Ints
    labels: Tensor
    captions: Ints
    likeness: Tensor
    said: Ints
    present: Tensor
    names: Ints
    alone: Ints


def shuffled(recipe: Recipe, photos: int) -> Ints:
    """Rows of Flickr8k's training photos: the first `held_out_photos` are never learnt from."""
    return np.random.default_rng(recipe.seed).permutation(photos)


def held_out(recipe: Recipe) -> HeldOut:
    """The photos that the recipe is chosen by."""
    photos = data.flickr_train(recipe.places)
    rows = shuffled(recipe, len(photos.names))[: recipe.held_out_photos]
    return HeldOut(rows, photos.pixels[rows], tuple(photos.captions[row] for row in rows))


class ClassNames:
    """All names of all classes, bare and inside templates.

    Args:
        class_words: the names of each class.
    """

    def __init__(self, class_words: Iterable[Iterable[str]]) -> None:
        named = [texts.class_texts(words) for words in class_words]
        self.texts = [text for names in named for text in names]
        self._starts = np.cumsum([0, *(len(names) for names in named)])

    def draw(self, dice: np.random.Generator) -> Ints:
        """One row of `texts` for each class."""
        rows: Ints = dice.integers(self._starts[:-1], self._starts[1:])
        return rows


class Pairs:
    """All texts as tokens, and what belongs to what. A draw depends on the recipe and the step's number only.

    Attributes:
        texts, text_targets: the corpus and MiniLM's embeddings of it.
        captions: five rows of `texts` for each photo.
        photo_rows: the photos learnt from, Flickr8k's first.
        words: single words inside templates; names: class names, bare and inside templates.
        held_out: see there.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._seed = recipe.seed
        photos = data.flickr_train(recipe.places)
        tiny = data.tiny_imagenet(recipe.places, "train")
        self._labels = tiny.labels
        said = texts.captions_of_photos(recipe)
        order = shuffled(recipe, len(photos.names))
        self.held_out = held_out(recipe)
        others = np.arange(len(photos.names), len(said))
        self.photo_rows = np.concatenate([order[recipe.held_out_photos :], others])
        corpus = texts.corpus(recipe)
        self.texts = corpus_tokens(recipe, corpus)
        self.text_targets = text_targets(recipe, corpus)
        row_of = {text: row for row, text in enumerate(corpus)}
        self.captions = np.array([[row_of[texts.clean_caption(text)] for text in five(one)] for one in said])
        meanings = self.text_targets[self.captions].mean(1)
        self._meanings = meanings / np.linalg.norm(meanings, axis=1, keepdims=True)
        tokenizer = towers.tokenizer(recipe.places)
        vocabulary, self._present = words.mentions(said)
        self.words = tokenizer([template.format(word) for template in words.TEMPLATES for word in vocabulary])
        self._class_names = ClassNames(tiny.class_words)
        self.names = tokenizer(self._class_names.texts)

    def draw(self, step: int, share: Share) -> Draw:
        """The rows of a step."""
        dice = np.random.default_rng([self._seed, 2, step])
        photos = self._photos(step, share.photos)
        tiny = np.sort(dice.choice(len(self._labels), share.tiny, replace=False))
        chosen = np.stack([dice.choice(CAPTIONS, share.captions, replace=False) for _ in photos])
        captions = np.take_along_axis(self.captions[photos], chosen, axis=1).ravel()
        likeness = self.text_targets[captions] @ self._meanings[photos].T / share.likeness_spread
        present = self._present[photos]
        said = np.flatnonzero(present.any(0))
        said = dice.choice(said, min(share.said, len(said)), replace=False)
        template = dice.integers(len(words.TEMPLATES), size=len(said))
        return Draw(
            photos=photos,
            tiny=tiny,
            labels=torch.from_numpy(self._labels[tiny]),
            captions=captions,
            likeness=torch.from_numpy(likeness),
            said=template * present.shape[1] + said,
            present=torch.from_numpy(present[:, said].T.copy()),
            names=self._class_names.draw(dice),
            alone=dice.choice(len(self.texts), share.texts, replace=False),
        )

    def _photos(self, step: int, count: int) -> Ints:
        epoch, place = divmod(step, len(self.photo_rows) // count)
        order = np.random.default_rng([self._seed, 3, epoch]).permutation(self.photo_rows)
        rows: Ints = order[place * count : (place + 1) * count]
        return rows


def five(captions: tuple[str, ...]) -> list[str]:
    """The first five captions of a photo, over again where there are fewer."""
    return list(islice(cycle(captions), CAPTIONS))
