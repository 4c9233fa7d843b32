"""The whole recipe on made-up pictures: coloured squares with captions that name their colour, and a small network."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch
from PIL import Image as Picture
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from training.starter import align, data, export, head, image_distill, texts, towers
from training.starter.config import Image, Places, Recipe, Share
from training.starter.measure import encode_pictures, encode_texts
from training.starter.pairs import Pairs
from training.starter.pictures import seen
from training.starter.teacher import photo_targets
from training.starter.text_distill import TextStudent

if TYPE_CHECKING:
    import open_clip

COLOURS = {"red": (220, 30, 30), "green": (30, 200, 40), "blue": (30, 40, 220), "white": (240, 240, 240)}
KINDS = len(COLOURS)
OF_EACH = 16
SIDE = 48
FEATURES = 24
NAMES = tuple(COLOURS)


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A recipe of few steps, all its data, a small feature teacher, and what the other teacher would have said."""
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
                    "timm_model_name": "mobilenetv4_conv_small_035",
                    "timm_model_pretrained": False,
                    "timm_pool": "avg",
                    "timm_proj": "",
                    "image_size": 64,
                },
                "text_cfg": {"context_length": 32, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
            }
        )
    )
    torch.manual_seed(2)
    weights = {name: weight.contiguous() for name, weight in towers.build(places).state_dict().items()}
    save_file(weights, places.model / "model.safetensors")
    made = Recipe(threads=1, teacher_dimension=3, held_out_photos=8, places=places)
    parts = [replace(part, steps=20, batch=16, labelled=6) for part in made.image.parts]
    parts[-1] = replace(parts[-1], steps=60, labelled=12, rate=5e-3, label_weight=2.0)
    mapped = replace(made.image.mapped, steps=60, batch=16, labelled=6, rate=2e-2)
    return replace(
        made,
        image=Image(size=64, smallest_crop=0.6, views_of_captioned=2, parts=tuple(parts), mapped=mapped),
        align=replace(
            made.align, steps=20, share=Share(photos=32, captions=2, tiny=16, texts=8, said=4), text_rate=3e-3
        ),
        head=replace(made.head, steps=60, photos=16, labelled=8, labelled_in_all=32),
    )


def test_pictures_learn_to_find_what_is_said_of_them(recipe: Recipe) -> None:
    places = recipe.places
    torch.manual_seed(1)
    text = places.work / "text.pt"
    torch.save(TextStudent(towers.build(places)).state_dict(), text)

    aligned = align.train(recipe, text)
    image_tower = image_distill.train(recipe)
    model = towers.build(places)
    model.load_state_dict(load_file(export.export(recipe, head.train(recipe, image_tower, aligned))))
    assert _named(places, model) == list(NAMES)
    whole = {name: weight.clone() for name, weight in model.state_dict().items()}

    for kept in (image_tower, None):
        (places.work / "head.pt").unlink()
        model.load_state_dict(load_file(export.export(recipe, head.train(recipe, kept, None))))
        assert _named(places, model) == list(NAMES)
        _assert_the_towers_stayed(whole, model.state_dict())


def test_a_student_comes_near_to_its_teacher_and_tells_classes_apart(recipe: Recipe) -> None:
    untrained = image_distill.Student(recipe, (3, 3, 3))
    trained = image_distill.Student(recipe, (3, 3, 3))
    trained.load_state_dict(torch.load(image_distill.train(recipe), weights_only=True))
    assert image_distill.likeness(recipe, trained) > max(0.8, image_distill.likeness(recipe, untrained) + 0.2)
    assert _classes(trained) == list(range(KINDS))


def test_a_part_that_was_broken_off_goes_on(recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_distill, "SAVE_EVERY", 5)
    whole = torch.load(image_distill.train(recipe), weights_only=True)
    for file in recipe.places.work.glob("image*.pt"):
        if file.name != "image-3-running.pt" and file.name not in ("image-1.pt", "image-2.pt"):
            file.unlink()
    again = torch.load(image_distill.train(recipe), weights_only=True)
    assert all(torch.allclose(weight, again[name], atol=1e-4) for name, weight in whole.items())


def test_the_last_part_goes_on_with_the_tower_that_ships(recipe: Recipe) -> None:
    work, shipped = recipe.places.work, towers.shipped_trunk(recipe.places)
    learnt = image_distill.train(recipe, go_on=True)
    assert not list(work.glob("image-[0-9]*.pt"))
    mapped = towers.trunk_of(work / "image-mapped.pt")
    assert all(torch.equal(weight, shipped[name]) for name, weight in mapped.items())
    student = image_distill.Student(recipe, (3, 3, 3))
    towers.put_trunk(student.trunk, shipped)
    nearness = [image_distill.likeness(recipe, student)]
    for file in (work / "image-mapped.pt", learnt):
        student.load_state_dict(torch.load(file, weights_only=True))
        nearness.append(image_distill.likeness(recipe, student))
    assert nearness[0] + 0.1 < nearness[1] < nearness[2]


