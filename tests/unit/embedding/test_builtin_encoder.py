"""The built-in model as the program loads it: without torch, each half when it is needed, damage said."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.embedding.builtin.encoder import BuiltInEncoder
from core.embedding.models.locate import locate
from core.embedding.models.registry import find, models
from core.values.errors import ModelUnavailableError

_PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from core.embedding import load

encoder = load("eidetic-base", Path(sys.argv[1]))
encoder.encode_query("a dog")
assert "onnxruntime" not in sys.modules, "a query loads what pictures need"
encoder.encode_images(np.zeros((1, 224, 224, 3), np.uint8))
print(sorted({"torch", "open_clip", "timm"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> BuiltInEncoder:
    located = locate("eidetic-base", tmp_path_factory.mktemp("models"))
    return BuiltInEncoder(located.entry, located.fingerprint, located.folder)


def test_neither_words_nor_pictures_need_torch(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PROGRAM, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_the_vector_index_and_the_image_encoder_end_in_peace_together(tmp_path: Path) -> None:
    program = _PROGRAM.replace("encoder = load", "import core.vectors.graph\nencoder = load").replace("assert", "#")
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_vectors_are_of_unit_length_whatever_the_batch(encoder: BuiltInEncoder) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 224, 224, 3), np.uint8)
    vectors = encoder.encode_images(pixels)
    alone = np.concatenate([encoder.encode_images(pixels[row : row + 1]) for row in range(len(pixels))])
    assert vectors.shape == (5, encoder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert np.allclose(vectors, alone, atol=1e-3)


def test_texts_are_encoded_alike_alone_and_together(encoder: BuiltInEncoder) -> None:
    texts = ["a dog on the beach", "", "Hund", "犬が走っている", "a" * 9000, "the children " * 400, "\u0000", "🐕"]
    together = encoder.encode_texts(texts)
    alone = np.concatenate([encoder.encode_texts([text]) for text in texts])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert np.allclose(together, alone, atol=1e-3)


def test_nothing_gives_no_vectors(encoder: BuiltInEncoder) -> None:
    assert encoder.encode_texts([]).shape == (0, encoder.dimension)
    assert encoder.encode_images(np.empty((0, 224, 224, 3), np.uint8)).shape == (0, encoder.dimension)


def test_pictures_of_another_size_are_refused(encoder: BuiltInEncoder) -> None:
    with pytest.raises(ValueError, match="expected uint8"):
        encoder.encode_images(np.zeros((1, 160, 160, 3), np.uint8))


@pytest.mark.parametrize("name", ["image.onnx", "text.safetensors"])
def test_a_damaged_half_is_said_and_the_other_still_works(encoder: BuiltInEncoder, tmp_path: Path, name: str) -> None:
    for file in encoder.entry.files:
        shutil.copy(encoder.folder / file.name, tmp_path / file.name)
    (tmp_path / name).write_bytes(b"damaged")
    damaged = BuiltInEncoder(encoder.entry, encoder.fingerprint, tmp_path)
    if name == "image.onnx":
        with pytest.raises(ModelUnavailableError, match="Install Eidetic again"):
            damaged.encode_images(np.zeros((1, 224, 224, 3), np.uint8))
        assert damaged.encode_query("dog").shape == (encoder.dimension,)
    else:
        with pytest.raises(ModelUnavailableError, match="Install Eidetic again"):
            damaged.encode_query("dog")
        assert damaged.encode_images(np.zeros((1, 224, 224, 3), np.uint8)).shape == (1, encoder.dimension)


def test_a_changed_file_is_found_by_its_size_and_by_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = models()[0]
    for file in entry.files:
        (tmp_path / file.name).write_bytes(b"x")
    monkeypatch.setattr("core.embedding.models.locate._built_in_folder", lambda _entry: tmp_path)
    with pytest.raises(ModelUnavailableError, match="damaged"):
        locate(entry.id, tmp_path)
    small = replace(entry, files=tuple(replace(file, bytes=1) for file in entry.files))
    monkeypatch.setattr("core.embedding.models.locate.find", lambda _id: small)
    assert locate(entry.id, tmp_path).entry is small
    with pytest.raises(ModelUnavailableError, match="damaged"):
        locate(entry.id, tmp_path, thorough=True)


def test_who_chose_the_model_before_gets_this_one(tmp_path: Path) -> None:
    found = find("eidetic-starter")
    assert found is models()[0]
    assert locate("eidetic-starter", tmp_path).entry.id == models()[0].id
