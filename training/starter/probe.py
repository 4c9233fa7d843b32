"""What limits the model that ships: linear maps from finished features to its texts, fitted anew to Flickr8k's photos.

`python -m training.starter.probe` prints how well each finds the photos held out: from the feature teacher's numbers
and from the image tower's; with and without noise while fitting. It takes minutes, and of all data only Flickr8k's, so
ideas are tried here before hours are spent on them.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from benchmarks.retrieval import photo_ranks, recall, text_ranks
from training.starter import data, towers
from training.starter.config import Head, Recipe
from training.starter.head import Captioned, fit, standard_of
from training.starter.measure import encode_texts
from training.starter.pairs import CAPTIONS, shuffled
from training.starter.pictures import seen
from training.starter.projection import projection_of
from training.starter.teacher import features_of
from training.starter.texts import clean_caption

NOISES = (0.0, 1.0, 1.5, 2.0)
STEPS = 600


def main() -> None:
    """Print recalls for every kind of features and amount of noise."""
    recipe = Recipe()
    torch.set_num_threads(recipe.threads)
    model = towers.build(recipe.places).eval()
    model.load_state_dict(towers.shipped(recipe.places))
    photos = data.flickr_train(recipe.places)
    order = shuffled(recipe, len(photos.names))
    said = [clean_caption(text) for row in order for text in photos.captions[row][:CAPTIONS]]
    read = torch.from_numpy(encode_texts(recipe.places, model, said))
    texts = read.view(len(order), CAPTIONS, -1)
    taught = features_of(recipe, "flickr_train")
    teachers = projection_of({"flickr_train": taught}, recipe.teacher_dimension).of(taught)
    seen_by_tower = seen(photos.pixels, towers.picture_size(model), partial(towers.picture_features, model))
    kinds = {"teacher": torch.from_numpy(teachers), "image tower": seen_by_tower}
    for kind, features in kinds.items():
        standardised = _standardised(features[order], recipe.held_out_photos)
        for noise in NOISES:
            print(f"{kind}, noise {noise}: {_recalls(recipe, standardised, texts, noise)}", flush=True)


def _standardised(features: Tensor, held_out: int) -> Tensor:
    """By the measure of the photos learnt from."""
    centre, spread = standard_of(features[held_out:])
    return (features - centre) / spread


def _stage_with(recipe: Recipe, noise: float) -> Head:
    """The last stage's numbers, with texts left where they are."""
    return replace(recipe.head, steps=STEPS, noise=noise, projection_rate=0.0)


def _recalls(recipe: Recipe, features: Tensor, texts: Tensor, noise: float) -> str:
    held_out = recipe.held_out_photos
    learnt = Captioned(features[held_out:], texts[held_out:])
    maps = fit(_stage_with(recipe, noise), learnt, None, torch.eye(texts.shape[2]), recipe.seed)
    with torch.inference_mode():
        places = maps.see(features[:held_out]).numpy()
    captions, owners = texts[:held_out].flatten(0, 1).numpy(), np.arange(held_out).repeat(CAPTIONS)
    found = photo_ranks(captions, places, owners)
    figures = " / ".join(f"{recall(found, within):.1f}" for within in (1, 5, 10))
    said = recall(text_ranks(captions, places, owners), 10)
    return f"text to photo R@1/5/10 {figures}, photo to text R@10 {said:.1f}"


if __name__ == "__main__":
    main()