def test_going_on_takes_nothing_from_a_course_from_nothing(recipe: Recipe) -> None:
    for name in ("image-5.pt", "image-5-running.pt"):
        (recipe.places.work / name).write_bytes(b"of another course")
    image_distill.train(recipe, go_on=True)
    assert (recipe.places.work / "image-onward.pt").exists()


def _classes(student: image_distill.Student) -> list[int]:
    """What class each kind of picture is said to be of."""
    squares = np.stack([_square(name, 900) for name in NAMES])
    trunk = student.eval().trunk
    features = seen(squares, 64, lambda pictures: trunk.forward_head(trunk.forward_features(pictures), pre_logits=True))
    classes: list[int] = student.classes(features).argmax(1).tolist()
    return classes


def _named(places: Places, model: "open_clip.CLIP") -> list[str]:
    """What each kind of picture is called by the model."""
    pictures = np.stack([_square(colour, 1000 + number) for number, colour in enumerate(NAMES)])
    texts_of_names = encode_texts(places, model.eval(), [f"a {colour} square" for colour in NAMES])
    return [NAMES[column] for column in (encode_pictures(model, pictures) @ texts_of_names.T).argmax(1)]


def _assert_the_towers_stayed(before: dict[str, Tensor], after: dict[str, Tensor]) -> None:
    moved = {name for name in after if not torch.allclose(after[name].float(), before[name].float(), rtol=2e-3)}
    assert moved <= {"text_projection", "logit_scale", "visual.trunk.classifier.weight", "visual.trunk.classifier.bias"}
    assert "visual.trunk.classifier.weight" in moved


def test_finished_stages_are_not_done_again(recipe: Recipe) -> None:
    names = ("image", "align", "head")
    for name in names:
        (recipe.places.work / f"{name}.pt").touch()
    aligned = align.train(recipe, Path("none"))
    assert head.train(recipe, image_distill.train(recipe), aligned) == recipe.places.work / f"{names[-1]}.pt"
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
        Picture.fromarray(_square(NAMES[kind], 500 + row)).save(places.more / "one" / f"{row:02}.jpg")
    captioned = [(f"{row:02}.jpg", NAMES[kind]) for row, kind in enumerate(kinds[::8])]
    for row, (name, colour) in enumerate(captioned):
        Picture.fromarray(_square(colour, 700 + row)).save(places.captioned / "two" / "photos" / name)
    rows = [f"{name}\t{one.format(colour)}" for name, colour in captioned for one in said[:2]]
    (places.captioned / "two" / "captions.tsv").write_text("\n".join(["image\tcaption", *rows]) + "\n")
    _write_teacher(places.data / "mobilenetv2_features.onnx")
    corpus = texts.corpus(Recipe(places=places))
    np.save(places.work / "targets_text.npy", np.stack([_meaning(text) for text in corpus]).astype(np.float16))


def _square(colour: str, seed: int) -> data.Pixels:
    noise = np.random.default_rng(seed).normal(0, 25, (SIDE, SIDE, 3))
    return np.asarray((np.array(COLOURS[colour]) + noise).clip(0, 255), np.uint8)


def _archive(path: Path, pictures: list[data.Pixels], **others: npt.NDArray[np.generic]) -> None:
    encoded = []
    for pixels in pictures:
        stream = BytesIO()
        Picture.fromarray(pixels).save(stream, "WEBP")
        encoded.append(stream.getvalue())
    offsets = np.cumsum([0, *(len(one) for one in encoded)])
    np.savez(path, data=np.frombuffer(b"".join(encoded), np.uint8), offsets=offsets, **others)  # type: ignore[arg-type]


def _write_teacher(path: Path) -> None:
    """A network with the names of the real one: it sees the mean colour of smaller and smaller squares."""
    node, info = onnx.helper.make_node, onnx.helper.make_tensor_value_info
    sides = {"o31a": 8, "o71a": 16, "o94": 32}
    nodes = [
        node("AveragePool", ["image"], [name], kernel_shape=[side] * 2, strides=[side] * 2)
        for name, side in sides.items()
    ]
    # like the real one's, its features are never negative; of each colour there are some, and some of its absence
    weights = np.resize(np.concatenate([np.eye(3), -np.eye(3)]), (FEATURES, 3)).astype(np.float32)[..., None, None]
    nodes += [
        node("Conv", ["o94", "weights"], ["o95"]),
        node("Relu", ["o95"], ["o95r"]),
        node("GlobalAveragePool", ["o95r"], ["gap"]),
        node("Flatten", ["gap"], ["feat"]),
    ]
    graph = onnx.helper.make_graph(
        nodes,
        "teacher",
        [info("image", onnx.TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [info("feat", onnx.TensorProto.FLOAT, ["n", FEATURES])],
        [onnx.numpy_helper.from_array(weights, "weights")],
    )
    version = [onnx.helper.make_opsetid("", 17)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=version, ir_version=9), str(path))


def _meaning(text: str) -> npt.NDArray[np.float32]:
    """What a sentence teacher would say: texts with the same words lie together."""
    words = [np.random.default_rng(list(word.encode())).standard_normal(384) for word in text.lower().split()]
    total = torch.from_numpy(np.sum(words, axis=0))
    return np.asarray(functional.normalize(total, dim=0).numpy(), np.float32)
