"""How good the heads are: on photos held out from training to choose by, and on dev photos only to report."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.retrieval import photo_ranks, recall, text_ranks
from training.builtin import pictures, texts
from training.builtin.config import Recipe
from training.builtin.course import Trainer
from training.builtin.data import CAPTIONS, Data, Said, Seen, said, seen

_WITHIN = (1, 5, 10)
_TEMPLATES = 3


def figures(recipe: Recipe, data: Data, trainer: Trainer) -> list[str]:
    """One line for each measurement."""
    class_texts = trainer.class_texts(len(texts.TEMPLATES))
    held = torch.from_numpy(data.held_out)
    own = data.captions.rows((held[:, None] * CAPTIONS + torch.arange(CAPTIONS)).flatten())
    photos = Seen(data.photos.features[held], data.photos.probabilities[held])
    found = [_recalls("held out", trainer, photos, own, class_texts)]
    captions = pictures.read_captions(recipe.places.dev / "captions.tsv").values()
    spoken = [texts.clean_caption(text) for five in captions for text in five]
    found.append(_recalls("dev", trainer, seen(recipe, "dev"), said(recipe, "dev", spoken), class_texts))
    return [*found, f"tiny imagenet named right: {_naming(recipe, data, trainer, class_texts):.1f} %"]


def _recalls(name: str, trainer: Trainer, photos: Seen, captions: Said, class_texts: Tensor) -> str:
    vectors = trainer.encode_pictures(photos, class_texts).numpy()
    owners = np.arange(len(vectors)).repeat(CAPTIONS)
    lines = []
    for english in (False, True):
        spoken = trainer.encode_texts(captions, english=english).numpy()
        ranks = photo_ranks(spoken, vectors, owners)
        to_text = recall(text_ranks(spoken, vectors, owners), _WITHIN[-1])
        to_photo = "/".join(f"{recall(ranks, within):.1f}" for within in _WITHIN)
        lines.append(f"{'both encoders' if english else 'languages alone'} {to_photo}, photo to text {to_text:.1f}")
    return f"{name}: {'; '.join(lines)}"


def _naming(recipe: Recipe, data: Data, trainer: Trainer, class_texts: Tensor) -> float:
    """Share of Tiny ImageNet's validation pictures (%) whose class's first name is the nearest of all 200."""
    rows = data.tiny_words.plain(range(len(data.tiny_classes)), _TEMPLATES)
    spoken = trainer.encode_texts(data.tiny_words.said.rows(rows.flatten()), english=True)
    named = functional.normalize(spoken.view(*rows.shape, -1).mean(dim=1), dim=1)
    vectors = trainer.encode_pictures(seen(recipe, "tiny-val"), class_texts)
    labels = torch.from_numpy(pictures.tiny_imagenet(recipe.places, "val").labels)
    return 100 * float(((vectors @ named.T).argmax(dim=1) == labels).float().mean())
