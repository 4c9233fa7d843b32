"""What the user asks at one moment, from the box, the examples and the sidebar together. Plain values, no widgets."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from core.query import feedback
from core.query.chips import Chip, without
from core.query.context import Context
from core.query.parser import parse
from core.query.spec import Defaults, Example
from core.query.tokens import tokenize
from core.query.understanding import Understanding, understand
from core.query.writer import to_text
from core.values.photo import PhotoId
from core.values.query import ExampleFile, ExamplePhoto
from core.values.scope import ALL, Scope

ViewOptions = Defaults
"""What the settings and the order menu say about any question."""


@dataclass(frozen=True, slots=True)
class SearchState:
    """The parts, as the user sees them.

    Attributes:
        text: of the search box.
        examples: pictures that were dropped, pasted or chosen; they are not part of the text.
    """

    text: str = ""
    examples: tuple[Example, ...] = ()
    scope: Scope = ALL
    taste: ViewOptions = field(default_factory=ViewOptions)


def refined(question: SearchState, photo_ids: Collection[PhotoId], *, liked: bool) -> SearchState:
    """Return the question with photos pointed at: more like these, or less."""
    sides = {"liked" if liked else "disliked": photo_ids}
    return replace(question, examples=feedback.refine(question.examples, **sides))


def without_example(question: SearchState, example: Example) -> SearchState:
    """Return the question without one of its examples; feedback that stays is weighted anew."""
    if isinstance(example, ExamplePhoto) and example.feedback:
        return replace(question, examples=feedback.take_back(question.examples, example.photo_id))
    return replace(question, examples=tuple(one for one in question.examples if one != example))


def with_text(question: SearchState, text: str) -> SearchState:
    """Return the question with another text. Feedback goes when nothing is left that it is about."""
    if text.strip() or not all(map(feedback.is_feedback, question.examples)):
        return replace(question, text=text)
    return replace(question, text=text, examples=())


def is_search(understood: Understanding) -> bool:
    """Tell whether the engine is needed; else the catalog alone knows the photos."""
    return not understood.spec.is_empty or any(
        isinstance(term, ExamplePhoto | ExampleFile) for term in understood.query.terms
    )


def resolved(question: SearchState, context: Context) -> Understanding:
    """Understand the text together with what stands outside of it."""
    return understand(
        _without_begun(question.text),
        context,
        scope=question.scope,
        examples=question.examples,
        defaults=question.taste,
    )


def without_chip(text: str, chip: Chip, context: Context) -> str:
    """Return the text without one of its parts; plain words that were read as one become plain words again."""
    if chip.reading is not None:
        return chip.reading.text
    return to_text(without(parse(text, context).spec, chip.part), context)


def _without_begun(text: str) -> str:
    """Return the text without a filter at its end that has no value yet: it is being typed, and not malformed."""
    tokens = tokenize(text)
    if tokens and tokens[-1].key is not None and not tokens[-1].value and text.endswith(tokens[-1].text):
        return text[: len(text) - len(tokens[-1].text)]
    return text
