"""The query language: text to a typed `Query` and back. Pure and quick to import; the window uses it on each key."""

from dataclasses import dataclass
from datetime import date

from core.search.chips import Chip, ChipKind
from core.values.filters import Filter
from core.values.query import Query, Words


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


def parse(text: str, today: date) -> Parsed:
    """Understand `text`. Never raises: what is malformed becomes a problem, and the rest is the query."""
    words = " ".join(text.split())
    return Parsed(Query(terms=(Words(words),) if words else ()))


def to_text(query: Query) -> str:
    """Return text that `parse` makes the same query of."""
    return " ".join(term.text for term in query.terms if isinstance(term, Words))


def chips(query: Query) -> tuple[Chip, ...]:
    """Return the parts of a query in order."""
    return tuple(
        Chip(ChipKind.WORDS, term.text, term, term.weight < 0) for term in query.terms if isinstance(term, Words)
    )
