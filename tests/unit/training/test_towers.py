"""The model under training is the one that ships, and shortened texts give the same vectors."""

import torch

from training.starter import towers
from training.starter.config import Places


def test_texts_cut_at_the_longest_give_the_vectors_of_whole_ones() -> None:
    torch.manual_seed(1)
    model = towers.build(Places()).eval()
    tokens = towers.tokenizer(Places())(["a dog on the beach", "snow"])
    with torch.inference_mode():
        _, short = towers.encode_tokens(model, tokens)
        whole = model.encode_text(tokens)
    assert torch.allclose(short, whole, atol=1e-4)


def test_end_of_text_is_the_last_token_number() -> None:
    assert towers.tokenizer(Places())(["snow"]).max() == towers.END_OF_TEXT


def test_the_head_sees_the_features_of_the_trunk() -> None:
    torch.manual_seed(1)
    model = towers.build(Places()).eval()
    size = towers.picture_size(model)
    pictures = torch.rand(2, 3, size, size)
    with torch.inference_mode():
        vectors = towers.picture_head(model)(towers.picture_features(model, pictures))
        assert torch.allclose(vectors, model.encode_image(pictures), atol=1e-5)
