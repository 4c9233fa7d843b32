"""Ranks and recalls of a retrieval that can be counted by hand."""

import numpy as np
import pytest

from benchmarks.retrieval import photo_ranks, recall, share, text_ranks

PHOTOS = np.eye(3, dtype=np.float32)
TEXTS = np.array([[0.9, 0.1, 0], [0.2, 0.1, 0.7], [0.6, 0.5, 0.1], [0, 0, 1]], np.float32)
OWNERS = np.array([0, 0, 1, 2])


def test_rank_of_a_photo_counts_the_better_ones() -> None:
    assert photo_ranks(TEXTS, PHOTOS, OWNERS).tolist() == [0, 1, 1, 0]


def test_rank_of_a_text_is_that_of_the_photos_best_own_one() -> None:
    assert text_ranks(TEXTS, PHOTOS, OWNERS).tolist() == [0, 0, 0]


def test_recall_is_the_share_of_early_ranks() -> None:
    assert recall(np.array([0, 1, 5, 12]), 5) == pytest.approx(50.0)


def test_interval_holds_the_share_and_grows_with_groups() -> None:
    hits = np.repeat([True, False] * 50, 5)
    alone, grouped = share(hits), share(hits, np.arange(100).repeat(5))
    assert alone.low < alone.value < alone.high
    assert grouped.high - grouped.low > alone.high - alone.low
