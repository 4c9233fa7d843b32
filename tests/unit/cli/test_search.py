"""One text means one query: on the command line, in the shell and in the window."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli.search import query_of
from core.query.context import Context
from core.query.keys import KEYS
from core.query.spec import Defaults
from core.values.query import ExampleFile, Order, Words
from desktop_app.search.state import SearchState, resolved

CONTEXT = Context(date(2026, 11, 21), day_first=False, places=frozenset({"Faro", "New York"}))
_pieces = st.sampled_from(
    [
        *(f"{key}:" for key in KEYS),
        *("sort:oldest", "strictness:0.5", "fold:no", "fold:yes", "similar:~/a.jpg", "0.5:similar:#3", "tag:a", "2019"),
        *("without ", "grass", "photos of ", "in Faro", "last summer", "june", "4/7/2019", "dog", "\ud800"),
        *(" OR ", "(", ")", '"', "-", " "),
    ]
)
_texts = st.text(max_size=60) | st.lists(_pieces, max_size=12).map(" ".join)
_defaults = st.builds(Defaults, st.sampled_from(Order), st.floats(0, 1), st.booleans())


@given(_texts, _defaults)
def test_the_same_text_is_the_same_query_in_every_front_end(text: str, defaults: Defaults) -> None:
    # A key without a value at the end is still being typed in the window, and a mistake elsewhere.
    whole = text + " "
    window = resolved(SearchState(whole, taste=defaults), CONTEXT).query
    assert window == query_of(whole, CONTEXT, defaults, tell=False)


@given(_texts, _defaults)
def test_what_is_typed_goes_before_what_is_set(text: str, defaults: Defaults) -> None:
    query = query_of(f"sort:newest strictness:0.25 fold:no {text}", CONTEXT, defaults, tell=False)
    if not any(key in text for key in ("sort", "order", "strictness", "fold", '"', "(")):
        assert (query.order, query.strictness, query.fold) == (Order.NEWEST, 0.25, False)


def test_a_default_can_be_typed() -> None:
    defaults = Defaults(Order.OLDEST, 0.9, True)
    query = query_of("dog sort:relevance strictness:0.5 fold:no", CONTEXT, defaults)
    assert (query.order, query.strictness, query.fold) == (Order.RELEVANCE, 0.5, False)


def test_the_users_folder_can_be_written_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("USERPROFILE", "/home/ada")
    (term,) = query_of("similar:~/x.jpg", CONTEXT, Defaults()).terms
    assert isinstance(term, ExampleFile)
    assert term.path.replace("\\", "/") == "/home/ada/x.jpg"


def test_how_plain_words_were_read_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    query = query_of("boats june without people", CONTEXT, Defaults())
    assert query.terms == (Words("boats june"), Words("people", -1.0))
    assert capsys.readouterr().err.splitlines() == [
        'read "without people" as -people (in brackets it stays words)',
        '"june" may mean date:june; type that to have only those',
    ]
