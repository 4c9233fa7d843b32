"""Quick measurements while training, on photos held out from train; dev is for `benchmarks/`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.retrieval import photo_ranks, recall, text_ranks
from training.starter import data, texts, towers
from training.starter.config import Places
from training.starter.pictures import seen
from training.starter.precision import autocast

if TYPE_CHECKING:
    import open_clip

    from training.starter.pairs import HeldOut

Floats = npt.NDArray[np.float32]
READ_AT_ONCE = 100
NAMED_EVERY = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """Recalls (%) on photos held out, and zero-shot top-1 (%) on Tiny ImageNet's validation set."""

    text_to_photo: tuple[float, float, float]
    photo_to_text: float
    naming: float

    def __str__(self) -> str:
        first, fifth, tenth = self.text_to_photo
        return (
            f"text to photo R@1/5/10 {first:.1f} / {fifth:.1f} / {tenth:.1f}, "
            f"photo to text R@10 {self.photo_to_text:.1f}, naming {self.naming:.1f} %"
        )


def measure(places: Places, model: "open_clip.CLIP", held_out: "HeldOut") -> Measured:
    """Measure a model as it is now."""
    model.eval()
    photos = encode_pictures(model, held_out.pixels)
    captions = [texts.clean_caption(text) for five in held_out.captions for text in five]
    owners = np.repeat(np.arange(len(photos)), [len(five) for five in held_out.captions])
    vectors = encode_texts(places, model, captions)
    ranks = photo_ranks(vectors, photos, owners)
    val = data.tiny_imagenet(places, "val")
    names = encode_texts(places, model, [f"a photo of a {words[0]}" for words in val.class_words])
    found = (encode_pictures(model, val.pixels[::NAMED_EVERY]) @ names.T).argmax(1)
    return Measured(
        (recall(ranks, 1), recall(ranks, 5), recall(ranks, 10)),
        recall(text_ranks(vectors, photos, owners), 10),
        100 * float((found == val.labels[::NAMED_EVERY]).mean()),
    )


def encode_pictures(model: "open_clip.CLIP", pixels: data.Pixels, size: int | None = None) -> Floats:
    """Unit vectors of whole pictures, at the model's own size if not told."""
    return _unit(seen(pixels, size or towers.picture_size(model), model.encode_image))


def encode_texts(places: Places, model: "open_clip.CLIP", wanted: list[str]) -> Floats:
    """Unit vectors of texts."""
    tokens = towers.tokenizer(places)(wanted)
    with torch.no_grad(), autocast():
        parts = [towers.encode_tokens(model, some)[1].float() for some in tokens.split(READ_AT_ONCE)]
    return _unit(torch.cat(parts))


def _unit(vectors: Tensor) -> Floats:
    unit: Floats = functional.normalize(vectors, dim=1).numpy()
    return unit
