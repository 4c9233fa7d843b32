"""Every number of the recipe and every place it reads from or writes to."""

from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one run: `data` and `dev` are read only, `work` holds all that can be made again.

    Attributes:
        more: photos without captions, a folder for each source. Nothing need be there.
    """

    data: Path = REPOSITORY / "../shared/data/training"
    dev: Path = REPOSITORY / "../shared/data/flickr8k_dev"
    work: Path = REPOSITORY / "build/training"
    more: Path = REPOSITORY / "build/training/more_photos"
    model: Path = REPOSITORY / "resources/models/eidetic-starter"


@dataclass(frozen=True, slots=True)
class Phase:
    """Some epochs at one picture size (pixels)."""

    epochs: int
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
        tiny, texts, words: Tiny ImageNet pictures, texts without a picture, single words of the captions.
        more: photos without captions.
        likeness_spread: what likenesses of captions and photos are divided by; see `losses.matching_loss`.
    """

    photos: int
    captions: int
    tiny: int
    texts: int
    words: int
    more: int = 0
    likeness_spread: float = 0.1


@dataclass(frozen=True, slots=True)
class Align:
    """The text tower and the feature teacher agree on a space."""

    share: Share = Share(photos=256, captions=2, tiny=256, texts=128, words=96)
    epochs: int = 7
    text_rate: float = 3e-4
    map_rate: float = 2e-3
    weight_decay: float = 0.05
    warmup: float = 0.05
    dropout: float = 0.2
    softness: float = 0.3
    word_weight: float = 0.5
    naming_weight: float = 0.3
    text_teacher_weight: float = 1.0
    measure_every: int = 2


@dataclass(frozen=True, slots=True)
class Stage2:
    """The image tower learns that space.

    `averaging`: how much of the averaged weights a step keeps. `kept_of_before`: share of the weights that shipped in
    the result, where it went on with those.

    Sizes are multiples of 32, the network's stride: at others its kernels meet the picture's edges differently, and
    what was learnt at one size is worth much less at another.
    """

    phases: tuple[Phase, ...] = (Phase(12, 64), Phase(10, 96), Phase(2, 128))
    share: Share = Share(photos=24, captions=5, tiny=24, texts=512, words=256, more=80)
    trunk_rate: float = 6e-4
    head_rate: float = 8e-4
    weight_decay: float = 0.05
    warmup: float = 0.03
    longest_gradient: float = 5.0
    averaging: float = 0.998
    kept_of_before: float = 0.4
    smallest_crop: float = 0.8
    softness: float = 0.2
    matching_weight: float = 0.3
    word_weight: float = 0.3
    naming_weight: float = 2.0
    place_weight: float = 3.0
    tiny_place_weight: float = 0.6
    mimicry_weight: float = 3.0
    teacher_weight: float = 1.5
    measure_every: int = 4


@dataclass(frozen=True, slots=True)
class Recipe:
    """The whole recipe.

    Attributes:
        threads: cores that torch may use.
        held_out_photos: kept out of training to choose by.
        go_on: begin stage 2 with the image tower that ships, not with that of stage 1.
    """

    seed: int = 20260
    threads: int = 2
    teacher_dimension: int = 384
    held_out_photos: int = 500
    go_on: bool = False
    places: Places = field(default_factory=Places)
    text: Text = field(default_factory=Text)
    align: Align = field(default_factory=Align)
    stage1: Stage1 = field(default_factory=Stage1)
    stage2: Stage2 = field(default_factory=Stage2)
