"""Writes a query as text that the parser makes the same query of."""

from core.query import filter_values
from core.query.context import Context
from core.query.phrases import read_words
from core.query.spec import QuerySpec
from core.query.tokens import always_quoted, grouped, is_plain, quoted
from core.values.filters import Filter
from core.values.paths import shown
from core.values.query import Culprit, ExactWords, ExampleFile, ExamplePhoto, Term, Words


def to_text(spec: QuerySpec, context: Context) -> str:
    """Return text that `parse` makes the same spec of, in the same context."""
    parts = []
    bare_left = True
    for term in spec.terms:
        bare = bare_left and isinstance(term, Words) and term.weight == 1 and _means_itself(term.text, context)
        bare_left = bare_left and not bare
        parts.append(term.text if bare and isinstance(term, Words) else written(term))
    parts.extend(filter_values.write(part) for part in spec.filters)
    if spec.order is not None:
        parts.append(f"sort:{spec.order}")
    if spec.strictness is not None:
        parts.append(f"strictness:{spec.strictness!r}")
    if spec.fold is not None:
        parts.append(f"fold:{'yes' if spec.fold else 'no'}")
    return " ".join(parts)


def label(part: Term | Filter) -> str:
    """Write one part as its chip shows it."""
    if isinstance(part, Words) and part.weight == 1:
        return part.text
    if isinstance(part, Words | ExactWords | ExamplePhoto | ExampleFile):
        return written(part)
    return filter_values.write(part)


def way_back(culprit: Culprit) -> str:
    """Say what would be found without a part."""
    photos = "1 photo fits" if culprit.matching == 1 else f"{culprit.matching:,} photos fit"
    return f"{photos} without {shown(label(culprit.part))}."


def written(term: Term) -> str:
    """Write one term so that it stands for itself beside others."""
    if isinstance(term, ExactWords):
        return ("-" if term.negated else "") + always_quoted(term.text)
    size = "" if abs(term.weight) == 1 else f"{abs(term.weight):.6f}".rstrip("0").rstrip(".") + ":"
    if isinstance(term, ExamplePhoto) and term.feedback:
        return f"{size or '1:'}{'less' if term.weight < 0 else 'more'}:#{term.photo_id}"
    sign = "-" if term.weight < 0 else ""
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


def _means_itself(words: str, context: Context) -> bool:
    return is_plain(words) and read_words(words, context).rest == words
