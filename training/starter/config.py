"""Every number of the recipe and every place it reads from or writes to."""

from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one run: `data` and `dev` are read only, `work` holds all that can be made again."""

    data: Path = REPOSITORY / "../shared/data/training"
    dev: Path = REPOSITORY / "../shared/data/flickr8k_dev"
    work: Path = REPOSITORY / "build/training"
    model: Path = REPOSITORY / "resources/models/eidetic-starter"


@dataclass(frozen=True, slots=True)
class Phase:
    """Some epochs at one picture size (pixels)."""

    epochs: int
    size: int


@dataclass(frozen=True, slots=True)
class Stage1:
    """The image tower alone: labels and the feature teacher."""

    phases: tuple[Phase, ...] = (Phase(6, 64), Phase(1, 80))
    batch: int = 192
    rate: float = 2e-3
    weight_decay: float = 0.05
    warmup: float = 0.08
    teacher_weight: float = 4.0
    label_smoothing: float = 0.1
    smallest_crop: float = 0.5


@dataclass(frozen=True, slots=True)
class Text:
    """The text tower alone, taught by MiniLM."""

    epochs: int = 2
    batch: int = 512
    rate: float = 1.5e-3
    weight_decay: float = 0.01
    warmup: float = 0.05


@dataclass(frozen=True, slots=True)
class Stage2:
    """Both towers together, on captioned photos.

    Attributes:
        name: of the run's checkpoints, so that runs with other numbers can stand side by side.
        photos, captions, tiny, texts: of one step: photos, captions for each of them, Tiny
            ImageNet pictures, texts without a picture; `words`: single words of the captions.
        held_out_photos: kept out of training to choose by.
        softness, likeness_spread: see `losses.matching_loss`; the likeness is a cosine divided
            by the spread.
        measure_every: epochs between measurements on the photos held out.
    """

    name: str = "stage2"
    phases: tuple[Phase, ...] = (Phase(16, 96), Phase(12, 112))
    photos: int = 192
    captions: int = 2
    tiny: int = 64
    texts: int = 128
    words: int = 64
    held_out_photos: int = 500
    trunk_rate: float = 5e-4
    text_rate: float = 3e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup: float = 0.05
    longest_gradient: float = 5.0
    averaging: float = 0.99
    smallest_crop: float = 0.5
    softness: float = 0.3
    likeness_spread: float = 0.1
    word_weight: float = 0.5
    naming_weight: float = 0.5
    picture_teacher_weight: float = 2.0
    text_teacher_weight: float = 2.0
    measure_every: int = 4


@dataclass(frozen=True, slots=True)
class Recipe:
    """The whole recipe; `threads` is the number of cores that torch may use."""

    seed: int = 20260
    threads: int = 2
    teacher_dimension: int = 384
    places: Places = field(default_factory=Places)
    text: Text = field(default_factory=Text)
    stage1: Stage1 = field(default_factory=Stage1)
    stage2: Stage2 = field(default_factory=Stage2)
