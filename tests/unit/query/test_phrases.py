"""Phrases of time and place in plain words. Today is Saturday, 21 November 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query.phrases import find
from core.values.filters import DateFilter, PlaceFilter

TODAY = date(2026, 11, 21)


def _days(first: str, last: str | None = None) -> DateFilter:
    return DateFilter(date.fromisoformat(first), date.fromisoformat(last or first))


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("last summer", _days("2026-06-01", "2026-08-31")),
        ("this autumn", _days("2026-09-01", "2026-11-30")),
        ("last winter", _days("2025-12-01", "2026-02-28")),
        ("in the summer of 2019", _days("2019-06-01", "2019-08-31")),
        ("winter 2018", _days("2018-12-01", "2019-02-28")),
        ("in July 2019", _days("2019-07-01", "2019-07-31")),
        ("july 2019", _days("2019-07-01", "2019-07-31")),
        ("in july", _days("2026-07-01", "2026-07-31")),
        ("in december", _days("2025-12-01", "2025-12-31")),
        ("4 July 2019", _days("2019-07-04")),
        ("on the 4th of July 2019", _days("2019-07-04")),
        ("July 4th, 2019", _days("2019-07-04")),
        ("on december 24", _days("2025-12-24")),
        ("2019-07-04", _days("2019-07-04")),
        ("christmas 2018", _days("2018-12-24", "2018-12-26")),
        ("Christmas of 2018", _days("2018-12-24", "2018-12-26")),
        ("new year's eve 2019", _days("2019-12-31")),
        ("easter 2019", _days("2019-04-19", "2019-04-22")),
        ("thanksgiving 2018", _days("2018-11-22")),
        ("last christmas", _days("2025-12-24", "2025-12-26")),
        ("today", _days("2026-11-21")),
        ("yesterday", _days("2026-11-20")),
        ("last week", _days("2026-11-09", "2026-11-15")),
        ("last month", _days("2026-10-01", "2026-10-31")),
        ("last year", _days("2025-01-01", "2025-12-31")),
        ("last weekend", _days("2026-11-14", "2026-11-15")),
        ("last saturday", _days("2026-11-14")),
        ("on friday", _days("2026-11-20")),
        ("two years ago", _days("2024-01-01", "2024-12-31")),
        ("3 days ago", _days("2026-11-18")),
        ("in the last 2 weeks", _days("2026-11-07", "2026-11-21")),
        ("2019", _days("2019-01-01", "2019-12-31")),
        ("in 2019", _days("2019-01-01", "2019-12-31")),
        ("between 2015 and 2017", _days("2015-01-01", "2017-12-31")),
        ("2015-2017", _days("2015-01-01", "2017-12-31")),
        ("in the 90s", _days("1990-01-01", "1999-12-31")),
        ("1980s", _days("1980-01-01", "1989-12-31")),
        ("since 2020", DateFilter(date(2020, 1, 1), None)),
        ("before 2020", DateFilter(None, date(2019, 12, 31))),
        ("in Portugal", PlaceFilter("Portugal")),
        ("in the Netherlands", PlaceFilter("Netherlands")),
        ("in new zealand", PlaceFilter("new zealand")),
    ],
)
def test_a_phrase_is_found_among_words(phrase: str, expected: object) -> None:
    for words in (phrase, f"red boats {phrase}", f"{phrase} red boats"):
        assert [(found.text, found.filter) for found in find(words, TODAY)] == [(phrase, expected)], words


@pytest.mark.parametrize(
    "words",
    ["march", "may", "the march of penguins", "summer", "christmas", "christmas tree", "spring flowers", "sunday roast",
     "man in hat", "august emperor", "dog at home", "20195", "IMG_2019", "version 2.2019", "turkey",
     "fall", "new year"],
)  # fmt: skip
def test_words_that_need_not_be_a_time_or_place_stay_words(words: str) -> None:
    assert find(words, TODAY) == ()


def test_places_of_the_library_are_known() -> None:
    assert find("boats in Faro", TODAY) == ()
    (phrase,) = find("boats in Faro", TODAY, {"Faro"})
    assert phrase.filter == PlaceFilter("Faro")


def test_time_and_place_are_found_in_one_query() -> None:
    found = find("boats in Portugal last summer", TODAY)
    assert [phrase.text for phrase in found] == ["in Portugal", "last summer"]


@given(st.text(max_size=80), st.dates())
def test_any_words_on_any_day_are_read(words: str, today: date) -> None:
    for phrase in find(words, today):
        assert words[phrase.start : phrase.end] == phrase.text


@given(st.dates(min_value=date(3, 1, 1)), st.sampled_from(["last summer", "in march", "last christmas", "last week"]))
def test_what_is_over_lies_before_today(today: date, words: str) -> None:
    (phrase,) = find(words, today)
    assert isinstance(phrase.filter, DateFilter)
    assert phrase.filter.first is not None
    assert phrase.filter.first <= today
