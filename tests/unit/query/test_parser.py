"""Text to query and back, what is wrong with it, and what else it may mean."""

import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query import parser
from core.query.chips import ChipKind, chips, without
from core.query.context import Context, day_first
from core.query.filter_values import FORMATS, group
from core.query.keys import KEYS
from core.query.parser import parse
from core.query.spec import QuerySpec
from core.query.writer import to_text
from core.values.filters import (
    AddedFilter,
    CameraFilter,
    ColourFilter,
    DateFilter,
    Filter,
    FilterGroup,
    Flag,
    FlagFilter,
    FolderFilter,
    FormatFilter,
    KindFilter,
    LensFilter,
    Measure,
    NameFilter,
    NearFilter,
    NearPlaceFilter,
    PersonFilter,
    PlaceFilter,
    RangeFilter,
    TagFilter,
    YearlyFilter,
)
from core.values.photo import ColourLabel, MediaKind, PhotoId
from core.values.query import ExactWords, ExampleFile, ExamplePhoto, Order, Term, Words

TODAY = Context(date(2026, 11, 21), places=frozenset({"Faro"}))

_phrases = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
_words = _phrases.map(parser.clean).filter(bool)
_paths = st.text(st.characters(exclude_categories=["Cc"]), min_size=1, max_size=20).filter(str.strip)
_weights = st.integers(1, 5_000_000).map(lambda number: number / 1_000_000).map(lambda weight: round(weight, 6))
_signed = st.tuples(_weights, st.sampled_from([1, -1])).map(lambda pair: pair[0] * pair[1])
_terms: st.SearchStrategy[Term] = st.one_of(
    st.builds(Words, _words, st.one_of(st.sampled_from([1.0, -1.0]), _signed)),
    st.builds(ExactWords, _words, st.booleans()),
    st.builds(ExamplePhoto, st.integers(0, 10**12).map(PhotoId), _signed, st.booleans()),
    st.builds(ExampleFile, _paths, _signed),
)
_texts = _paths.filter(lambda text: text.strip() == text)


def _spans(values: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float | None, float | None]]:
    return st.tuples(st.none() | values, st.none() | values).filter(
        lambda span: span[0] is None or span[1] is None or span[0] <= span[1]
    )


_days = st.tuples(st.none() | st.dates(), st.none() | st.dates()).filter(
    lambda span: span[0] is None or span[1] is None or span[0] <= span[1]
)
_places = st.text(st.characters(categories=["L"]), min_size=1, max_size=12)
_radii = st.floats(0.001, 20000, allow_subnormal=False)
_month_days = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: (day.month, day.day))
_one_filter: st.SearchStrategy[Filter] = st.one_of(
    st.builds(lambda span, negated: DateFilter(span[0], span[1], negated), _days, st.booleans()),
    st.builds(YearlyFilter, _month_days, _month_days, st.booleans()),
    st.builds(lambda span, negated: AddedFilter(span[0], span[1], negated), _days, st.booleans()),
    *(st.builds(kind, _texts, st.booleans()) for kind in (FolderFilter, CameraFilter, LensFilter, TagFilter)),
    *(st.builds(kind, _texts, st.booleans()) for kind in (NameFilter, PersonFilter)),
    st.builds(ColourFilter, st.sampled_from(ColourLabel), st.booleans()),
    st.builds(PlaceFilter, _texts, st.booleans()),
    st.builds(NearFilter, st.floats(-90, 90), st.floats(-180, 180), _radii, st.booleans()),
    st.builds(NearPlaceFilter, _places, _radii, st.booleans()),
    st.builds(
        lambda measure, span, negated: RangeFilter(measure, span[0], span[1], negated),
        st.sampled_from(Measure),
        st.one_of(_spans(st.integers(0, 10**12).map(float)), _spans(st.floats(0, 1e300))),
        st.booleans(),
    ),
    st.builds(KindFilter, st.sampled_from(MediaKind), st.booleans()),
    st.builds(FormatFilter, st.sampled_from(sorted(set(FORMATS.values()))), st.booleans()),
    st.builds(FlagFilter, st.sampled_from(Flag), st.booleans()),
)
_filters = st.recursive(
    _one_filter,
    lambda parts: st.builds(
        lambda some, any_of, negated: group(tuple(some), any_of=any_of, negated=negated),
        st.lists(parts, min_size=1, max_size=3),
        st.booleans(),
        st.booleans(),
    ),
    max_leaves=5,
).filter(lambda part: not isinstance(part, FilterGroup) or part.any_of or part.negated)
_queries = st.builds(
    QuerySpec,
    st.lists(_terms, max_size=5).map(tuple),
    st.lists(_filters, max_size=4).map(tuple),
    st.none() | st.sampled_from(Order),
    st.none() | st.floats(0, 1),
    st.none() | st.booleans(),
)


