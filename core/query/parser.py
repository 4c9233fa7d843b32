"""The query language: text to a typed `QuerySpec`. Pure and quick to import; the window uses it on each key.

`beach sunset -people 2:dog "exact words" similar:PATH (tag:sea OR tag:lake) date:2019 near:lisbon sort:newest`
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.query import feedback
from core.query.context import Context
from core.query.filter_values import group, turned
from core.query.keys import KEYS, OTHERS, Key, ReadFilter, nearest
from core.query.negation import NEGATORS
from core.query.phrases import Phrase, ReadWords, read_words, without
from core.query.spec import QuerySpec
from core.query.tokens import Form, Token, always_quoted, tokenize
from core.query.writer import to_text
from core.values.filters import Filter, FilterGroup
from core.values.paths import shown
from core.values.photo import PhotoId
from core.values.query import ExactWords, ExampleFile, ExamplePhoto, Term, Words

LONGEST = 2000
_DEEPEST = 8
_LARGEST_WEIGHT = 1000.0
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udc7f\udd00-\udfff]+")
_SURROGATE = re.compile("[\ud800-\udfff]+")
_EXAMPLES = {"similar": 1.0, "more": feedback.LIKED, "less": -feedback.DISLIKED}


@dataclass(frozen=True, slots=True)
class Reading:
    """What plain words mean, or may mean.

    Attributes:
        phrase: the words.
        part: the filter or the negative words that they stand for.
        text: the whole query as text once the user has chosen otherwise: with a guess taken, or with what was read
            put back among the words, where brackets keep it from being read again.
    """

    phrase: str
    part: Words | Filter
    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text says.

    Attributes:
        problems: what was left out or understood otherwise than written, and why.
        readings: plain words that were sure to mean a part of the query, which the spec has in their place.
        suggestions: plain words that may mean one; the spec has the words.
    """

    spec: QuerySpec
    problems: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    suggestions: tuple[Reading, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A query while it is read. `bare_place`: where among the terms the bare words stand."""

    context: Context
    terms: list[Term | None] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    bare_place: int | None = None
    problems: list[str] = field(default_factory=list)
    settings: QuerySpec = field(default_factory=QuerySpec)


def parse(text: str, context: Context) -> Parsed:
    """Understand `text`. Never raises: what is malformed becomes a problem, and the rest is the query."""
    draft = _Draft(context)
    cleaned = _CONTROL.sub(" ", text)
    if len(cleaned) > LONGEST:
        draft.problems.append(f"The query is longer than {LONGEST} characters; what comes after is left out.")
        cleaned = cleaned[:LONGEST]
    if _depth(cleaned) > _DEEPEST:
        draft.problems.append("The brackets in this query are nested too deep. They are left out.")
        cleaned = re.sub(r"[()]", " ", cleaned)
    _take_all(draft, tokenize(cleaned))
    words = clean(" ".join(draft.bare))
    read = read_words(words, context)
    if draft.bare_place is not None:
        draft.terms[draft.bare_place] = Words(read.rest) if read.rest else None
    typed = QuerySpec(
        tuple(term for term in draft.terms if term is not None),
        tuple(one for part in draft.filters for one in _all_of(part)),
        draft.settings.order,
        draft.settings.strictness,
        draft.settings.fold,
    )
    spec = replace(
        typed,
        terms=(*typed.terms, *(phrase.part for phrase in read.sure if isinstance(phrase.part, Words))),
        filters=(*typed.filters, *(phrase.part for phrase in read.sure if not isinstance(phrase.part, Words))),
    )
    if text.strip() and spec == QuerySpec() and not draft.problems:
        draft.problems.append("There is no text in this query that can be searched for.")
    return Parsed(
        spec,
        tuple(draft.problems),
        tuple(Reading(one.text, one.part, _put_back(spec, words, read, one, context)) for one in read.sure),
        tuple(Reading(one.text, one.part, _taken(spec, words, read, one, context)) for one in read.guesses),
    )


def clean(words: str) -> str:
    """Return words as a query keeps them: one space between, nothing that is no text."""
    words = " ".join(_SURROGATE.sub(" ", words).split())
    return words if any(unicodedata.category(char)[0] in "LNSP" for char in words) else ""


def _all_of(part: Filter) -> tuple[Filter, ...]:
    """Return the filters of brackets that only hold filters beside each other, as filters stand outside of them."""
    loose = isinstance(part, FilterGroup) and not part.any_of and not part.negated
    return part.parts if isinstance(part, FilterGroup) and loose else (part,)


def _depth(text: str) -> int:
    depth = deepest = 0
    for char in text:
        depth = max(0, depth + (char == "(") - (char == ")"))
        deepest = max(depth, deepest)
    return deepest


def _put_back(spec: QuerySpec, words: str, read: ReadWords, phrase: Phrase, context: Context) -> str:
    """Write the query with a phrase as plain words again."""
    others = tuple(one for one in read.sure if one is not phrase)
    parts = _without_last(spec, phrase.part)
    return to_text(_with_words(parts, read.rest, without(words, others)), context)


def _taken(spec: QuerySpec, words: str, read: ReadWords, phrase: Phrase, context: Context) -> str:
    """Write the query with a guess as the part that it may mean."""
    phrases = tuple(sorted((*read.sure, phrase), key=lambda one: one.start))
    changed = _with_words(spec, read.rest, without(words, phrases))
    if isinstance(phrase.part, Words):
        return to_text(replace(changed, terms=(*changed.terms, phrase.part)), context)
    return to_text(replace(changed, filters=(*changed.filters, phrase.part)), context)


def _without_last(spec: QuerySpec, part: Words | Filter) -> QuerySpec:
    if isinstance(part, Words):
        place = len(spec.terms) - 1 - spec.terms[::-1].index(part)
        return replace(spec, terms=spec.terms[:place] + spec.terms[place + 1 :])
    place = len(spec.filters) - 1 - spec.filters[::-1].index(part)
    return replace(spec, filters=spec.filters[:place] + spec.filters[place + 1 :])


def _with_words(spec: QuerySpec, before: str, after: str) -> QuerySpec:
    """Return the spec with other plain words in the place of those that it has."""
    terms = list(spec.terms)
    place = terms.index(Words(before)) if before and Words(before) in terms else 0
    terms[place : place + bool(before)] = [Words(after)] if after else []
    return replace(spec, terms=tuple(terms))


def _take_all(draft: _Draft, tokens: Sequence[Token]) -> None:
    """Read tokens one after the other; `OR` joins the filters on its two sides."""
    joins = False
    for number, token in enumerate(tokens):
        if token.is_or and 0 < number < len(tokens) - 1:
            joins = True
            continue
        before = len(draft.filters)
        _take(draft, token, _negator_before(draft, tokens, number))
        added = len(draft.filters) - before
        if joins and added == 1 and before and _is_filter_token(tokens[number - 2]):
            right = draft.filters.pop()
            draft.filters.append(group((draft.filters.pop(), right), any_of=True))
        elif joins:
            draft.problems.append(
                "OR joins filters, such as tag:cat OR tag:dog, and not words. It is left out; the words are searched "
                "for together."
            )
        joins = False


def _negator_before(draft: _Draft, tokens: Sequence[Token], number: int) -> bool:
    """Tell whether the token before is a "without" that means this one, and then take it from the words."""
    token = tokens[number]
    plain = token.form is Form.BARE and token.key not in KEYS and token.key not in OTHERS
    if number == 0 or plain or not draft.bare or tokens[number - 1].text != draft.bare[-1]:
        return False
    if draft.bare[-1].lower() not in NEGATORS:
        return False
    draft.bare.pop()
    return True


def _is_filter_token(token: Token) -> bool:
    key = OTHERS.get(token.key or "", token.key or "")
    return (key in KEYS and KEYS[key].filter is not None) or _holds_filters(token)


def _holds_filters(token: Token) -> bool:
    """Tell whether a group stands for filters: it holds nothing else."""
    if token.form is not Form.GROUP or token.key is not None or token.weight is not None:
        return False
    inside = tokenize(token.inside)
    return any(_is_filter_token(one) for one in inside) and all(one.is_or or _is_filter_token(one) for one in inside)


def _take(draft: _Draft, token: Token, turned_round: bool) -> None:
    if turned_round:
        token = replace(token, negated=not token.negated)
    key = _key_of(draft, token)
    if key is not None:
        _take_key(draft, token, key)
    elif token.key is not None and (meant := nearest(token.key)):
        draft.problems.append(f"{token.key}: is no filter; did you mean {meant}:? It is left out.")
    elif _holds_filters(token):
        _take_group(draft, token)
    elif token.form is Form.QUOTED and token.key is None:
        if words := clean(token.value):
            draft.terms.append(ExactWords(words, token.negated))
    elif token.form is Form.BARE and not token.negated and token.weight is None:
        if draft.bare_place is None:
            draft.bare_place = len(draft.terms)
            draft.terms.append(None)
        draft.bare.append(token.text)
    else:
        words = clean(token.value if token.key is None else f"{token.key}:{token.value}")
        weight = _weight(draft, token)
        if words and weight is not None:
            draft.terms.append(Words(words, weight))


def _take_key(draft: _Draft, token: Token, key: Key) -> None:
    if key.filter is not None:
        _take_filter(draft, token, key.filter, key)
    elif key.setting is not None:
        changed = key.setting(draft.settings, token.value.lower())
        if changed is None:
            draft.problems.append(_expects(key, token))
        else:
            draft.settings = changed
    else:
        _take_example(draft, token, key)


def _key_of(draft: _Draft, token: Token) -> Key | None:
    """Return the key that a token has; a name from another program is told the right one."""
    if token.key in KEYS:
        return KEYS[token.key]
    if token.key not in OTHERS or not token.value.strip():
        return None
    right = KEYS[OTHERS[token.key]]
    draft.problems.append(f"{token.key}: is called {right.name}: here.")
    return right


def _take_filter(draft: _Draft, token: Token, read: ReadFilter, key: Key) -> None:
    values = [token.value]
    if token.form is Form.GROUP:
        values = [value for value in _values_in(token.inside) if value]
    parts = [read(value, False, draft.context) for value in values]
    understood = tuple(part for part in parts if part is not None)
    if not parts or len(understood) < len(parts):
        draft.problems.append(_expects(key, token))
        return
    part = group(understood, any_of=True)
    draft.filters.append(turned(part) if token.negated else part)


def _values_in(inside: str) -> list[str]:
    """Return the values of `tag:(cat OR "small dog")`."""
    values: list[list[str]] = [[]]
    for token in tokenize(inside):
        if token.is_or:
            values.append([])
        else:
            values[-1].append(token.value if token.form is Form.QUOTED and token.key is None else token.text)
    return [" ".join(value) for value in values]


def _take_group(draft: _Draft, token: Token) -> None:
    inner = _Draft(draft.context)
    _take_all(inner, tokenize(token.inside))
    draft.problems.extend(inner.problems)
    if inner.filters:
        whole = group(tuple(inner.filters), any_of=False)
        draft.filters.append(turned(whole) if token.negated else whole)


def _take_example(draft: _Draft, token: Token, key: Key) -> None:
    usual = _EXAMPLES[key.name]
    if token.weight is None:
        weight: float | None = -usual if token.negated else usual
    else:
        weight = _weight(draft, token)
        weight = -weight if weight is not None and usual < 0 else weight
    if weight is None:
        return
    number = token.value.removeprefix("#")
    is_photo = token.form is Form.BARE and token.value.startswith("#") and number.isascii() and number.isdigit()
    if is_photo:
        draft.terms.append(ExamplePhoto(PhotoId(int(number[:18])), weight, feedback=key.name != "similar"))
    elif token.value.strip() and key.name == "similar":
        draft.terms.append(ExampleFile(token.value, weight))
    else:
        draft.problems.append(_expects(key, token))


def _weight(draft: _Draft, token: Token) -> float | None:
    weight = 1.0 if token.weight is None else token.weight
    if not 0 < weight <= _LARGEST_WEIGHT:
        draft.problems.append(f"The weight in {shown(token.text)} must be above 0 and at most {_LARGEST_WEIGHT:.0f}.")
        return None
    return -weight if token.negated else weight


def _expects(key: Key, token: Token) -> str:
    return f"{token.key}: expects {key.expected}, not {shown(always_quoted(token.value))}. It is left out."
