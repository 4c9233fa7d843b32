"""What a text says, and what is asked when everything that it does not say is filled in."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.values.filters import AddedFilter, Filter, Flag, FlagFilter, FolderFilter, KindFilter, YearlyFilter
from core.values.photo import MediaKind
from core.values.query import ExampleFile, ExamplePhoto, Order, Query, Term
from core.values.scope import ALL, RECENT_DAYS, Scope, ScopeKind

Example = ExamplePhoto | ExampleFile


@dataclass(frozen=True, slots=True)
class QuerySpec:
    """What a text says. What it does not say of order, strictness and folding is None."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    order: Order | None = None
    strictness: float | None = None
    fold: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: every photo fits."""
        return not self.terms and not self.filters


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where the text says nothing: the settings, then options of the command line or the menu."""

    order: Order = Order.RELEVANCE
    strictness: float = 0.5
    fold: bool = True


def resolve(
    spec: QuerySpec, today: date, scope: Scope = ALL, examples: Sequence[Example] = (), defaults: Defaults | None = None
) -> Query:
    """Return what is asked: what was typed, within `scope`, beside `examples`; `~` is the user's own folder."""
    defaults = defaults or Defaults()
    return Query(
        terms=tuple(_at_home(term) for term in (*examples, *spec.terms)),
        filters=tuple(_folder_at_home(part) for part in (*spec.filters, *_filters_of(scope, today))),
        order=defaults.order if spec.order is None else spec.order,
        strictness=defaults.strictness if spec.strictness is None else spec.strictness,
        fold=defaults.fold if spec.fold is None else spec.fold,
    )


def _at_home(term: Term) -> Term:
    return replace(term, path=os.path.expanduser(term.path)) if isinstance(term, ExampleFile) else term


def _folder_at_home(part: Filter) -> Filter:
    return replace(part, text=os.path.expanduser(part.text)) if isinstance(part, FolderFilter) else part


def _filters_of(scope: Scope, today: date) -> tuple[Filter, ...]:  # noqa: PLR0911
    match scope.kind:
        case ScopeKind.FAVOURITES:
            return (FlagFilter(Flag.FAVOURITE),)
        case ScopeKind.VIDEOS:
            return (KindFilter(MediaKind.VIDEO),)
        case ScopeKind.SCREENSHOTS:
            return (FlagFilter(Flag.SCREENSHOT),)
        case ScopeKind.RECENT:
            return (AddedFilter(today - timedelta(days=RECENT_DAYS)),)
        case ScopeKind.ON_THIS_DAY:
            day = (today.month, today.day)
            return (YearlyFilter(day, day),)
        case ScopeKind.FOLDER:
            return () if scope.path is None else (FolderFilter(scope.path),)
    return ()
