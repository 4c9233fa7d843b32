"""What `bench_negatives` counts can be counted by hand; its searches find everything that it ranks."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.bench_negatives import auc, by_score, compare, parted, showing
from benchmarks.captioned import Captioned
from core.search.searcher import Searcher
from tests.unit.search.conftest import Library, WordEncoder, empty_catalog, library, mixture

__all__ = ["empty_catalog", "library"]


def test_captions_part_photos_and_leave_out_the_doubtful() -> None:
    texts = [
        "a beach .",
        "the beach",
        "a beach",
        "a man on the beach",
        "people on a beach",
        "the beach",
        "a car",
        "car",
    ]
    photos = Captioned((Path("a"), Path("b"), Path("c"), Path("d")), tuple(texts), np.array([0, 0, 1, 1, 2, 2, 3, 3]))
    groups = parted(showing(photos, "beach"), showing(photos, "people"), "beach", "people")
    assert {name: group.tolist() for name, group in groups.items()} == {
        "beach without people": [True, False, False, False],
        "beach with people": [False, False, False, False],
        "neither beach nor people": [False, False, False, True],
    }


def test_an_auc_counts_pairs() -> None:
    assert auc(np.array([1, 4]), np.array([2, 3, 5])) == pytest.approx(4 / 6)
    assert by_score(np.array([0.1, 0.9, 0.5], np.float32)).tolist() == [3, 1, 2]


def test_a_negative_puts_what_is_wanted_before_both_other_groups(library: Library) -> None:
    shows = ["beach", "beach people", "dog"] * 12
    for one in shows:
        library.add(one)
    searcher: Searcher = library.open()
    groups = {name: np.array([one == name for one in shows]) for name in ("beach", "beach people", "dog")}
    vectors = np.stack([mixture(one) for one in shows])
    ways = compare(searcher, WordEncoder(), vectors, groups, ("beach", "people"))
    assert ways["with the negative"].auc == {"beach people": 1.0, "dog": 1.0}
    assert ways["with the negative"].mean_rank["beach"] == pytest.approx(6.5)
