"""The texts that the text tower learns from: captions, names of things, and mixtures of both."""

import random
import re
from collections.abc import Iterable

from training.starter import data
from training.starter.config import Recipe

TEMPLATES = (
    "a photo of a {}",
    "a picture of the {}",
    "a {}",
    "{} in the background",
    "a close-up of a {}",
    "a man with a {}",
    "two people near a {}",
    "photo of {}",
)
WORDS_PER_NOUN = 2
TEMPLATED_NOUNS = 40_000
MIXED_CAPTIONS = 40_000
LONGEST_NAME = 40


def clean_caption(caption: str) -> str:
    """Flickr8k's tokenised captions as people type: no spaces before stops, none at the end."""
    joined = re.sub(r"\s+([.,!?;:'])", r"\1", caption.strip().strip('"'))
    return joined.rstrip(" .").strip()


def class_texts(words: Iterable[str]) -> list[str]:
    """A class's names, bare and inside every template."""
    names = list(words)
    return [*names, *(template.format(name) for name in names for template in TEMPLATES)]


def captions_of_photos(recipe: Recipe) -> list[tuple[str, ...]]:
    """The captions of each photo that has any: Flickr8k's first."""
    return [*data.flickr_train(recipe.places).captions, *data.more_captioned(recipe.places).captions]


def corpus(recipe: Recipe) -> list[str]:
    """All texts for distillation, each once, in a fixed order."""
    dice = random.Random(recipe.seed)
    captions = [clean_caption(text) for texts in captions_of_photos(recipe) for text in texts]
    classes = data.tiny_imagenet(recipe.places, "val").class_words
    nouns = [
        word
        for words in data.wordnet_nouns(recipe.places)
        for word in words[:WORDS_PER_NOUN]
        if len(word) <= LONGEST_NAME
    ]
    templated = [dice.choice(TEMPLATES).format(noun) for noun in dice.sample(nouns, TEMPLATED_NOUNS)]
    named = [text for words in classes for text in class_texts(words)]
    mixed = mixed_captions(captions, nouns, dice)
    return list(dict.fromkeys([*captions, *named, *nouns, *templated, *mixed]))


def mixed_captions(captions: list[str], nouns: list[str], dice: random.Random) -> list[str]:
    """Captions in which one noun gave way to any other, so that rare words appear in sentences."""
    single = {noun.lower() for noun in nouns if " " not in noun and len(noun) > 2}
    mixed = []
    for caption in dice.choices(captions, k=MIXED_CAPTIONS):
        words = caption.split()
        places = [place for place, word in enumerate(words) if word.lower() in single]
        if places:
            words[dice.choice(places)] = dice.choice(nouns)
            mixed.append(" ".join(words))
    return mixed
