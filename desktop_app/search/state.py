"""What the user asks at one moment, from the box, the examples and the sidebar together. Plain values, no widgets."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from core.query import feedback
from core.query.parser import Suggestion, parse, to_text
from core.query.phrases import Places
from core.query.tokens import tokenize
from core.values.filters import Filter, Flag, FlagFilter, FolderFilter, KindFilter
from core.values.photo import MediaKind, PhotoId
from core.values.query import ExampleFile, ExamplePhoto, Order, Query, Term
from core.values.scope import ALL, Scope, ScopeKind

Example = ExamplePhoto | ExampleFile


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What the settings and the order menu say about any question."""

    order: Order = Order.RELEVANCE
    strictness: float = 0.5
    fold: bool = True


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
    taste: ViewOptions = ViewOptions()


def refined(question: SearchState, photo_ids: Collection[PhotoId], *, liked: bool) -> SearchState:
    """Return the question with photos pointed at: more like these, or less."""
    sides = {"liked" if liked else "disliked": photo_ids}
    return _with_examples(question, feedback.refine(_examples(question), **sides))


def without_example(question: SearchState, example: Example) -> SearchState:
    """Return the question without one of its examples; feedback that stays is weighted anew."""
    if is_feedback(example) and isinstance(example, ExamplePhoto):
        return _with_examples(question, feedback.take_back(_examples(question), example.photo_id))
    return replace(question, examples=tuple(one for one in question.examples if one != example))


def with_text(question: SearchState, text: str) -> SearchState:
    """Return the question with another text. Feedback goes when nothing is left that it is about."""
    if text.strip() or not all(map(is_feedback, question.examples)):
        return replace(question, text=text)
    return replace(question, text=text, examples=())


def is_feedback(example: Example) -> bool:
    """Tell whether an example came from pointing at a result."""
    return feedback.given(Query((example,))) != (frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class ResolvedQuery:
    """What a question means.

    Attributes:
        typed: the query of the text alone; its parts are the chips.
        query: everything together, as the engine is asked.
    """

    typed: Query
    query: Query
    problems: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def is_search(self) -> bool:
        """Whether the engine is needed; else the catalog alone knows the photos."""
        return not self.typed.is_empty or any(_is_example(term) for term in self.query.terms)


def understand(question: SearchState, today: date, places: Places = ()) -> ResolvedQuery:
    """Parse the text and add what stands outside of it. `places`: names that a phrase such as "in Faro" may mean."""
    parsed = parse(_without_begun(question.text), today, places)
    taste = question.taste
    query = replace(
        parsed.query,
        terms=(*question.examples, *parsed.query.terms),
        filters=(*parsed.query.filters, *_scope_filters(question.scope)),
        order=parsed.query.order if parsed.query.order is not Order.RELEVANCE else taste.order,
        strictness=parsed.query.strictness if parsed.query.strictness != Query().strictness else taste.strictness,
        fold=parsed.query.fold or taste.fold,
    )
    return ResolvedQuery(parsed.query, query, parsed.problems, parsed.suggestions)


def without_part(text: str, part: Term | Filter, today: date) -> str:
    """Return the text without one of its parts."""
    from core.query.chips import without

    return to_text(without(parse(text, today).query, part))


def _without_begun(text: str) -> str:
    """Return the text without a filter at its end that has no value yet: it is being typed, and not malformed."""
    tokens = tokenize(text)
    if tokens and tokens[-1].key is not None and not tokens[-1].value and text.endswith(tokens[-1].text):
        return text[: len(text) - len(tokens[-1].text)]
    return text


def _scope_filters(scope: Scope) -> tuple[Filter, ...]:
    if scope.kind is ScopeKind.FAVOURITES:
        return (FlagFilter(Flag.FAVOURITE),)
    if scope.kind is ScopeKind.VIDEOS:
        return (KindFilter(MediaKind.VIDEO),)
    if scope.kind is ScopeKind.SCREENSHOTS:
        return (FlagFilter(Flag.SCREENSHOT),)
    if scope.kind is ScopeKind.FOLDER and scope.path is not None:
        return (FolderFilter(scope.path),)
    return ()


def _examples(question: SearchState) -> Query:
    return Query(question.examples)


def _with_examples(question: SearchState, query: Query) -> SearchState:
    kept = tuple(term for term in query.terms if isinstance(term, ExamplePhoto | ExampleFile))
    return replace(question, examples=kept)


def _is_example(term: Term) -> bool:
    return isinstance(term, ExamplePhoto | ExampleFile)
