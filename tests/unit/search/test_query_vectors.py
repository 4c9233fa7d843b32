"""Terms put together: what is known of each tells how the scores of all are spread."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.embedding.protocol import ScoreScale
from core.search.query_vectors import Part, Vector, combine, joined_scale
from core.search.relevance import EXAMPLE_SCALE
from core.values.errors import QueryError

DIMENSION = 256
PHOTOS = 4000


def _random_units(count: int, dice: np.random.Generator) -> Vector:
    vectors = dice.standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _parts(vectors: Vector, weights: tuple[float, ...], scale: ScoreScale) -> list[Part]:
    pairs = zip(vectors, weights, strict=True)
    return [Part("", vector, weight, scale, is_example=False) for vector, weight in pairs]


@pytest.mark.parametrize("weights", [(1.0,), (1.0, 1.0), (1.0, -1.0), (1.0, 1.0, -1.0), (2.0, 0.5)])
def test_the_scale_of_joined_parts_is_what_their_scores_show(weights: tuple[float, ...]) -> None:
    dice = np.random.default_rng(0)
    texts = _random_units(len(weights), dice)
    noise, drawn = _random_units(PHOTOS, dice), dice.random((PHOTOS, 1))
    wanted = texts[[number for number, weight in enumerate(weights) if weight > 0]].sum(axis=0)
    fitting = noise + 0.5 * drawn * wanted
    single = noise + 0.5 * drawn * texts[0]
    scale = ScoreScale(0.0, float((noise @ texts[0]).std()), float((single @ texts[0]).mean()))
    parts = _parts(texts, weights, scale)
    of_parts = [scale.unrelated_std] * len(parts)
    direction, joined = combine(parts, of_parts), joined_scale(parts, of_parts)
    assert joined.unrelated_mean == pytest.approx((noise @ direction).mean(), abs=0.01)
    assert joined.unrelated_std == pytest.approx((noise @ direction).std(), rel=0.15)
    assert joined.related_mean == pytest.approx((fitting @ direction).mean(), rel=0.15)


def test_one_word_has_the_scale_of_the_model() -> None:
    vector, scale = _random_units(1, np.random.default_rng(1)), ScoreScale(0.1, 0.05, 0.3)
    joined = joined_scale(_parts(vector, (1.0,), scale), [scale.unrelated_std])
    assert (joined.unrelated_mean, joined.unrelated_std, joined.related_mean) == pytest.approx((0.1, 0.05, 0.3))


def test_what_is_wanted_without_something_stands_out_less_and_with_an_example_more() -> None:
    vectors = _random_units(2, np.random.default_rng(2))
    scale, spread = ScoreScale(0.0, 0.1, 0.2), [0.1, 0.1]
    assert joined_scale(_parts(vectors, (1.0, 1.0), scale), spread).certainty == pytest.approx(2 * math.sqrt(2))
    without = joined_scale(_parts(vectors, (1.0, -1.0), scale), spread).certainty
    assert without == pytest.approx(2 / math.hypot(1, 0.75))
    word, other = _parts(vectors, (1.0, 1.0), scale)
    with_example = [word, replace(other, scale=EXAMPLE_SCALE, is_example=True)]
    assert joined_scale(with_example, [0.1, 0.2]).certainty == pytest.approx(
        (2 + EXAMPLE_SCALE.certainty) / math.sqrt(2)
    )


def test_parts_that_cancel_each_other_are_refused() -> None:
    vector = _random_units(1, np.random.default_rng(3))
    parts = _parts(np.concatenate([vector, vector]), (0.75, -1.0), ScoreScale(0.0, 0.1, 0.2))
    with pytest.raises(QueryError, match="cancel"):
        combine(parts, [0.1, 0.1])