@given(_queries)
def test_a_query_written_as_text_is_read_back_the_same(query: QuerySpec) -> None:
    text = to_text(query, TODAY)
    parsed = parse(text, TODAY)
    if len(text) <= parser.LONGEST:
        assert parsed.spec == query
        assert not parsed.problems


@given(st.text(max_size=200))
def test_any_text_is_read_and_what_was_read_is_stable(text: str) -> None:
    parsed = parse(text, TODAY)
    assert parse(to_text(parsed.spec, TODAY), TODAY).spec == parsed.spec
    for chip in chips(parsed.spec):
        chip.text.encode("utf-8")
        without(parsed.spec, chip.part)
    for problem in parsed.problems:
        problem.encode("utf-8")


@given(st.lists(st.sampled_from([*(f"{key}:" for key in KEYS), '"', "(", ")", "-", "2:", "..", "a", " ", "2019", ","])))
def test_any_mixture_of_signs_is_read(pieces: list[str]) -> None:
    parsed = parse("".join(pieces), TODAY)
    assert parse(to_text(parsed.spec, TODAY), TODAY).spec == parsed.spec


def test_everything_together() -> None:
    text = (
        'beach sunset -people date:2019 near:lisbon camera:fujifilm folder:"Trips" type:video tag:family '
        'is:favourite "exact words" similar:a.jpg 2:dog'
    )
    parsed = parse(text, TODAY)
    assert not parsed.problems
    assert parsed.spec.terms == (
        Words("beach sunset"),
        Words("people", -1.0),
        ExactWords("exact words"),
        ExampleFile("a.jpg"),
        Words("dog", 2.0),
    )
    assert parsed.spec.filters == (
        DateFilter(date(2019, 1, 1), date(2019, 12, 31)),
        NearPlaceFilter("lisbon", 25.0),
        CameraFilter("fujifilm"),
        FolderFilter("Trips"),
        KindFilter(MediaKind.VIDEO),
        TagFilter("family"),
        FlagFilter(Flag.FAVOURITE),
    )


