"""What training hands over is what the program computes with: maps, names, and the words English is known by."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

pytest.importorskip("onnx", reason="what the model is trained with is not installed")
from core.embedding.builtin.texts import Head
from core.embedding.builtin.weights import Weights
from training.builtin import texts, towers
from training.builtin.data import classes_of
from training.builtin.export import map_weights
from training.builtin.features import session
from training.builtin.heads import Map
from training.builtin.packages import everyday_words, integers


def test_a_map_gives_the_program_what_it_gave_in_training(tmp_path: Path) -> None:
    torch.manual_seed(0)
    features = torch.randn(20, 48) * 3 + 1
    trained = Map(features.mean(dim=0), features.std(dim=0), hidden=32, width=24)
    with torch.no_grad():
        wanted = trained(trained.standardised(features)).numpy()
    save_file({key: np.ascontiguousarray(value) for key, value in map_weights("m", trained).items()}, tmp_path / "w")
    found = Head(Weights(tmp_path / "w"), "m")(features.numpy())
    cosines = (found * wanted).sum(axis=1) / np.linalg.norm(found, axis=1) / np.linalg.norm(wanted, axis=1)
    assert cosines.min() > 0.9995


def test_eight_bits_keep_a_matrix_to_half_a_step() -> None:
    matrix = np.random.default_rng(0).standard_normal((40, 7)).astype(np.float32)
    kept = integers("m", matrix)
    whole, scale, lowest = (kept[f"m.{part}"].astype(np.float32) for part in ("uint8", "scale", "lowest"))
    again = whole * scale + lowest
    assert np.abs(again - matrix).max() <= np.ptp(matrix, axis=0).max() / 255 / 2 * 1.01


def test_pixels_become_what_the_towers_were_trained_with() -> None:
    graph = towers.Graph()
    pooled = graph.add("Flatten", graph.add("GlobalAveragePool", towers.prepared_pixels(graph)))
    model = graph.model(4, {"means": (pooled, 3)}).SerializeToString()
    pixels = np.broadcast_to(np.array([255, 127, 0], np.uint8), (2, 4, 4, 3))
    (found,) = session(model).run(None, {"pixels": np.ascontiguousarray(pixels)})
    assert np.allclose(found, [[1.0, 0.0, -127 / 128]] * 2)


def test_names_cover_every_class_once_and_hypernyms_cover_theirs() -> None:
    names = texts.names()
    assert np.array_equal(names.members[: towers.CLASSES], np.eye(towers.CLASSES))
    row_of = {words[0]: row for row, words in reversed(list(enumerate(names.words)))}
    dogs = names.members[row_of["dog"]].astype(bool)
    assert dogs.sum() == 118
    assert {"golden retriever", "Chihuahua"} <= {names.words[number][0] for number in np.flatnonzero(dogs)}


def test_things_are_called_something_in_every_language() -> None:
    things = texts.translations()
    assert {len(others) for others in things.values()} == {15}
    assert "Hund" in things["dog"]
    assert all(all(others) for others in things.values())


def test_a_labelled_class_is_the_imagenet_class_of_its_first_word() -> None:
    named = [("tench",), ("crane", "bird"), ("crane", "machine"), *([("other",)] * (towers.CLASSES - 3))]
    assert classes_of([("crane",), ("x", "tench")], named) == [1, 0]


def test_english_is_known_by_words_written_twice_and_by_names_without_foreign_ones() -> None:
    words = everyday_words(["A dog runs", "the dog and die Katze", "die"], ["espresso maker", "Canis lupus"])
    assert words == {"dog", "espresso", "maker"}
