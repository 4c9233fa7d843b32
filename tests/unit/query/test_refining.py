"""What is said of an answer is added to the query before it."""

from datetime import date

import pytest

from core.query.context import Context
from core.query.refining import refine
from core.values.photo import PhotoId

CONTEXT = Context(date(2026, 11, 21), places=frozenset({"Faro"}))
HITS = (PhotoId(11), PhotoId(22), PhotoId(33))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("only the ones with snow", "dogs (snow)"),
        ("only those in Faro", "dogs place:Faro"),
        ("only in 2019", "dogs date:2019"),
        ("just videos", "dogs type:video"),
        ("now only favourites", "dogs is:favourite"),
        ("without people", "dogs -people"),
        ("but no cars or bikes", "dogs -cars -bikes"),
        ("not in 2019", "dogs -date:2019"),
        ("without tag:cat", "dogs -tag:cat"),
        ("more like the second", "dogs 0.75:more:#22"),
        ("less like 3", "dogs 0.35:less:#33"),
        ("more like the last one", "dogs 0.75:more:#33"),
        ("oldest first", "dogs sort:oldest"),
        ("earlier", "dogs date:..2019-07-03"),
        ("later ones", "dogs date:2019-07-05.."),
    ],
)
def test_a_line_about_the_answer_refines_the_query(line: str, expected: str) -> None:
    assert refine("dogs", line, HITS, CONTEXT, date(2019, 7, 4)) == expected


@pytest.mark.parametrize(
    "line", ["cats", "dogs without people", "more like the ninth", "snow", "only", "no parking sign", "", "more photos"]
)
def test_a_query_of_its_own_is_none_about_the_answer(line: str) -> None:
    assert refine("dogs", line, HITS, CONTEXT) is None


def test_steps_follow_one_another() -> None:
    text = "photos of dogs"
    for line in ("only the ones with snow", "without people", "more like the first", "more like the second"):
        refined = refine(text, line, HITS, CONTEXT)
        assert refined is not None
        text = refined
    assert text == "dogs (snow) -people 0.375:more:#11 0.375:more:#22"


def test_nothing_is_refined_where_nothing_was_asked() -> None:
    assert refine("", "without people", (), CONTEXT) is None