def test_words_around_filters_are_one_term() -> None:
    assert parse("red tag:x bicycle", TODAY).spec == QuerySpec((Words("red bicycle"),), (TagFilter("x"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date:2019-07", DateFilter(date(2019, 7, 1), date(2019, 7, 31))),
        ("date:2019-07-04", DateFilter(date(2019, 7, 4), date(2019, 7, 4))),
        ("date:2019..2020-02", DateFilter(date(2019, 1, 1), date(2020, 2, 29))),
        ("date:2019..", DateFilter(date(2019, 1, 1), None)),
        ("date:<2019", DateFilter(None, date(2018, 12, 31))),
        ("date:yesterday", DateFilter(date(2026, 11, 20), date(2026, 11, 20))),
        ("before:2019", DateFilter(None, date(2018, 12, 31))),
        ("after:2019-02", DateFilter(date(2019, 3, 1), None)),
        ("-date:2019", DateFilter(date(2019, 1, 1), date(2019, 12, 31), negated=True)),
        ("DATE:2019", DateFilter(date(2019, 1, 1), date(2019, 12, 31))),
        ("iso:>800", RangeFilter(Measure.ISO, 801, None)),
        ("iso:100..400", RangeFilter(Measure.ISO, 100, 400)),
        ("rating:4+", RangeFilter(Measure.RATING, 4, None)),
        ("size:<2mb", RangeFilter(Measure.FILE_SIZE, None, 1_999_999)),
        ("ratio:portrait", RangeFilter(Measure.ASPECT_RATIO, None, 0.95)),
        ("near:38.7,-9.1", NearFilter(38.7, -9.1, 25.0)),
        ("near:38.7,-9.1,5km", NearFilter(38.7, -9.1, 5.0)),
        ('near:"New York, 3 km"', NearPlaceFilter("New York", 3.0)),
        ("type:heic", FormatFilter("HEIF")),
        ("is:raw", KindFilter(MediaKind.RAW)),
        ("-has:location", FlagFilter(Flag.LOCATION, negated=True)),
        (r'folder:"C:\Trips\\2019"', FolderFilter(r"C:\Trips\\2019")),
    ],
)
def test_a_filter_is_read(text: str, expected: Filter) -> None:
    parsed = parse(text, TODAY)
    assert parsed.spec.filters == (expected,)
    assert not parsed.problems


def test_sixteen_to_nine_allows_for_rounding() -> None:
    (part,) = parse("ratio:16:9", TODAY).spec.filters
    assert isinstance(part, RangeFilter)
    assert part.low is not None
    assert part.high is not None
    assert part.low < 1920 / 1080 < part.high
    assert part.low > 1.7


@pytest.mark.parametrize(
    "text",
    ["date:soon", "date:2019-13", "date:", "date:2020..2019", "before:x", "near:95,0", "iso:many", "size:5XB",
     "rating:", "ratio:x", "type:vidoe", "is:nice", "has:legs", "folder:", "similar:",
     "label:pink", "added:x", "date:02-30", "more:a.jpg", "sort:up", "fold:maybe",
     "strictness:2", "camra:nikon", "0:dog"],
)  # fmt: skip
def test_what_is_malformed_is_told_and_the_rest_searches(text: str) -> None:
    parsed = parse(f"beach {text} sunset", TODAY)
    assert parsed.spec == QuerySpec((Words("beach sunset"),))
    (problem,) = parsed.problems
    assert text.split(":", maxsplit=1)[0] in problem


def test_words_with_a_colon_that_are_no_filter_are_words() -> None:
    for text in ("http://example.org/a", "12:30", "Re:Zero", "note: this", "dog:"):
        assert parse(text, TODAY).spec == QuerySpec((Words(text),))


def test_a_query_too_long_is_cut_with_one_message() -> None:
    parsed = parse("word " * 2000, TODAY)
    (problem,) = parsed.problems
    assert "2000 characters" in problem
    assert len(parsed.spec.terms) == 1


@pytest.mark.parametrize("text", ["\x00\x01\x02", "\udc80\udcff", "\u200b"])
def test_what_is_not_text_gives_one_message(text: str) -> None:
    parsed = parse(text, TODAY)
    assert parsed.spec.is_empty
    assert len(parsed.problems) == 1


def test_an_empty_query_asks_for_everything() -> None:
    for text in ("", "   ", "\n"):
        assert parse(text, TODAY) == parser.Parsed(QuerySpec())


def test_an_example_may_have_a_name_that_is_not_utf8() -> None:
    path = b"caf\xe9 1.jpg".decode("utf-8", "surrogateescape")
    query = QuerySpec((ExampleFile(path),))
    assert parse(to_text(query, TODAY), TODAY).spec == query


def test_chips_show_each_part_and_can_be_taken_away() -> None:
    query = parse("beach -people similar:#7 date:2019", TODAY).spec
    shown = chips(query)
    assert [(chip.kind, chip.text, chip.negated) for chip in shown] == [
        (ChipKind.WORDS, "beach", False),
        (ChipKind.WORDS, "-people", True),
        (ChipKind.EXAMPLE, "similar:#7", False),
        (ChipKind.FILTER, "date:2019", False),
    ]
    assert to_text(without(query, shown[1].part), TODAY) == "beach similar:#7 date:2019"
    assert to_text(without(query, shown[3].part), TODAY) == "beach -people similar:#7"


def test_what_is_sure_is_read_and_can_be_put_back_among_the_words() -> None:
    parsed = parse("boats last summer -people sort:newest", TODAY)
    assert parsed.spec.terms == (Words("boats"), Words("people", -1.0))
    assert parsed.spec.filters == (DateFilter(date(2026, 6, 1), date(2026, 8, 31)),)
    (reading,) = parsed.readings
    assert reading.phrase == "last summer"
    back = parse(reading.text, TODAY)
    assert back.spec == replace(parsed.spec, terms=(Words("boats last summer"), Words("people", -1.0)), filters=())
    assert not back.readings
    (chip,) = [chip for chip in chips(parsed.spec, parsed.readings) if chip.reading is not None]
    assert chip.part == parsed.spec.filters[0]


def test_a_guess_is_offered_and_changes_nothing_until_it_is_taken() -> None:
    parsed = parse("boats june is:raw", TODAY)
    assert parsed.spec.terms == (Words("boats june"),)
    (guess,) = parsed.suggestions
    taken = parse(guess.text, TODAY).spec
    assert taken.terms == (Words("boats"),)
    assert set(taken.filters) == {KindFilter(MediaKind.RAW), YearlyFilter((6, 1), (6, 30))}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("tag:a OR tag:b date:2019", "(tag:a OR tag:b) date:2019"),
        ("tag:a OR tag:b OR is:raw", "(tag:a OR tag:b OR type:raw)"),
        ("date:2019 tag:a OR tag:b", "date:2019 (tag:a OR tag:b)"),
        ("(tag:a (tag:b OR -tag:c)) OR is:raw", "((tag:a (tag:b OR -tag:c)) OR type:raw)"),
        ('tag:(a OR "b c")', '(tag:a OR tag:"b c")'),
        ("-tag:(a OR b)", "-(tag:a OR tag:b)"),
        ("-(tag:a tag:b)", "-(tag:a tag:b)"),
        ("-(tag:a)", "-tag:a"),
        ("not (tag:a OR tag:b)", "-(tag:a OR tag:b)"),
        ("without tag:a", "-tag:a"),
        ("(tag:a tag:b)", "tag:a tag:b"),
        ('(folder:"a) b" OR tag:c)', '(folder:"a) b" OR tag:c)'),
        ("is:undated", "is:undated"),
        ("-has:date", "is:undated"),
        ("date:12-24..12-26", "date:12-24..12-26"),
        ("date:dec", "date:december"),
        ("date:winter", "date:winter"),
        ("date:04.07.2019", "date:2019-07-04"),
    ],
)
def test_filters_are_joined_by_or_and_brackets(text: str, written: str) -> None:
    parsed = parse(text, TODAY)
    assert not parsed.problems
    assert not parsed.spec.terms
    assert to_text(parsed.spec, TODAY) == written


