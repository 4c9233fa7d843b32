"""Captions are cleaned as people type; mixed captions change one noun and nothing else."""

import random

from training.starter.texts import class_texts, clean_caption, mixed_captions


def test_caption_loses_its_spaced_stops() -> None:
    assert clean_caption("A dog , wet , runs .") == "A dog, wet, runs"
    assert clean_caption('" Two men talk . "') == "Two men talk"


def test_class_texts_begin_with_the_bare_names() -> None:
    found = class_texts(["sea", "ocean"])
    assert found[:2] == ["sea", "ocean"]
    assert "a photo of a ocean" in found


def test_mixed_captions_change_one_noun() -> None:
    mixed = mixed_captions(["a zebra eats quickly"], ["zebra", "heron"], random.Random(1))
    assert set(mixed) == {"a zebra eats quickly", "a heron eats quickly"}
