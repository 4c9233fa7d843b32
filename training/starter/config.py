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
class Phase:
    """Some epochs at one picture size (pixels)."""

    epochs: int
    size: int


@dataclass(frozen=True, slots=True)
class Steps:
    """Some steps at one picture size (pixels).

    After stage 1 sizes are multiples of 32, the network's stride: at others its kernels meet the picture's edges
    differently, and what was learnt at one size is worth much less at another.
    """

    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Stage1:
    """The image tower alone: labels and the feature teacher.

    `last_rate`: share of the rate it ends at; stage 2 goes on from there and runs it down.
    """

    phases: tuple[Phase, ...] = (Phase(8, 64),)
    batch: int = 64
    rate: float = 1e-3
    weight_decay: float = 0.05
    last_rate: float = 0.05
    warmup: float = 0.08
    teacher_weight: float = 4.0
    label_smoothing: float = 0.1
    smallest_crop: float = 0.65


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
    """What one step of the later stages takes.

    Attributes:
        photos, captions: photos, and captions for each of them.
        tiny, texts: Tiny ImageNet pictures, texts without a picture.
        said, words: single words that captions of the step's photos have, and any others.
        more: photos without captions.
        likeness_spread: what likenesses of captions and photos are divided by; see `losses.matching_loss`.
    """

    photos: int
    captions: int
    tiny: int
    texts: int
    said: int = 0
    words: int = 0
    more: int = 0
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
class Weights:
    """What each part of the loss of stages 2 and 3 counts; see `learning.Losses`."""

    contrast: float
    naming: float
    place: float
    tiny_place: float
    mimicry: float
    teacher: float


@dataclass(frozen=True, slots=True)
class PictureStage:
    """A stage in which the image tower learns where pictures belong among texts.

    Attributes:
        head_rate: peak rate of all that is not the trunk.
        averaging: how much of the averaged weights a step keeps.
        longest_gradient: gradients longer than this are cut to it.
        measure_every: steps between two measurements on the photos held out.
        first_draw: number of the first step's pictures and texts, so that a stage has others than the one before.
    """

    phases: tuple[Steps, ...]
    share: Share
    weights: Weights
    trunk_rate: float
    head_rate: float
    warmup: float
    averaging: float
    smallest_crop: float
    measure_every: int
    weight_decay: float = 0.05
    longest_gradient: float = 5.0
    first_draw: int = 0


@dataclass(frozen=True, slots=True)
class Mixture:
    """Shares of the weights after a stage, before it, and of those that ship, if these were the beginning."""

    after: float
    before: float
    shipped: float


STAGE_2 = PictureStage(
    phases=(Steps(6000, 96),),
    share=Share(photos=8, captions=0, tiny=28, texts=512, words=256, more=92),
    weights=Weights(contrast=0.0, naming=1.5, place=2.0, tiny_place=0.6, mimicry=3.0, teacher=2.0),
    trunk_rate=6e-4,
    head_rate=8e-4,
    warmup=0.03,
    averaging=0.998,
    smallest_crop=0.7,
    measure_every=1000,
)
STAGE_3 = (
    (
        PictureStage(
            phases=(Steps(550, 96), Steps(140, 128)),
            share=Share(photos=120, captions=5, tiny=40, texts=512, words=256, more=80),
            weights=Weights(contrast=1.0, naming=0.3, place=0.0, tiny_place=0.0, mimicry=1.0, teacher=1.0),
            trunk_rate=4e-4,
            head_rate=1e-3,
            warmup=0.06,
            averaging=0.98,
            smallest_crop=0.6,
            measure_every=138,
        ),
        Mixture(after=0.6, before=0.2, shipped=0.2),
    ),
    (
        PictureStage(
            phases=(Steps(400, 128),),
            share=Share(photos=60, captions=5, tiny=40, texts=512, words=256, more=140),
            weights=Weights(contrast=0.5, naming=0.5, place=1.0, tiny_place=0.3, mimicry=2.0, teacher=1.0),
            trunk_rate=3e-4,
            head_rate=5e-4,
            warmup=0.06,
            averaging=0.98,
            smallest_crop=0.7,
            measure_every=100,
            first_draw=10_000,
        ),
        Mixture(after=0.6, before=0.4, shipped=0.0),
    ),
)
"""Rounds, each with what it is mixed with afterwards."""


@dataclass(frozen=True, slots=True)
class Head:
    """The image tower's head and the texts' last projection, fitted to finished features.

    Attributes:
        photos, labelled: photos with a caption, and Tiny ImageNet pictures, of one step.
        labelled_in_all: Tiny ImageNet pictures that are looked at.
        said: single words of one step, that captions of its photos have.
        rate, projection_rate: peak rates of the head and of the texts' projection; at 0 the latter stays as it is.
        noise: added to the pictures' features at random; see `Align.noise`.
        softness, likeness_spread: see `losses.matching_loss`.
        kept: share of the head and projection before, in the finished ones.
    """

    steps: int = 1500
    photos: int = 512
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
    kept: float = 0.35


@dataclass(frozen=True, slots=True)
class Recipe:
    """The whole recipe.

    Attributes:
        threads: cores that torch may use.
        held_out_photos: kept out of training to choose by.
        refit_steps: of fitting the map from the teacher's features to the text tower that ships.
        projection_kept: share of the texts' last projection before stage 3 in the finished one.
        go_on: keep the text tower that ships, and begin stage 2 with the image tower that does.
    """

    seed: int = 20260
    threads: int = 2
    teacher_dimension: int = 384
    held_out_photos: int = 500
    refit_steps: int = 1000
    projection_kept: float = 0.5
    go_on: bool = False
    places: Places = field(default_factory=Places)
    text: Text = field(default_factory=Text)
    align: Align = field(default_factory=Align)
    stage1: Stage1 = field(default_factory=Stage1)
    stage2: PictureStage = STAGE_2
    stage3: tuple[tuple[PictureStage, Mixture], ...] = STAGE_3
    head: Head = field(default_factory=Head)