@pytest.mark.parametrize("text", ["cat OR dog", "cat OR tag:dog", "tag:dog OR cat"])
def test_or_between_words_is_said_to_join_filters_only(text: str) -> None:
    (problem,) = parse(text, TODAY).problems
    assert problem.startswith("OR joins filters")


@pytest.mark.parametrize(
    ("text", "right"),
    [("year:2019", "date:2019"), ("stars:5", "rating:5"), ("city:lisbon", "place:lisbon"), ("who:ann", "person:ann")],
)
def test_a_key_of_another_program_is_understood_and_the_right_one_told(text: str, right: str) -> None:
    parsed = parse(text, TODAY)
    (problem,) = parsed.problems
    assert f"{right.partition(':')[0]}:" in problem
    assert parsed.spec == parse(right, TODAY).spec


@pytest.mark.parametrize("text", ["(" * 500 + "tag:a", "(-" * 300, "(tag:a OR " * 100, "tag:(" * 100])
def test_any_depth_of_brackets_is_read(text: str) -> None:
    assert any("nested too deep" in problem for problem in parse(text, TODAY).problems)


@pytest.mark.parametrize("key", KEYS)
def test_half_a_surrogate_pair_never_raises(key: str) -> None:
    for text in (f"{key}:\ud800", f'-{key}:"\udfff x"', f"{key}:#\ud800"):
        for chip in chips(parse(text, TODAY).spec):
            chip.text.encode("utf-8")


def test_month_or_day_comes_first_by_the_locale() -> None:
    for locale_name, day in (("en_US.UTF-8", date(2019, 4, 7)), ("English_United States", date(2019, 4, 7)),
                             ("de_DE", date(2019, 7, 4)), ("en_GB.UTF-8", date(2019, 7, 4)),
                             ("C", date(2019, 7, 4))):  # fmt: skip
        context = Context(date(2026, 1, 1), day_first(locale_name))
        assert parse("date:4/7/2019", context).spec.filters == (DateFilter(day, day),)
        assert parse("on 4/7/2019", context).spec.filters == (DateFilter(day, day),)
        assert parse("13/7/2019", context).spec.filters == (DateFilter(date(2019, 7, 13), date(2019, 7, 13)),)


def test_the_window_can_import_the_language_without_the_engine() -> None:
    code = (
        "import sys; import core.query.understanding; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('numpy', 'torch', 'sqlalchemy', 'usearch', 'dateparser', 'PIL')])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
