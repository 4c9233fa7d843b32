"""Refines an answer step by step: "only the ones with snow", "without people", "earlier", "more like the second".

A line that only makes sense of what is already found is added to the query before, as parts that show as chips.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from core.query import feedback
from core.query.chips import is_negated
from core.query.context import Context
from core.query.dates import day_before, next_day
from core.query.parser import parse
from core.query.spec import QuerySpec
from core.query.writer import to_text
from core.values.filters import DateFilter
from core.values.photo import PhotoId
from core.values.query import Order

_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ONLY = re.compile(
    r"(?:(?:and|but|now)\s+)*(?:only|just)\s+(?:show\s+(?:me\s+)?)?"
    r"(?:(?:the\s+)?(?:ones?|those|photos|pictures|images)\s+)?(?:(?:with|of|showing|that\s+show|where\s+there\s+(?:is|are))\s+)?(.+)",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?:(?:and|but|now)\s+)*(?:without|no|not|except|excluding)\b", re.IGNORECASE)
_LIKE = re.compile(
    rf"(?:(?:and|but|now)\s+)*(more|less)\s+like\s+(?:the\s+)?(?:(?:number\s+|#)?(\d{{1,4}})|({'|'.join(_PLACES)}|last))"
    r"(?:\s+(?:one|photo|picture))?",
    re.IGNORECASE,
)
_ORDERS = {
    re.compile(r"(?:the\s+)?(?:newest|latest)(?:\s+(?:ones?\s+)?first)?", re.IGNORECASE): Order.NEWEST,
    re.compile(r"(?:the\s+)?oldest(?:\s+(?:ones?\s+)?first)?", re.IGNORECASE): Order.OLDEST,
}
_EARLIER = re.compile(
    r"(?:show\s+)?(?:me\s+)?(earlier|older|later|newer)(?:\s+(?:ones?|photos|pictures))?", re.IGNORECASE
)


def refine(
    before: str, line: str, hits: Sequence[PhotoId], context: Context, first_day: date | None = None
) -> str | None:
    """Return the query `before` with what `line` says of its answer; None when the line is a query of its own.

    `hits`: the answer to `before`, best first. `first_day`: when the first of them was taken, where that is known.
    """
    spec = parse(before, context).spec
    if spec.is_empty:
        return None
    line = line.strip().rstrip(".!?")
    refined = _pointed(spec, line, hits) or _ordered(spec, line, first_day) or _narrowed(spec, line, context)
    return None if refined is None else to_text(refined, context)


def _pointed(spec: QuerySpec, line: str, hits: Sequence[PhotoId]) -> QuerySpec | None:
    match = _LIKE.fullmatch(line)
    if match is None:
        return None
    name = (match[3] or "").lower()
    place = len(hits) - 1 if name == "last" else _PLACES.index(name) if name else int(match[2]) - 1
    if not 0 <= place < len(hits):
        return None
    sides = {"liked" if match[1].lower() == "more" else "disliked": [hits[place]]}
    return replace(spec, terms=feedback.refine(spec.terms, **sides))


def _ordered(spec: QuerySpec, line: str, first_day: date | None) -> QuerySpec | None:
    for pattern, order in _ORDERS.items():
        if pattern.fullmatch(line):
            return replace(spec, order=order)
    match = _EARLIER.fullmatch(line)
    if match is None or first_day is None:
        return None
    earlier = match[1].lower() in {"earlier", "older"}
    span = DateFilter(None, day_before(first_day)) if earlier else DateFilter(next_day(first_day), None)
    return replace(spec, filters=(*spec.filters, span))


def _narrowed(spec: QuerySpec, line: str, context: Context) -> QuerySpec | None:
    only = _ONLY.fullmatch(line)
    said = parse(line if only is None else only[1], context).spec
    if only is None and not (_NOT.match(line) and all(map(is_negated, (*said.terms, *said.filters)))):
        return None
    if said.is_empty:
        return None
    return replace(spec, terms=(*spec.terms, *said.terms), filters=(*spec.filters, *said.filters))
