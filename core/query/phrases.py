"""Reads plain words: times, places, kinds of photos, what is not wanted, and wrappers such as "photos of".

What is sure is taken out of the words; a guess is only offered. Words in brackets are not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.query import kinds, negation, times
from core.query.context import Context
from core.query.country_names import COUNTRIES
from core.query.filter_values import turned
from core.query.kinds import PHOTOS
from core.values.filters import Filter, PlaceFilter
from core.values.query import Words

_LONGEST_PLACE = 4
_SHORTEST_PLACE = 4
_SHOW = r"(?:(?:please\s+)?(?:(?:show|find|give|get)\s+(?:me\s+|us\s+)|search\s+(?:for\s+)|look\s+for\s+|i\s+want\s+))"
_ALL = r"(?:(?:all|any|some|every|the|my|our|those|an?)\s+(?:of\s+)?)*"
_ASIDE = r"(?:from|taken|shot|in|on|at|by|between|since|before|after|without|near|last|this|tagged|rated|no|not)\b"
_WRAPPER = re.compile(
    rf"{_SHOW}?{_ALL}(?:{PHOTOS})\s+(?:(?:of|with|showing|containing|that\s+show|which\s+show|where)\s+|(?={_ASIDE}))"
    rf"|{_SHOW}(?:all\s+)?",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?<=\S)\s+(?:photos|photographs|pictures|pics|images|snaps|snapshots)$", re.IGNORECASE)
_ONLY_PHOTOS = re.compile(rf"{_ALL}(?:{PHOTOS}|everything|anything)|{_ALL}", re.IGNORECASE)
_LOOSE_START = re.compile(r"^(?:(?:of|with|from|and|but|or|that|which|are|were|taken|,|;)(?:\s+|$))+", re.IGNORECASE)
_LOOSE_END = re.compile(r"(?:(?:^|\s+)(?:of|with|from|and|but|in|on|at|the|taken|are|were)|\s*[,;])+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase at [start, end) of the words, what it means, and whether it can mean nothing else."""

    start: int
    end: int
    text: str
    part: Filter | Words
    sure: bool


@dataclass(frozen=True, slots=True)
class ReadWords:
    """Words as they were read: what is left of them to search for, what was taken out, what is offered."""

    rest: str
    sure: tuple[Phrase, ...] = ()
    guesses: tuple[Phrase, ...] = ()


def read_words(words: str, context: Context) -> ReadWords:
    """Read plain words, which stand with one space between them."""
    found = find(words, context)
    sure = tuple(phrase for phrase in found if phrase.sure)
    rest = without(words, sure)
    if not rest and not sure:
        rest = words
    return ReadWords(rest, sure, tuple(phrase for phrase in found if not phrase.sure))


def find(words: str, context: Context) -> tuple[Phrase, ...]:
    """Return the phrases in `words`, left to right, none overlapping; of two the longer one."""
    filters = _longest([*_times_places_kinds(words, context)])
    turned_round = [_negated(words, phrase) for phrase in filters]
    unwanted = [
        Phrase(start, end, words[start:end], Words(what, -1.0), sure) for start, end, what, sure in negation.find(words)
    ]
    # What is not wanted ends where a filter begins: "without people in 2019".
    return _longest([*turned_round, *(one for one in unwanted if not _overlaps(one, turned_round))])


def without(words: str, phrases: tuple[Phrase, ...]) -> str:
    """Return the words without phrases and without what only leads up to what is asked: "photos of"."""
    wrapper = _WRAPPER.match(words)
    start = wrapper.end() if wrapper else 0
    pieces = []
    for phrase in phrases:
        pieces.append(words[start : max(start, phrase.start)])
        start = max(start, phrase.end)
    rest = " ".join(" ".join([*pieces, words[start:]]).split())
    if phrases:
        rest = _LOOSE_END.sub("", _LOOSE_START.sub("", rest))
    rest = _TRAILING.sub("", rest)
    return "" if phrases and _ONLY_PHOTOS.fullmatch(rest) else rest


def _times_places_kinds(words: str, context: Context) -> Iterator[Phrase]:
    for start, end, part, sure in [*times.find(words, context), *kinds.find(words), *_places(words, context)]:
        yield Phrase(start, end, words[start:end], part, sure)


def _places(words: str, context: Context) -> Iterator[tuple[int, int, Filter, bool]]:
    own = {place.casefold() for place in context.places}
    known = own | COUNTRIES
    for match in re.finditer(r"\b(?:in|at|near|from|around)\s+(?:the\s+)?(?=\w)", words, re.IGNORECASE):
        if name := _name_at(words, match.end(), known):
            yield match.start(), match.end() + len(name), PlaceFilter(name), name.casefold() in own
    for match in re.finditer(r"(?<![\w:./-])\w", words):
        name = _name_at(words, match.start(), own)
        if name and len(name) >= _SHORTEST_PLACE:
            yield match.start(), match.start() + len(name), PlaceFilter(name), False


def _name_at(words: str, start: int, known: set[str] | frozenset[str]) -> str | None:
    """Return the longest known name that begins at `start`."""
    for word in reversed(list(re.finditer(r"\S+", words[start:]))[:_LONGEST_PLACE]):
        name = words[start : start + word.end()].rstrip(",.;!?")
        if name.casefold() in known:
            return name
    return None


def _negated(words: str, phrase: Phrase) -> Phrase:
    start = negation.before(words, phrase.start)
    if start is None or isinstance(phrase.part, Words):
        return phrase
    return Phrase(start, phrase.end, words[start : phrase.end], turned(phrase.part), phrase.sure)


def _longest(phrases: list[Phrase]) -> tuple[Phrase, ...]:
    kept: list[Phrase] = []
    for phrase in sorted(phrases, key=lambda one: (one.start - one.end, not one.sure)):
        if not _overlaps(phrase, kept):
            kept.append(phrase)
    return tuple(sorted(kept, key=lambda phrase: phrase.start))


def _overlaps(phrase: Phrase, others: list[Phrase]) -> bool:
    return any(phrase.start < other.end and other.start < phrase.end for other in others)
