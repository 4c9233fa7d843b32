"""The query language: text to a typed `Query` and back. Pure and quick to import; the window uses it on each key.

`beach sunset -people 2:dog "exact words" similar:PATH date:2019 near:lisbon sort:newest`
"""

import math
import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from core.query import filter_keys, phrases
from core.query.chips import Chip, is_negated, kind_of
from core.query.phrases import Places
from core.query.tokens import Form, Token, always_quoted, grouped, is_plain, quoted, tokenize
from core.values.filters import Filter
from core.values.paths import shown
from core.values.photo import PhotoId
from core.values.query import ExactWords, ExampleFile, ExamplePhoto, Order, Query, Term, Words

LONGEST = 2000
_LARGEST_WEIGHT = 1000.0
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+")
_SURROGATE = re.compile("[\ud800-\udfff]+")
_SETTINGS = ("sort", "strictness", "fold")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A filter that a phrase in the words may mean. Offered, never applied by itself.

    Attributes:
        phrase: the words it was seen in.
        filter: what it would add.
        text: the whole query as text, with the phrase replaced by the filter.
    """

    phrase: str
    filter: Filter
    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query, what in its text was left out and why, and what else it may mean."""

    query: Query
    problems: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A query while it is read."""

    terms: list[Term | None] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    bare_place: int | None = None
    problems: list[str] = field(default_factory=list)
    settings: Query = field(default_factory=Query)


def parse(text: str, today: date, places: Places = ()) -> Parsed:
    """Understand `text`. Never raises: what is malformed becomes a problem, and the rest is the query.

    `places`: names of towns, regions and countries of the library, to suggest `place:` for.
    """
    draft = _Draft()
    cleaned = _CONTROL.sub(" ", text)
    if len(cleaned) > LONGEST:
        draft.problems.append(f"The query is longer than {LONGEST} characters; what comes after is left out.")
        cleaned = cleaned[:LONGEST]
    for token in tokenize(cleaned):
        _take(draft, token, today)
    words = _clean(" ".join(draft.bare))
    if draft.bare_place is not None:
        draft.terms[draft.bare_place] = Words(words) if words else None
    terms = tuple(term for term in draft.terms if term is not None)
    if text.strip() and not terms and not draft.filters and not draft.problems and draft.settings == Query():
        draft.problems.append("There is no text in this query that can be searched for.")
    query = replace(draft.settings, terms=terms, filters=tuple(draft.filters))
    return Parsed(query, tuple(draft.problems), _suggestions(query, today, places))


def to_text(query: Query) -> str:
    """Return text that `parse` makes the same query of."""
    parts = []
    bare_left = True
    for term in query.terms:
        bare = bare_left and isinstance(term, Words) and term.weight == 1 and is_plain(term.text)
        bare_left = bare_left and not bare
        parts.append(term.text if bare and isinstance(term, Words) else _written(term))
    parts.extend(filter_keys.write(part) for part in query.filters)
    if query.order is not Order.RELEVANCE:
        parts.append(f"sort:{query.order}")
    if query.strictness != Query().strictness:
        parts.append(f"strictness:{query.strictness!r}")
    if query.fold:
        parts.append("fold:yes")
    return " ".join(parts)


def chips(query: Query) -> tuple[Chip, ...]:
    """Return the parts of a query in order."""
    return tuple(
        Chip(kind_of(part), shown(_label(part)), part, is_negated(part)) for part in (*query.terms, *query.filters)
    )


def accept(query: Query, suggestion: Suggestion, today: date) -> Query:
    """Return the query with a suggestion taken, keeping its order and strictness."""
    taken = parse(suggestion.text, today).query
    return replace(query, terms=taken.terms, filters=taken.filters)


def _take(draft: _Draft, token: Token, today: date) -> None:
    if token.key == "similar":
        _take_example(draft, token)
    elif token.key in _SETTINGS:
        _take_setting(draft, token)
    elif token.key in filter_keys.KEYS:
        key = filter_keys.KEYS[token.key]
        part = key.read(token.value, token.negated, today)
        if part is None:
            draft.problems.append(_expects(key.name, key.expected, token))
        else:
            draft.filters.append(part)
    elif token.key is not None and (near := get_close_matches(token.key, _all_keys(), 1, 0.8)):
        draft.problems.append(f"{token.key}: is no filter; did you mean {near[0]}:? It is left out.")
    elif token.form is Form.QUOTED and token.key is None:
        if words := _clean(token.value):
            draft.terms.append(ExactWords(words, token.negated))
    elif token.form is Form.BARE and not token.negated and token.weight is None:
        if draft.bare_place is None:
            draft.bare_place = len(draft.terms)
            draft.terms.append(None)
        draft.bare.append(token.text)
    else:
        words = _clean(token.value if token.key is None else f"{token.key}:{token.value}")
        weight = _weight(draft, token)
        if words and weight is not None:
            draft.terms.append(Words(words, weight))


def _take_example(draft: _Draft, token: Token) -> None:
    weight = _weight(draft, token)
    number = token.value.removeprefix("#")
    if weight is None:
        return
    if token.form is Form.BARE and token.value.startswith("#") and number.isascii() and number.isdigit():
        draft.terms.append(ExamplePhoto(PhotoId(int(number[:18])), weight))
    elif token.value.strip():
        draft.terms.append(ExampleFile(token.value, weight))
    else:
        draft.problems.append(_expects("similar", "the path of a picture", token))


def _take_setting(draft: _Draft, token: Token) -> None:
    value = token.value.lower()
    if token.key == "sort":
        if value in set(Order):
            draft.settings = replace(draft.settings, order=Order(value))
        else:
            draft.problems.append(_expects("sort", ", ".join(Order), token))
    elif token.key == "fold":
        if value in {"yes", "no"}:
            draft.settings = replace(draft.settings, fold=value == "yes")
        else:
            draft.problems.append(_expects("fold", "yes or no", token))
    else:
        try:
            strictness = float(value)
        except ValueError:
            strictness = math.nan
        if 0 <= strictness <= 1:
            draft.settings = replace(draft.settings, strictness=strictness)
        else:
            draft.problems.append(_expects("strictness", "a number from 0 to 1", token))


def _weight(draft: _Draft, token: Token) -> float | None:
    weight = 1.0 if token.weight is None else token.weight
    if not 0 < weight <= _LARGEST_WEIGHT:
        draft.problems.append(f"The weight in {shown(token.text)} must be above 0 and at most {_LARGEST_WEIGHT:.0f}.")
        return None
    return -weight if token.negated else weight


def _expects(name: str, expected: str, token: Token) -> str:
    return f"{name}: expects {expected}, not {shown(always_quoted(token.value))}. It is left out."


def _all_keys() -> tuple[str, ...]:
    return (*filter_keys.KEYS, "similar", *_SETTINGS)


def _clean(words: str) -> str:
    """Return words as a query keeps them: one space between, nothing that is no text."""
    words = " ".join(_SURROGATE.sub(" ", words).split())
    return words if any(unicodedata.category(char)[0] in "LNSP" for char in words) else ""


def _label(part: Term | Filter) -> str:
    if isinstance(part, Words) and part.weight == 1:
        return part.text
    if isinstance(part, Words | ExactWords | ExamplePhoto | ExampleFile):
        return _written(part)
    return filter_keys.write(part)


def _written(term: Term) -> str:
    if isinstance(term, ExactWords):
        return ("-" if term.negated else "") + always_quoted(term.text)
    sign = "-" if term.weight < 0 else ""
    size = "" if abs(term.weight) == 1 else f"{abs(term.weight):.6f}".rstrip("0").rstrip(".") + ":"
    match term:
        case Words():
            single = " " not in term.text and is_plain(term.text) and not (size and term.text[0].isdigit())
            value = term.text if single and (sign or size) else grouped(term.text)
        case ExamplePhoto():
            value = f"similar:#{term.photo_id}"
        case ExampleFile():
            hidden = term.path.startswith("#") or not is_plain(term.path)
            value = f"similar:{always_quoted(term.path) if hidden else quoted(term.path)}"
    return f"{sign}{size}{value}"


def _suggestions(query: Query, today: date, places: Places) -> tuple[Suggestion, ...]:
    suggestions = []
    for number, term in enumerate(query.terms):
        if not isinstance(term, Words) or term.weight <= 0:
            continue
        for phrase in phrases.find(term.text, today, places):
            rest = " ".join((term.text[: phrase.start] + " " + term.text[phrase.end :]).split())
            kept = (replace(term, text=rest),) if rest else ()
            changed = replace(
                query,
                terms=(*query.terms[:number], *kept, *query.terms[number + 1 :]),
                filters=(*query.filters, phrase.filter),
            )
            suggestions.append(Suggestion(phrase.text, phrase.filter, to_text(changed)))
    return tuple(suggestions)
