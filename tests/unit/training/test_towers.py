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


def test_image_tower_that_ships_can_be_trained_further() -> None:
    tower = towers.build(Places()).visual
    tower.load_state_dict(towers.shipped_image_tower(Places()))
    assert tower.trunk.conv1.weight.dtype is torch.float32
