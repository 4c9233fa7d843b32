"""The maps of the last stage, on features in which little means something."""

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional

from training.starter import head
from training.starter.config import Head
from training.starter.head import Captioned, Labelled, Said
from training.starter.pairs import CAPTIONS, ClassNames

PHOTOS, MEANT, MEANINGLESS = 200, 8, 150
STAGE = replace(Head(), steps=150, projection_rate=0.0)


def test_with_noise_a_map_finds_more_photos_that_it_was_not_fitted_to() -> None:
    features, texts = _photos(2 * PHOTOS)
    plain, blurred = (_found_first(replace(STAGE, noise=noise), features, texts) for noise in (0.0, 1.0))
    assert blurred > plain > 10 / PHOTOS


def test_texts_meet_pictures_half_way_where_their_projection_may_move() -> None:
    features, texts = _photos(2 * PHOTOS)
    # a projection that loses half of what is said cannot be mended by the pictures' map
    lossy = torch.eye(MEANT)
    lossy[MEANT // 2 :] *= 0.05
    kept, moved = (_found_first(replace(STAGE, projection_rate=rate), features, texts, lossy) for rate in (0.0, 3e-2))
    assert moved > kept


def test_class_names_are_learnt_beside_captions() -> None:
    features, texts = _photos(PHOTOS)
    names = ClassNames([["cup"], ["sea"]])
    dice = torch.Generator().manual_seed(5)
    labels = torch.arange(40) % 2
    # what tells the classes apart means nothing in captions
    pictures = torch.zeros(40, MEANT + MEANINGLESS)
    pictures[:, -1] = 2.0 * labels - 1
    of_class = functional.normalize(torch.randn(2, MEANT, generator=dice), dim=1)
    labelled = Labelled(pictures, labels, names, of_class.repeat_interleave(len(names.texts) // 2, dim=0))
    maps = head.fit(STAGE, Captioned(features, texts), labelled, torch.eye(MEANT), 1)
    with torch.inference_mode():
        assert ((maps.see(pictures) @ of_class.T).argmax(1) == labels).all()


def test_words_of_captions_are_learnt_beside_them() -> None:
    features, texts = _photos(PHOTOS)
    dice = torch.Generator().manual_seed(6)
    # what the word means shows in the pictures, and nothing in captions points there
    present = (torch.arange(PHOTOS) % 10 == 0)[:, None]
    features[:, -1] = 4.0 * present[:, 0]
    word = functional.normalize(torch.randn(1, 1, MEANT, generator=dice), dim=2)
    without, beside = (
        head.fit(STAGE, Captioned(features, texts, said), None, torch.eye(MEANT), 1)
        for said in (None, Said(present, word))
    )
    with torch.inference_mode():
        first = [(maps.see(features) @ word[0, 0]).topk(20).indices for maps in (without, beside)]
    found = [int(present[rows].sum()) for rows in first]
    without_word, with_word = found
    assert without_word <= 5
    assert with_word >= 15


def _photos(count: int) -> tuple[Tensor, Tensor]:
    dice = torch.Generator().manual_seed(3)
    meaning = torch.randn(count, MEANT, generator=dice)
    blur = torch.randn(count, MEANINGLESS, generator=dice)
    features = torch.cat([3 * meaning, 0.5 * blur], 1)
    features /= features.var(0).mean().sqrt()
    said = meaning[:, None] + 0.4 * torch.randn(count, CAPTIONS, MEANT, generator=dice)
    return features, functional.normalize(said, dim=2)


def _found_first(stage: Head, features: Tensor, texts: Tensor, projection: Tensor | None = None) -> float:
    """Share of the later photos that come first for their first caption, by maps fitted to the earlier ones."""
    learnt = Captioned(features[:PHOTOS], texts[:PHOTOS])
    maps = head.fit(stage, learnt, None, torch.eye(MEANT) if projection is None else projection, 20260)
    with torch.inference_mode():
        found = (maps.read(texts[PHOTOS:, 0]) @ maps.see(features[PHOTOS:]).T).argmax(1)
    return float((found == torch.arange(PHOTOS)).float().mean())
