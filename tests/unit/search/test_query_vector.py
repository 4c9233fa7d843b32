"""Terms put together: what is known of single texts tells how the scores of several are spread."""

import math

import numpy as np
import pytest

from core.embedding.protocol import ScoreScale
from core.search.query_vector import Part, Vector, scale_of

DIMENSION = 256
PHOTOS = 4000


def _random_units(count: int, dice: np.random.Generator) -> Vector:
    vectors = dice.standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _words(vectors: Vector, weights: tuple[float, ...]) -> list[Part]:
    return [Part("", vector, weight, is_example=False) for vector, weight in zip(vectors, weights, strict=True)]


@pytest.mark.parametrize("weights", [(1.0,), (1.0, 1.0), (1.0, -1.0), (1.0, 1.0, -1.0), (2.0, 0.5)])
def test_the_scale_of_joined_words_is_what_their_scores_show(weights: tuple[float, ...]) -> None:
    dice = np.random.default_rng(0)
    texts = _random_units(len(weights), dice)
    noise, drawn = _random_units(PHOTOS, dice), dice.random((PHOTOS, 1))
    wanted = texts[[number for number, weight in enumerate(weights) if weight > 0]].sum(axis=0)
    fitting = noise + 0.5 * drawn * wanted
    single = noise + 0.5 * drawn * texts[0]
    scale = ScoreScale(0.0, float((noise @ texts[0]).std()), float((single @ texts[0]).mean()))
    parts = _words(texts, weights)
    direction = np.sum([part.share * part.vector for part in parts], axis=0)
    direction /= np.linalg.norm(direction)
    joined = scale_of(parts, scale)
    assert joined is not None
    assert joined.unrelated_mean == pytest.approx((noise @ direction).mean(), abs=0.01)
    assert joined.unrelated_std == pytest.approx((noise @ direction).std(), rel=0.15)
    assert joined.related_mean == pytest.approx((fitting @ direction).mean(), rel=0.15)


def test_one_word_has_the_scale_of_the_model() -> None:
    vector = _random_units(1, np.random.default_rng(1))
    joined = scale_of(_words(vector, (1.0,)), ScoreScale(0.1, 0.05, 0.3))
    assert joined is not None
    assert (joined.unrelated_mean, joined.unrelated_std, joined.related_mean) == pytest.approx((0.1, 0.05, 0.3))


def test_what_is_wanted_without_something_stands_out_less() -> None:
    vectors = _random_units(2, np.random.default_rng(2))

    def certainty(weights: tuple[float, ...]) -> float:
        joined = scale_of(_words(vectors[: len(weights)], weights), ScoreScale(0.0, 0.1, 0.2))
        assert joined is not None
        return (joined.related_mean - joined.unrelated_mean) / joined.unrelated_std

    assert certainty((1.0,)) == pytest.approx(2)
    assert certainty((1.0, 1.0)) == pytest.approx(2 * math.sqrt(2))
    assert certainty((1.0, -1.0)) == pytest.approx(2 / math.hypot(1, 0.75))


def test_of_examples_the_scale_says_nothing() -> None:
    vector = _random_units(1, np.random.default_rng(3))[0]
    parts = [Part("dog", vector, 1.0, is_example=False), Part("photo 1", vector, 1.0, is_example=True)]
    assert scale_of(parts, ScoreScale(0.0, 0.1, 0.2)) is None
