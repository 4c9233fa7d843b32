"""Chooses what the registry says of the model that ships, by the photos held out: picture size and prompt templates.

`python -m training.starter.choose` prints the figures; the entry in `resources/models.toml` is written by hand. It also
says how well photos are found that were learnt from; what the feature teacher's eyes find, `probe.py` prints.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.retrieval import photo_ranks, recall, text_ranks
from training.starter import data, towers, words
from training.starter.config import Recipe
from training.starter.measure import encode_pictures, encode_texts
from training.starter.pairs import Pairs
from training.starter.texts import clean_caption

if TYPE_CHECKING:
    import open_clip

Floats = npt.NDArray[np.float32]
SIZES = (160, 192, 224, 256)
FIRST = 10
TEMPLATES = (
    ("{}",),
    ("a photo of a {}",),
    ("a photo of {}",),
    ("{}", "a photo of {}"),
    ("{}", "a photo of a {}"),
    ("{}", "a {}", "a photo of {}"),
    ("{}", "a photo of {}", "a photo of a {}", "a picture with {}"),
)


def main() -> None:
    """Print recalls by picture size, how well single words find photos by prompt templates, and what limits both."""
    recipe = Recipe()
    torch.set_num_threads(recipe.threads)
    model = towers.build(recipe.places).eval()
    model.load_state_dict(towers.shipped(recipe.places))
    pairs = Pairs(recipe)
    held_out = pairs.held_out
    captions = encode_texts(recipe.places, model, [clean_caption(text) for five in held_out.captions for text in five])
    for size in SIZES:
        print(f"{size} px: {_recalls(captions, encode_pictures(model, held_out.pixels, size))}")
    _print_limits(recipe, model, pairs)
    vocabulary, present = words.mentions(held_out.captions)
    photos = encode_pictures(model, held_out.pixels)
    bare = {
        template: encode_texts(recipe.places, model, [template.format(word) for word in vocabulary])
        for template in {template for together in TEMPLATES for template in together}
    }
    for together in TEMPLATES:
        queries = sum(bare[template] for template in together)
        print(f"{np.mean(list(_fitting(np.asarray(queries), photos, present))):.2f} % of the first ten: {together}")


def _recalls(captions: Floats, photos: Floats) -> str:
    owners = np.arange(len(photos)).repeat(5)
    found, said = photo_ranks(captions, photos, owners), text_ranks(captions, photos, owners)
    figures = " / ".join(f"{recall(found, within):.1f}" for within in (1, 5, FIRST))
    return f"text to photo R@1/5/10 {figures}, photo to text R@10 {recall(said, FIRST):.1f}"


def _print_limits(recipe: Recipe, model: "open_clip.CLIP", pairs: Pairs) -> None:
    """Where photos learnt from are found far better, more photos help."""
    photos = data.flickr_train(recipe.places)
    rows = pairs.photo_rows[: len(pairs.held_out.rows)]
    said = [clean_caption(text) for row in rows for text in photos.captions[row]]
    learnt = encode_pictures(model, photos.pixels[rows])
    print(f"as many photos learnt from: {_recalls(encode_texts(recipe.places, model, said), learnt)}")


def _fitting(queries: Floats, photos: Floats, present: npt.NDArray[np.bool_]) -> Iterator[float]:
    for scores, fits in zip(queries @ photos.T, present.T, strict=True):
        yield 100 * float(fits[np.argsort(-scores)[:FIRST]].sum()) / min(FIRST, int(fits.sum()))


if __name__ == "__main__":
    main()
