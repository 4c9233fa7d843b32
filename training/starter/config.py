"""Every number of the recipe and every place it reads from or writes to."""

from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one run: `data` and `dev` are read only, `work` holds all that can be made again.

    Attributes:
        captioned: more photos with captions, a folder for each source: `photos/` and `captions.tsv`, as Flickr8k's.
        more: photos without captions, a folder for each source.
            Nothing need be in either.
    """

    data: Path = REPOSITORY / "../shared/data/training"
    dev: Path = REPOSITORY / "../shared/data/flickr8k_dev"
    work: Path = REPOSITORY / "build/training"
    captioned: Path = REPOSITORY / "build/training/captioned"
    more: Path = REPOSITORY / "build/training/more_photos"
    model: Path = REPOSITORY / "resources/models/eidetic-starter"


@dataclass(frozen=True, slots=True)
class Part:
    """Some blocks of the image tower that learn together what the feature teacher sees.

    Attributes:
        first, last: numbers of the blocks; the head goes by the number after the last.
        map_weights: what each of the teacher's maps counts, nearest to the pixels first.
        feature_weight: what its features count, where the head learns.
        batch, labelled: views of a step, and how many of these have class labels.
        label_weight: what the classes count, where the head learns.
        only_maps: the blocks stay as they are, and what they say is only mapped to what the teacher sees.
    """

    first: int
    last: int
    steps: int
    batch: int
    labelled: int
    rate: float
    map_weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    feature_weight: float = 2.0
    label_weight: float = 0.0
    weight_decay: float = 0.0
    warmup: float = 0.05
    last_rate: float = 0.03
    longest_gradient: float = 5.0
    only_maps: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """The image tower learns to see as the feature teacher does, part by part.

    Attributes:
        size: of the crops, pixels.
        smallest_crop: share of a picture's area that a crop is at least.
        views_of_captioned: crops of each photo with captions; of all other pictures there is one.
        mapped: what comes first when the last part goes on with the tower that ships: its maps were thrown away.
    """

    size: int = 160
    smallest_crop: float = 0.39
    views_of_captioned: int = 4
    parts: tuple[Part, ...] = (
        Part(first=0, last=1, steps=1800, batch=32, labelled=5, rate=1e-2),
        Part(first=2, last=2, steps=1200, batch=48, labelled=8, rate=6e-3),
        Part(first=3, last=5, steps=1000, batch=64, labelled=10, rate=5e-3),
        Part(
            first=0,
            last=5,
            steps=2400,
            batch=64,
            labelled=10,
            rate=2e-3,
            map_weights=(0.5, 1.0, 1.0),
            feature_weight=4.0,
            weight_decay=0.02,
        ),
        Part(
            first=0,
            last=5,
            steps=13_500,
            batch=80,
            labelled=30,
            rate=1.5e-3,
            map_weights=(0.0, 0.25, 0.5),
            feature_weight=4.0,
            label_weight=0.5,
            weight_decay=0.02,
        ),
    )
    mapped: Part = Part(
        first=0,
        last=5,
        steps=250,
        batch=80,
        labelled=30,
        rate=3e-3,
        map_weights=(0.0, 1.0, 1.0),
        label_weight=1.0,
        only_maps=True,
    )


@dataclass(frozen=True, slots=True)
class Text:
    """The text tower alone, taught by MiniLM."""

    epochs: int = 2
    batch: int = 512
    rate: float = 1.5e-3
    weight_decay: float = 0.01
    warmup: float = 0.05


@dataclass(frozen=True, slots=True)
class Share:
    """What one step of the alignment takes.

    Attributes:
        photos, captions: photos, and captions for each of them.
        tiny, texts: Tiny ImageNet pictures, texts without a picture.
        said: single words that captions of the step's photos have.
        likeness_spread: what likenesses of captions and photos are divided by; see `losses.matching_loss`.
    """

    photos: int
    captions: int
    tiny: int
    texts: int
    said: int
    likeness_spread: float = 0.1


@dataclass(frozen=True, slots=True)
class Align:
    """The text tower and the feature teacher agree on a space.

    `noise`: what is added at random to the teacher's features, each about 1 in size. The map then trusts the
    directions in which pictures differ much, and knows fewer photos by heart.
    """

    share: Share = Share(photos=256, captions=2, tiny=256, texts=128, said=96)
    steps: int = 200
    text_rate: float = 3e-4
    map_rate: float = 2e-3
    weight_decay: float = 0.05
    warmup: float = 0.05
    dropout: float = 0.2
    noise: float = 1.0
    softness: float = 0.3
    word_weight: float = 0.5
    naming_weight: float = 0.3
    text_teacher_weight: float = 1.0
    measure_every: int = 50


@dataclass(frozen=True, slots=True)
class Head:
    """The image tower's head and the texts' last projection, fitted to finished features.

    Attributes:
        photos, labelled: photos, and Tiny ImageNet pictures, of one step.
        captions: of each photo, five at most.
        labelled_in_all: Tiny ImageNet pictures that are looked at.
        said: single words of one step, that captions of its photos have.
        rate, projection_rate: peak rates of the head and of the texts' projection; at 0 the latter stays as it is.
        noise: added to the pictures' features at random; see `Align.noise`.
        softness, likeness_spread: see `losses.matching_loss`.
    """

    steps: int = 1500
    photos: int = 512
    captions: int = 5
    labelled: int = 256
    labelled_in_all: int = 16_000
    said: int = 128
    rate: float = 2e-3
    projection_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup: float = 0.05
    dropout: float = 0.2
    noise: float = 1.0
    softness: float = 0.3
    likeness_spread: float = 0.1
    word_weight: float = 0.5
    naming_weight: float = 0.6


@dataclass(frozen=True, slots=True)
class Recipe:
    """The whole recipe.

    Attributes:
        threads: cores that torch may use.
        held_out_photos: kept out of training to choose by.
    """

    seed: int = 20260
    threads: int = 2
    teacher_dimension: int = 384
    held_out_photos: int = 500
    places: Places = field(default_factory=Places)
    text: Text = field(default_factory=Text)
    align: Align = field(default_factory=Align)
    image: Image = field(default_factory=Image)
    head: Head = field(default_factory=Head)
