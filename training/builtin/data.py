"""All that the heads learn from, in memory: features of pictures and of texts, and what belongs to what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.builtin import features, pictures, texts, towers
from training.builtin.config import Recipe
from training.builtin.packages import Tensors

Ints = npt.NDArray[np.int64]
CAPTIONS = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """Pictures: square roots of pooled features `[n, 2560]`, and the classifiers' mean opinion `[n, 1000]`."""

    features: Tensor
    probabilities: Tensor


@dataclass(frozen=True, slots=True)
class Said:
    """Texts: both encoders' features, `[n, 512]` and `[n, 384]`."""

    languages: Tensor
    english: Tensor

    def rows(self, rows: Tensor) -> "Said":
        """Some of the texts."""
        return Said(self.languages[rows], self.english[rows])


class Lexicon:
    """Everything that a name or word can be said as. `ways[w]`: rows of `said`, English ones first.

    Attributes:
        english: how many of a word's ways are English.
    """

    def __init__(self, recipe: Recipe, words: Sequence[Sequence[str]], name: str) -> None:
        translated = texts.translations()
        spoken: list[str] = []
        self.ways: list[range] = []
        self.english: list[int] = []
        for synonyms in words:
            english = [template.format(word) for word in synonyms for template in texts.TEMPLATES]
            others = [other for word in synonyms for other in translated.get(word, ())]
            self.ways.append(range(len(spoken), len(spoken) + len(english) + len(others)))
            self.english.append(len(english))
            spoken += [*english, *others]
        self.said = said(recipe, name, spoken)

    def draw(self, dice: np.random.Generator, words: Ints, translated: float) -> Said:
        """One way to say each of `words`; in another language with probability `translated`, where there is one."""
        rows = []
        for word in words.tolist():
            ways, english = self.ways[word], self.english[word]
            foreign = len(ways) > english and dice.random() < translated
            rows.append(ways[dice.integers(english, len(ways)) if foreign else dice.integers(english)])
        return self.said.rows(torch.tensor(rows))

    def plain(self, words: Sequence[int], templates: int) -> Tensor:
        """Rows `[words, templates]` of each word's first name in the first `templates` templates."""
        return torch.tensor([list(self.ways[word][:templates]) for word in words])


class Data:
    """The training data.

    Attributes:
        photos, mirrored: Flickr8k's training photos, and their mirror images; captions: five for each.
        learnt, held_out: rows of the photos.
        names, members: names of classes and hypernyms, and the classes each covers.
        words, present: words of captions, and which photos have which.
        tiny, tiny_classes: Tiny ImageNet's pictures, and ImageNet's number of each one's class.
        english_names, translations: of things, and what they are called in other languages `[languages, things, 512]`.
        parts: weights of the sentence encoders.
    """

    def __init__(self, recipe: Recipe) -> None:
        captioned = pictures.flickr_train(recipe.places)
        captions = [[texts.clean_caption(text) for text in _five(given)] for given in captioned.captions]
        flat = [text for five in captions for text in five]
        self.parts: Tensors = texts.parts(recipe, flat)
        self.photos, self.mirrored = seen(recipe, "flickr"), seen(recipe, "flickr-mirrored")
        self.captions = said(recipe, "captions", flat)
        order = np.random.default_rng(recipe.seed).permutation(len(captions))
        self.held_out, self.learnt = order[: recipe.held_out_photos], order[recipe.held_out_photos :]
        named = texts.names()
        self.members = torch.from_numpy(named.members)
        self.names = Lexicon(recipe, named.words, "names")
        words, present = texts.mentions(captions)
        self.words, self.present = Lexicon(recipe, [[word] for word in words], "words"), torch.from_numpy(present)
        labelled = pictures.tiny_imagenet(recipe.places, "train")
        rows = labelled.of_each_class(recipe.tiny_of_class, recipe.seed)
        self.tiny = seen(recipe, "tiny")
        self.tiny_classes = torch.tensor(classes_of(labelled.class_words, named.words))
        self.tiny_labels = torch.from_numpy(labelled.labels[rows])
        self.tiny_words = Lexicon(recipe, [words[:1] for words in labelled.class_words], "tiny")
        things = texts.translations()
        self.english_names = said(recipe, "things", list(things)).languages
        languages = zip(*things.values(), strict=True)
        self.translations = torch.stack(
            [said(recipe, f"things-{number}", list(one)).languages for number, one in enumerate(languages)]
        )


def seen(recipe: Recipe, part: str) -> Seen:
    """Load what the towers saw in one part of the pictures."""
    pooled = np.maximum(features.features(recipe, part).astype(np.float32), 0)
    logits = np.zeros((len(pooled), towers.CLASSES), np.float32)
    for number, name in enumerate(towers.WEIGHTS):
        classifier = towers.classifier(name)
        own = pooled[:, number * towers.FEATURES : (number + 1) * towers.FEATURES]
        logits += (own @ classifier.weight.T + classifier.bias) / len(towers.WEIGHTS)
    return Seen(torch.from_numpy(np.sqrt(pooled)), torch.from_numpy(logits).softmax(dim=1))


def said(recipe: Recipe, name: str, spoken: Sequence[str]) -> Said:
    """Encode texts by both encoders."""
    found = texts.text_features(recipe, name, spoken)
    return Said(torch.from_numpy(found.languages), torch.from_numpy(found.english))


def classes_of(labelled: Sequence[Sequence[str]], named: Sequence[Sequence[str]]) -> list[int]:
    """Return ImageNet's number of each class of Tiny ImageNet, by its words: the first that has one's first word."""
    found = []
    for words in labelled:
        first = [number for number in range(towers.CLASSES) if named[number][0] in words]
        any_of = [number for number in range(towers.CLASSES) if set(named[number]) & set(words)]
        found.append((first or any_of)[0])
    return found


def _five(captions: Sequence[str]) -> list[str]:
    """Five captions of a photo, over again where there are fewer."""
    return [captions[number % len(captions)] for number in range(CAPTIONS)]
