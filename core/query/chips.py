"""Parts of a query as front ends show them: one chip a term or filter, removable by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.query.parser import Reading
from core.query.spec import QuerySpec
from core.query.writer import label
from core.values.filters import Filter
from core.values.paths import shown
from core.values.query import ExactWords, ExampleFile, ExamplePhoto, Term, Words


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
        part: the term or filter itself; `without(spec, part)` takes it away.
        negated: pushes away or excludes.
        reading: the plain words that were read as this part, if it was not typed as such.
    """

    kind: ChipKind
    text: str
    part: Term | Filter
    negated: bool
    reading: Reading | None = None


def chips(spec: QuerySpec, readings: Sequence[Reading] = ()) -> tuple[Chip, ...]:
    """Return the parts of a query in order. `readings`: what of them was read from plain words."""
    read: dict[Term | Filter, Reading] = {reading.part: reading for reading in readings}
    return tuple(
        Chip(_kind_of(part), shown(label(part)), part, is_negated(part), read.get(part))
        for part in (*spec.terms, *spec.filters)
    )


def is_negated(part: Term | Filter) -> bool:
    """Tell whether a part pushes away or excludes."""
    if isinstance(part, Words | ExamplePhoto | ExampleFile):
        return part.weight < 0
    return part.negated


def without(spec: QuerySpec, part: Term | Filter) -> QuerySpec:
    """Return the spec without the first part equal to `part`."""
    if isinstance(part, Words | ExactWords | ExamplePhoto | ExampleFile):
        terms = list(spec.terms)
        terms.remove(part)
        return replace(spec, terms=tuple(terms))
    filters = list(spec.filters)
    filters.remove(part)
    return replace(spec, filters=tuple(filters))


def _kind_of(part: Term | Filter) -> ChipKind:
    match part:
        case Words():
            return ChipKind.WORDS
        case ExactWords():
            return ChipKind.EXACT
        case ExamplePhoto() | ExampleFile():
            return ChipKind.EXAMPLE
        case _:
            return ChipKind.FILTER
