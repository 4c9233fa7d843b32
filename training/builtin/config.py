"""Every number of the recipe and every place it reads from or writes to."""

from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MODEL_ID = "eidetic-base"


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one run: `data` and `dev` are read only, `work` holds all that can be made again."""

    data: Path = REPOSITORY / "../shared/data/training"
    dev: Path = REPOSITORY / "../shared/data/flickr8k_dev"
    work: Path = REPOSITORY / "build/training"
    model: Path = REPOSITORY / f"resources/models/{MODEL_ID}"


@dataclass(frozen=True, slots=True)
class Course:
    """How the heads learn.

    Attributes:
        width, hidden: numbers of a vector, and of the heads' hidden layers.
        batch: photos with captions of one step, and as many of Tiny ImageNet's.
        names, words: names of things, and words of captions, of one step.
        picture_noise, text_noise: added to standardised features at random, so that no photo is learnt by heart.
        class_share: of the class texts in a picture's vector, before it is learnt.
        naming, finding: weights of "photo to its names" and "name to its photos".
        labels: weight of Tiny ImageNet's classes among themselves.
        saying: weight of "word of captions to the photos that have it".
        translating: weight of "a thing's name in another language to its English name".
        label_trust: how far a label is believed, and how far the classifier, which sees what else is there.
        translated: how often a name is said in another language, where it is known there.
        surest_mass: photos whose drawn names have less probability than this in all are not named.
    """

    epochs: int = 30
    batch: int = 500
    width: int = 384
    hidden: int = 768
    rate: float = 1.5e-3
    warmup: int = 30
    weight_decay: float = 0.05
    picture_noise: float = 1.0
    text_noise: float = 0.3
    class_share: float = 0.5
    class_texts_every: int = 5
    names: int = 400
    words: int = 200
    naming: float = 0.25
    finding: float = 0.25
    labels: float = 0.25
    saying: float = 0.25
    translating: float = 0.25
    translations: int = 256
    translated: float = 0.25
    label_trust: float = 0.7
    label_smoothing: float = 0.1
    surest_mass: float = 0.2


@dataclass(frozen=True, slots=True)
class Recipe:
    """The whole recipe.

    Attributes:
        size: pixels of a picture's side, squashed to a square.
        batch: pictures that the towers look at together.
        tiny_of_class: labelled pictures taken of each class of Tiny ImageNet.
        held_out_photos: Flickr8k training photos kept out, to choose by.
    """

    seed: int = 20260
    size: int = 224
    batch: int = 8
    tiny_of_class: int = 100
    held_out_photos: int = 500
    course: Course = field(default_factory=Course)
    places: Places = field(default_factory=Places)
