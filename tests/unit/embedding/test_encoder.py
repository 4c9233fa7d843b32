"""The encoder, on the small model: vectors, texts of every kind, and open_clip's own results as the measure."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import embedding
from core.embedding.models.install import import_model
from core.embedding.protocol import Encoder
from core.embedding.runtime.calibration import sample_pictures
from core.embedding.runtime.openclip import OpenClipEncoder
from core.embedding.runtime.tokenizer import JsonTokenizer
from core.media.model_input import ModelInput
from core.settings.schema import ModelSettings


def test_vectors_of_pictures_and_words_are_unit_float32(tiny_encoder: Encoder) -> None:
    pictures = tiny_encoder.encode_images(sample_pictures(5, 32))
    words = tiny_encoder.encode_texts(["a dog", "a cat on a sofa"])
    query = tiny_encoder.encode_query("a dog")
    assert (pictures.shape, words.shape, query.shape) == ((5, 64), (2, 64), (64,))
    for vectors in (pictures, words, query):
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=-1) == pytest.approx(1, abs=1e-5)


def test_what_the_model_is_told_is_known_without_running_it(tiny_encoder: Encoder) -> None:
    assert tiny_encoder.name == "tiny"
    assert tiny_encoder.dimension == 64
    assert tiny_encoder.model_input == ModelInput(32, "shortest", "bicubic")
    assert len(tiny_encoder.fingerprint) == 64


def test_pictures_get_the_vectors_that_open_clip_gives_them(tiny_encoder: Encoder, tiny_model_folder: Path) -> None:
    import open_clip
    import torch
    from PIL import Image

    configuration = json.loads((tiny_model_folder / "tiny.json").read_text("utf-8"))
    plain = open_clip.CLIP(**configuration)
    open_clip.load_checkpoint(plain, str(tiny_model_folder / "model.safetensors"))
    plain.eval()
    transform = open_clip.image_transform(32, is_train=False)
    pictures = sample_pictures(4, 32)
    texts = ["a dog", "", "word " * 200]
    with torch.inference_mode():
        expected = plain.encode_image(
            torch.stack([transform(Image.fromarray(each)) for each in pictures]), normalize=True
        )
        expected_texts = plain.encode_text(open_clip.SimpleTokenizer(context_length=24)(texts), normalize=True)
    assert np.abs(tiny_encoder.encode_images(pictures) - expected.numpy()).max() < 1e-4
    assert np.abs(tiny_encoder.encode_texts(texts) - expected_texts.numpy()).max() < 1e-4


def test_the_size_of_a_batch_changes_no_vector(tiny_encoder: Encoder) -> None:
    pictures = sample_pictures(19, 32)
    together = tiny_encoder.encode_images(pictures)
    alone = np.concatenate([tiny_encoder.encode_images(pictures[row : row + 1]) for row in range(19)])
    assert np.abs(together - alone).max() < 1e-5


def test_nothing_to_encode_gives_no_vectors(tiny_encoder: Encoder) -> None:
    assert tiny_encoder.encode_images(np.empty((0, 32, 32, 3), np.uint8)).shape == (0, 64)
    assert tiny_encoder.encode_texts([]).shape == (0, 64)


def test_pictures_of_another_size_are_refused(tiny_encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="expected uint8"):
        tiny_encoder.encode_images(np.zeros((1, 64, 64, 3), np.uint8))


def test_pictures_that_must_not_be_written_to_are_encoded(tiny_encoder: Encoder) -> None:
    pictures = sample_pictures(2, 32)
    pictures.flags.writeable = False
    assert tiny_encoder.encode_images(pictures).shape == (2, 64)


def test_a_query_is_the_mean_over_the_templates(tiny_encoder: Encoder) -> None:
    assert isinstance(tiny_encoder, OpenClipEncoder)
    texts = [template.replace("{}", "a red car") for template in tiny_encoder.entry.templates]
    mean = tiny_encoder.encode_texts(texts).mean(axis=0)
    assert tiny_encoder.encode_query("a red car") == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)


def test_a_remembered_query_cannot_be_spoilt_by_who_got_it(tiny_encoder: Encoder) -> None:
    first = tiny_encoder.encode_query("a lake")
    first[:] = 0
    assert np.linalg.norm(tiny_encoder.encode_query("a lake")) == pytest.approx(1, abs=1e-5)


@settings(deadline=None, max_examples=50)
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_at_all_gives_a_unit_vector(tiny_encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(tiny_encoder.encode_query(text)) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\ud800", "x" * 10_000, "é" * 10_000, "{}", "<end_of_text>", "\U0010ffff"]
)
def test_odd_text_gives_a_unit_vector(tiny_encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(tiny_encoder.encode_query(text)) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("number", ["float32", "bfloat16"])
def test_loading_twice_gives_the_same_vectors(models_with_tiny: Path, number: str) -> None:
    choice = ModelSettings(id="tiny", device="cpu", precision=number)
    first, second = (embedding.load("tiny", models_with_tiny, choice) for _ in range(2))
    pictures = sample_pictures(3, 32)
    assert np.array_equal(first.encode_images(pictures), second.encode_images(pictures))
    assert first.fingerprint == second.fingerprint


def test_a_model_with_a_tokenizer_file_and_no_causal_mask_encodes_as_open_clip_does(
    siglip_like_folder: Path, tmp_path: Path
) -> None:
    import open_clip
    import torch

    import_model(siglip_like_folder, tmp_path, "siglip-like")
    choice = ModelSettings(id="siglip-like", device="cpu", precision="float32")
    encoder = embedding.load("siglip-like", tmp_path, choice)
    assert encoder.model_input == ModelInput(32, "squash", "bicubic")
    plain = open_clip.create_model_from_pretrained(f"local-dir:{tmp_path / 'siglip-like'}", return_transform=False)
    plain.eval()
    texts = ["a dog", "", "dog " * 50]
    tokens = JsonTokenizer(tmp_path / "siglip-like" / "tokenizer.json", 8, "canonicalize")(texts)
    pictures = sample_pictures(3, 32)
    normalised = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.inference_mode():
        expected = plain.encode_text(torch.from_numpy(tokens), normalize=True)
        expected_pictures = plain.encode_image(normalised, normalize=True)
    assert np.abs(encoder.encode_texts(texts) - expected.numpy()).max() < 1e-5
    assert np.abs(encoder.encode_images(pictures) - expected_pictures.numpy()).max() < 1e-5
