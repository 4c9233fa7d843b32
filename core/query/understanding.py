"""What a front end asks, from text to query in one step: window, command line and shell all come through here."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.query.chips import Chip, chips
from core.query.context import Context
from core.query.parser import Reading, parse
from core.query.spec import Defaults, Example, QuerySpec, resolve
from core.values.query import Query
from core.values.scope import ALL, Scope


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text means.

    Attributes:
        spec: what the text alone says; its parts are the chips.
        query: everything together, as the engine is asked.
        problems, readings, suggestions: as in `Parsed`.
    """

    spec: QuerySpec
    query: Query
    problems: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    suggestions: tuple[Reading, ...] = ()

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The parts of the text."""
        return chips(self.spec, self.readings)


def understand(
    text: str,
    context: Context,
    *,
    scope: Scope = ALL,
    examples: Sequence[Example] = (),
    defaults: Defaults | None = None,
) -> Understanding:
    """Parse `text` and fill in what it does not say. Never raises."""
    parsed = parse(text, context)
    query = resolve(parsed.spec, context.today, scope, examples, defaults)
    return Understanding(parsed.spec, query, parsed.problems, parsed.readings, parsed.suggestions)
