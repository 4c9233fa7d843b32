"""Chooses what the registry says of the finished model, by the photos held out: picture size and prompt templates.

`python -m training.starter.choose` prints the figures; the entry in `resources/models.toml` is written by hand.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.retrieval import photo_ranks, recall
from training.starter import words
from training.starter.config import Recipe
from training.starter.measure import encode_pictures, encode_texts
from training.starter.pairs import Pairs
from training.starter.stage2 import Learner
from training.starter.texts import clean_caption

Floats = npt.NDArray[np.float32]
SIZES = (96, 112, 128, 144, 160)
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
    """Print recalls by picture size, then how well single words find photos by prompt templates."""
    recipe = Recipe()
    torch.set_num_threads(recipe.threads)
    learner = Learner(recipe.places, recipe.teacher_dimension)
    learner.load_state_dict(torch.load(recipe.places.work / "settled.pt", weights_only=True))
    model = learner.model.eval()
    held_out = Pairs(recipe).held_out
    captions = encode_texts(recipe.places, model, [clean_caption(text) for five in held_out.captions for text in five])
    owners = np.arange(len(held_out.rows)).repeat(5)
    for size in SIZES:
        ranks = photo_ranks(captions, encode_pictures(model, held_out.pixels, size), owners)
        print(f"{size} px: R@1/5/10 " + " / ".join(f"{recall(ranks, within):.1f}" for within in (1, 5, FIRST)))
    vocabulary, present = words.mentions(held_out.captions)
    photos = encode_pictures(model, held_out.pixels)
    bare = {
        template: encode_texts(recipe.places, model, [template.format(word) for word in vocabulary])
        for template in {template for together in TEMPLATES for template in together}
    }
    for together in TEMPLATES:
        queries = sum(bare[template] for template in together)
        print(f"{np.mean(list(_fitting(np.asarray(queries), photos, present))):.2f} % of the first ten: {together}")


def _fitting(queries: Floats, photos: Floats, present: npt.NDArray[np.bool_]) -> Iterator[float]:
    for scores, fits in zip(queries @ photos.T, present.T, strict=True):
        yield 100 * float(fits[np.argsort(-scores)[:FIRST]].sum()) / min(FIRST, int(fits.sum()))


if __name__ == "__main__":
    main()
