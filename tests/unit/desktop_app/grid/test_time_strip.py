"""The strip beside the photos: places by their share, labels apart from each other, hits by the fitting unit."""

import itertools
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.values.photo_facts import NO_DATE, NOT_READ
from desktop_app.grid.time_strip import LABELS_APART, Unit, bars, ticks

EPOCH = date(1970, 1, 1)


def days(*dates: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([(date.fromisoformat(one) - EPOCH).days for one in dates], dtype=np.int32)


def test_a_year_stands_where_its_photos_begin() -> None:
    shown = ticks(days(*["2022-06-01"] * 75, *["2021-01-01"] * 25), 800)
    assert [(tick.at, tick.label) for tick in shown] == [(0.0, "2022"), (0.75, "2021")]


@given(st.lists(st.integers(-5000, 20_000), min_size=1, max_size=300), st.integers(1, 900))
def test_labels_stand_apart_and_go_down(numbers: list[int], height: int) -> None:
    order = np.array(sorted(numbers, reverse=True), dtype=np.int32)
    labelled = [tick.at * height for tick in ticks(order, height) if tick.label]
    assert labelled[0] == 0
    assert all(below - above >= LABELS_APART - 1e-9 for above, below in itertools.pairwise(labelled))


def test_undated_photos_have_no_tick_and_no_bar() -> None:
    undated = np.array([NO_DATE, NOT_READ], dtype=np.int32)
    assert ticks(undated, 500) == []
    assert bars(undated, 2) == (Unit.YEAR, [])


def test_hits_of_several_years_are_counted_by_year_the_newest_first() -> None:
    unit, found = bars(days("2020-02-03", "2022-05-05", "2022-07-01", "2020-12-31"), above=2)
    assert unit is Unit.YEAR
    assert [(bar.first.year, bar.above, bar.below) for bar in found] == [(2022, 1, 1), (2021, 0, 0), (2020, 1, 1)]
    assert (found[0].first, found[0].last) == (date(2022, 1, 1), date(2022, 12, 31))


def test_hits_of_one_year_are_counted_by_all_its_months() -> None:
    unit, found = bars(days("2024-02-29", "2024-02-01", "2024-07-05"), above=3)
    assert unit is Unit.MONTH
    assert len(found) == 12
    assert (found[10].first, found[10].last, found[10].count) == (date(2024, 2, 1), date(2024, 2, 29), 2)


def test_hits_of_one_month_are_counted_by_day() -> None:
    unit, found = bars(days("2024-02-29", "2024-02-27"), above=0)
    assert unit is Unit.DAY
    assert [(bar.first, bar.below) for bar in found] == [
        (date(2024, 2, 29), 1),
        (date(2024, 2, 28), 0),
        (date(2024, 2, 27), 1),
    ]
    assert found[0].first == found[0].last
