"""The whole recipe on made-up pictures: coloured squares with captions that name their colour, and a small network."""

import json
import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from training.starter import align, data, export, head, refit, stage1, stage2, stage3, texts, towers
from training.starter.config import Phase, PictureStage, Places, Recipe, Share, Steps
from training.starter.measure import encode_pictures, encode_texts
from training.starter.pairs import Pairs
from training.starter.teacher import photo_targets
from training.starter.text_distill import TextStudent

if TYPE_CHECKING:
    import open_clip

COLOURS = {"red": (220, 30, 30), "green": (30, 200, 40), "blue": (30, 40, 220), "white": (240, 240, 240)}
KINDS = len(COLOURS)
OF_EACH = 16
SIDE = 48
FEATURES = 40
NAMES = tuple(COLOURS)


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A recipe of few steps, all its data, and what the teachers would have said of them."""
    places = Places(*(tmp_path / name for name in ("data", "dev", "work", "captioned", "more", "model")))
    for folder in (places.data, places.work, places.model, places.more / "one", places.captioned / "two" / "photos"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(texts, "TEMPLATED_NOUNS", 4)
    monkeypatch.setattr(texts, "MIXED_CAPTIONS", 4)
    _write_data(places)
    (places.model / f"{towers.NAME}.json").write_text(
        json.dumps(
            {
                "embed_dim": 384,
                "vision_cfg": {
                    "timm_model_name": "resnet10t",
                    "timm_model_pretrained": False,
                    "timm_pool": "avg",
                    "timm_proj": "linear",
                    "timm_proj_bias": True,
                    "image_size": 32,
                },
                "text_cfg": {"context_length": 32, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
            }
        )
    )
    made = Recipe(threads=1, teacher_dimension=16, held_out_photos=8, refit_steps=60, places=places)
    of_2 = Share(photos=4, captions=0, tiny=12, texts=16, words=8, more=8)
    of_3 = Share(photos=16, captions=3, tiny=8, texts=16, words=8, more=4)
    stage_2 = replace(made.stage2, phases=(Steps(12, 32),), share=of_2, measure_every=12)
    rounds = [
        (replace(stage, phases=(Steps(8, 32), Steps(2, 64)), share=of_3, measure_every=10), mixture)
        for stage, mixture in made.stage3
    ]
    agree = Share(photos=32, captions=2, tiny=16, texts=8, said=4)
    return replace(
        made,
        stage1=replace(made.stage1, phases=(Phase(4, 32),), batch=16),
        align=replace(made.align, steps=20, share=agree, text_rate=3e-3),
        stage2=_quick(stage_2),
        stage3=tuple((_quick(stage), mixture) for stage, mixture in rounds),
        head=replace(made.head, steps=30, photos=16, labelled=8, labelled_in_all=32),
    )


def _quick(stage: PictureStage) -> PictureStage:
    return replace(stage, trunk_rate=2e-3, head_rate=2e-3, averaging=0.8)


def test_pictures_learn_to_find_what_is_said_of_them_and_go_on(recipe: Recipe, tmp_path: Path) -> None:
    places, again = recipe.places, tmp_path / "again"
    shutil.copytree(places.work, again)  # data and what the teachers say, but nothing learnt
    torch.manual_seed(1)
    text = places.work / "text.pt"
    torch.save(TextStudent(towers.build(places)).state_dict(), text)

    aligned = align.train(recipe, text)
    placed = stage2.train(recipe, stage1.train(recipe), aligned)
    before = load_file(export.export(recipe, placed))
    model = towers.build(places)
    finished = head.train(recipe, stage3.train(recipe, placed, aligned))
    model.load_state_dict(load_file(export.export(recipe, finished)))

    assert _named(places, model) == list(NAMES)
    _assert_the_text_tower_stayed(before, model.state_dict())

    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    more = replace(recipe, go_on=True, places=replace(places, work=again))
    placed = stage2.train(more, None, refit.train(more))
    model.load_state_dict(load_file(export.export(more, stage3.train(more, placed, again / "align.pt"))))
    assert _named(places, model) == list(NAMES)
    _assert_the_text_tower_stayed(before, model.state_dict())

    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    model.load_state_dict(load_file(export.export(more, head.train(more, None))))
    assert _named(places, model) == list(NAMES)
    _assert_the_text_tower_stayed(before, model.state_dict())
    trunk = {name: weight for name, weight in model.state_dict().items() if ".trunk." in name}
    assert all(torch.equal(weight, before[name]) for name, weight in trunk.items())


def _named(places: Places, model: "open_clip.CLIP") -> list[str]:
    """What each kind of picture is called by the model."""
    pictures = np.stack([_square(colour, 1000 + number) for number, colour in enumerate(NAMES)])
    texts_of_names = encode_texts(places, model.eval(), [f"a {colour} square" for colour in NAMES])
    return [NAMES[column] for column in (encode_pictures(model, pictures) @ texts_of_names.T).argmax(1)]


def _assert_the_text_tower_stayed(before: dict[str, Tensor], after: dict[str, Tensor]) -> None:
    moved = {name for name in after if not torch.allclose(after[name].float(), before[name].float(), rtol=2e-3)}
    assert {name for name in moved if not name.startswith("visual.")} <= {"text_projection", "logit_scale"}
    assert "text_projection" in moved
    assert any(name.startswith("visual.") for name in moved)


def test_finished_stages_are_not_done_again(recipe: Recipe) -> None:
    names = ("stage1", "align", "stage2", "stage3", "head")
    for name in names:
        (recipe.places.work / f"{name}.pt").touch()
    aligned = align.train(recipe, Path("none"))
    placed = stage2.train(recipe, stage1.train(recipe), aligned)
    assert head.train(recipe, stage3.train(recipe, placed, aligned)) == recipe.places.work / f"{names[-1]}.pt"
    assert all((recipe.places.work / f"{name}.pt").stat().st_size == 0 for name in names)


@pytest.mark.parametrize("kept", ["tokens", "targets_text", "features_more_captioned", "more_captioned"])
def test_what_was_kept_of_other_photos_or_texts_is_refused(recipe: Recipe, kept: str) -> None:
    photo_targets(recipe), Pairs(recipe)
    file = recipe.places.work / f"{kept}.npy"
    rows = np.load(file)
    file.unlink()
    np.save(file, rows[:-1])
    (recipe.places.work / "targets_more_captioned.npy").unlink()
    with pytest.raises(RuntimeError, match=f"/{kept}"):
        _ = photo_targets(recipe), Pairs(recipe)


def _write_data(places: Places) -> None:
    kinds = np.arange(KINDS).repeat(OF_EACH)
    for number, part in enumerate(("train", "val")):
        _archive(
            places.data / f"tiny_imagenet_{part}.npz",
            [_square(NAMES[kind], 100 * number + row) for row, kind in enumerate(kinds)],
            labels=kinds,
            names=np.array([f"{name} square" for name in NAMES]),
        )
    names = [f"{row}.jpg" for row in range(len(kinds))]
    photos = [_square(NAMES[kind], 300 + row) for row, kind in enumerate(kinds)]
    _archive(places.data / "flickr8k_train.npz", photos, names=np.array(names))
    said = ("a {} square", "one {} square .", "the square is {}", "{} all over", "a wall painted {}")
    rows = [f"{name}\t{one.format(NAMES[kind])}" for name, kind in zip(names, kinds, strict=True) for one in said]
    (places.data / "flickr8k_train_captions.tsv").write_text("\n".join(["image\tcaption", *rows]) + "\n")
    nouns = [f"n{row}\tthing{row}, object{row}" for row in range(20)]
    (places.data / "wordnet_nouns.txt").write_text("\n".join(nouns) + "\n")
    for row, kind in enumerate(kinds[::4]):
        Image.fromarray(_square(NAMES[kind], 500 + row)).save(places.more / "one" / f"{row:02}.jpg")
    captioned = [(f"{row:02}.jpg", NAMES[kind]) for row, kind in enumerate(kinds[::8])]
    for row, (name, colour) in enumerate(captioned):
        Image.fromarray(_square(colour, 700 + row)).save(places.captioned / "two" / "photos" / name)
    rows = [f"{name}\t{one.format(colour)}" for name, colour in captioned for one in said[:2]]
    (places.captioned / "two" / "captions.tsv").write_text("\n".join(["image\tcaption", *rows]) + "\n")
    for part, of in (
        ("tiny_train", kinds),
        ("flickr_train", kinds),
        ("more_captioned", kinds[::8]),
        ("more", kinds[::4]),
    ):
        np.save(places.work / f"features_{part}.npy", _features(of))
    corpus = texts.corpus(Recipe(places=places))
    np.save(places.work / "targets_text.npy", np.stack([_meaning(text) for text in corpus]).astype(np.float16))


def _square(colour: str, seed: int) -> data.Pixels:
    noise = np.random.default_rng(seed).normal(0, 25, (SIDE, SIDE, 3))
    return np.asarray((np.array(COLOURS[colour]) + noise).clip(0, 255), np.uint8)


def _archive(path: Path, pictures: list[data.Pixels], **others: npt.NDArray[np.generic]) -> None:
    encoded = []
    for pixels in pictures:
        stream = BytesIO()
        Image.fromarray(pixels).save(stream, "WEBP")
        encoded.append(stream.getvalue())
    offsets = np.cumsum([0, *(len(one) for one in encoded)])
    np.savez(path, data=np.frombuffer(b"".join(encoded), np.uint8), offsets=offsets, **others)  # type: ignore[arg-type]


def _features(kinds: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """What a feature teacher would say: like for like kinds, and some of its own for each picture."""
    dice = np.random.default_rng(7)
    centres = dice.random((KINDS, FEATURES))
    return np.asarray(centres[kinds] + 0.2 * dice.random((len(kinds), FEATURES)), np.float32)


def _meaning(text: str) -> npt.NDArray[np.float32]:
    """What a sentence teacher would say: texts with the same words lie together."""
    words = [np.random.default_rng(list(word.encode())).standard_normal(384) for word in text.lower().split()]
    total = torch.from_numpy(np.sum(words, axis=0))
    return np.asarray(functional.normalize(total, dim=0).numpy(), np.float32)
