"""Phrases of time and place in plain words. Today is Saturday, 21 November 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query.context import Context
from core.query.phrases import find, read_words
from core.values.filters import (
    CameraFilter,
    DateFilter,
    Flag,
    FlagFilter,
    FormatFilter,
    KindFilter,
    Measure,
    PlaceFilter,
    RangeFilter,
    YearlyFilter,
)
from core.values.photo import MediaKind
from core.values.query import Words

TODAY = Context(date(2026, 11, 21))


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
        ("in july", YearlyFilter((7, 1), (7, 31))),
        ("last december", _days("2025-12-01", "2025-12-31")),
        ("4 July 2019", _days("2019-07-04")),
        ("on the 4th of July 2019", _days("2019-07-04")),
        ("July 4th, 2019", _days("2019-07-04")),
        ("on december 24", YearlyFilter((12, 24), (12, 24))),
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
        ("june", YearlyFilter((6, 1), (6, 30))),
        ("july 4", YearlyFilter((7, 4), (7, 4))),
        ("the 4th of july", YearlyFilter((7, 4), (7, 4))),
        ("4 july", YearlyFilter((7, 4), (7, 4))),
        ("04.07.2019", _days("2019-07-04")),
        ("2019/07/04", _days("2019-07-04")),
        ("2019-07", _days("2019-07-01", "2019-07-31")),
        ("last night", _days("2026-11-20", "2026-11-21")),
        ("this morning", _days("2026-11-21")),
        ("a few days ago", _days("2026-11-14", "2026-11-19")),
        ("a couple of weeks ago", _days("2026-10-03", "2026-11-07")),
        ("in the last few days", _days("2026-11-14", "2026-11-21")),
        ("the 90s", _days("1990-01-01", "1999-12-31")),
        ("from the eighties", _days("1980-01-01", "1989-12-31")),
        ("every christmas", YearlyFilter((12, 24), (12, 26))),
        ("every summer", YearlyFilter((6, 1), (8, 31))),
        ("each december", YearlyFilter((12, 1), (12, 31))),
        ("not in 2019", DateFilter(date(2019, 1, 1), date(2019, 12, 31), negated=True)),
        ("without location", FlagFilter(Flag.LOCATION, negated=True)),
        ("my favourites", FlagFilter(Flag.FAVOURITE)),
        ("screenshots", FlagFilter(Flag.SCREENSHOT)),
        ("undated", FlagFilter(Flag.DATE, negated=True)),
        ("5 star photos", RangeFilter(Measure.RATING, 5, 5)),
        ("larger than 5 MB", RangeFilter(Measure.FILE_SIZE, 5_000_000, None)),
        ("heic files", FormatFilter("HEIF")),
        ("in the Netherlands", PlaceFilter("Netherlands")),
        ("in new zealand", PlaceFilter("new zealand")),
    ],
)
def test_a_phrase_is_found_among_words(phrase: str, expected: object) -> None:
    for words in (phrase, f"red boats {phrase}", f"{phrase} red boats"):
        assert [(found.text, found.part) for found in find(words, TODAY)] == [(phrase, expected)], words


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
    (phrase,) = find("boats in Faro", Context(TODAY.today, places={"Faro"}))
    assert phrase.part == PlaceFilter("Faro")


def test_time_and_place_are_found_in_one_query() -> None:
    found = find("boats in Portugal last summer", TODAY)
    assert [phrase.text for phrase in found] == ["in Portugal", "last summer"]


@given(st.text(max_size=80), st.dates())
def test_any_words_on_any_day_are_read(words: str, today: date) -> None:
    for phrase in find(words, Context(today)):
        assert words[phrase.start : phrase.end] == phrase.text


@given(st.dates(min_value=date(3, 1, 1)), st.sampled_from(["last summer", "last march", "last christmas", "last week"]))
def test_what_is_over_lies_before_today(today: date, words: str) -> None:
    (phrase,) = find(words, Context(today))
    assert isinstance(phrase.part, DateFilter)
    assert phrase.part.first is not None
    assert phrase.part.first <= today


@pytest.mark.parametrize(
    ("words", "rest", "unwanted"),
    [
        ("dog without grass", "dog", ["grass"]),
        ("a beach without any people", "a beach", ["people"]),
        ("beach no people", "beach", ["people"]),
        ("child not smiling", "child", ["smiling"]),
        ("man without a hat or glasses on a beach", "man on a beach", ["hat", "glasses"]),
        ("street with no cars in the rain", "street in the rain", ["cars"]),
        ("everything except birthday cake", "", ["birthday cake"]),
        ("a garden with nobody in it", "a garden", ["people"]),
    ],
)
def test_what_is_not_wanted_is_pushed_away(words: str, rest: str, unwanted: list[str]) -> None:
    read = read_words(words, TODAY)
    assert read.rest == rest
    assert [phrase.part for phrase in read.sure] == [Words(what, -1.0) for what in unwanted]


@pytest.mark.parametrize("words", ["no parking sign", "no smoking", "no entry", "no dogs allowed", "not only dogs"])
def test_what_stands_on_signs_stays_words(words: str) -> None:
    assert read_words(words, TODAY).rest == words


def test_a_dash_between_words_is_only_offered_as_a_minus() -> None:
    read = read_words("beach - people", TODAY)
    assert read.rest == "beach - people"
    assert [phrase.part for phrase in read.guesses] == [Words("people", -1.0)]


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("photos taken with my iPhone 12", ""),
        ("photos of dogs", "dogs"),
        ("show me all my pictures of a red car", "a red car"),
        ("a photo of a dog on a beach", "a dog on a beach"),
        ("images with snow", "snow"),
        ("dog photos", "dog"),
        ("photos from last summer", ""),
        ("find me cats", "cats"),
        ("photo", "photo"),
        ("a photographer", "a photographer"),
        ("picture frame", "picture frame"),
    ],
)
def test_words_around_what_is_asked_do_not_count(words: str, rest: str) -> None:
    assert read_words(words, TODAY).rest == rest


def test_kinds_and_times_are_read_together() -> None:
    read = read_words("videos of dogs from 2020 taken with iPhone", TODAY)
    assert read.rest == "dogs"
    assert [phrase.part for phrase in read.sure] == [
        KindFilter(MediaKind.VIDEO),
        DateFilter(date(2020, 1, 1), date(2020, 12, 31)),
        CameraFilter("iPhone"),
    ]


@pytest.mark.parametrize("words", ["june", "2019", "faro boats", "90s hairstyle", "screenshot"])
def test_a_guess_leaves_the_words_alone(words: str) -> None:
    read = read_words(words, Context(TODAY.today, places={"Faro"}))
    assert read.rest == words
    assert len(read.guesses) == 1
