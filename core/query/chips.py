"""Parts of a query as front ends show them: one chip a term or filter, removable by itself."""

from dataclasses import dataclass, replace
from enum import StrEnum

from core.values.filters import Filter
from core.values.query import ExactWords, ExampleFile, ExamplePhoto, Query, Term, Words


class ChipKind(StrEnum):
    """What a chip stands for, e.g. to draw an example with its picture."""

    WORDS = "words"
    EXACT = "exact"
    EXAMPLE = "example"
    FILTER = "filter"


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of a query.

    Attributes:
        text: as it is typed.
        part: the term or filter itself; `without(query, part)` takes it away.
        negated: pushes away or excludes.
    """

    kind: ChipKind
    text: str
    part: Term | Filter
    negated: bool


def kind_of(part: Term | Filter) -> ChipKind:
    """Tell what a part is shown as."""
    match part:
        case Words():
            return ChipKind.WORDS
        case ExactWords():
            return ChipKind.EXACT
        case ExamplePhoto() | ExampleFile():
            return ChipKind.EXAMPLE
        case _:
            return ChipKind.FILTER


def is_negated(part: Term | Filter) -> bool:
    """Tell whether a part pushes away or excludes."""
    if isinstance(part, Words | ExamplePhoto | ExampleFile):
        return part.weight < 0
    return part.negated


def without(query: Query, part: Term | Filter) -> Query:
    """Return the query without the first part equal to `part`."""
    if isinstance(part, Words | ExactWords | ExamplePhoto | ExampleFile):
        terms = list(query.terms)
        terms.remove(part)
        return replace(query, terms=tuple(terms))
    filters = list(query.filters)
    filters.remove(part)
    return replace(query, filters=tuple(filters))
